"""Listens, and shows out who holds a connection without using it: slow heads, slow readers, too many at once.

aiohttp waits for a head as long as the other side likes. Here every connection is looked at once a second, so the way
of a request costs nothing but a comparison when bytes arrive. Slow bodies are seen to where they are read
(`bot.web.body`).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.web.addresses import Network, household, is_here, within
from bot.web.body import SLOWEST
from bot.web.rejections import REJECTIONS

LOOK_SECONDS = 1.0
SOON_SECONDS = 0.05
AT_ONCE = 50

Note = Callable[[str, str], None]
"""Called with a reason and the peer's address."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and one address, may take up. Spans are in seconds."""

    head: float = 10.0
    """From the opening, or from the first byte of a later head, until the head is whole."""
    idle: float = 150.0
    """Between two requests; longer than a reverse proxy keeps its connections."""
    reading: float = 30.0
    """For which an answer may lie unread; from then on it must be read at `SLOWEST`."""
    an_address: int = 200
    """Connections of one address at once; our own proxies have as many as they like."""
    here: bool = False
    """Whether this machine is counted too. A proxy may stand on it, so it is not."""


class Connection(web.RequestHandler):
    """One connection, with what the look once a second needs to know."""

    __slots__ = ("_began", "_counted", "_door", "_unread", "_unread_since", "peer")

    def __init__(self, door: "Door", **options: Any) -> None:
        super().__init__(door, **options)
        self._door = door
        self._began = 0.0  # when the head began that is not whole yet; 0.0: there is none
        self._counted = False
        self._unread, self._unread_since = 0, 0.0
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, unless its address has too many."""
        name = transport.get_extra_info("peername")
        self.peer = name[0] if isinstance(name, tuple) else ""
        self._counted = self._door.enters(self.peer)
        super().connection_made(transport)
        self._began = self._loop.time()
        if not self._counted:
            self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone."""
        if self._counted:
            self._counted = False
            self._door.leaves(self.peer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: a head is whole, or has begun."""
        count = self._request_count
        super().data_received(data)
        if self._request_count != count:
            self._began = 0.0
        elif not self._began and self._waiter is not None:
            self._began = self._loop.time()

    def hang_up(self) -> None:
        """Close at once; what nobody reads is not waited for."""
        if self.transport is not None:
            self.transport.abort()

    def fault(self, now: float, limits: Limits) -> str:
        """Why it must go; empty when it may stay."""
        if self.transport is None:
            return ""
        if self._began and now - self._began > limits.head:
            return "slow head"
        unread = self.transport.get_write_buffer_size()
        if not unread or not self._unread:
            self._unread, self._unread_since = unread, now
        elif now - self._unread_since > limits.reading:
            if self._unread - unread < SLOWEST * limits.reading:
                return "slow reader"
            self._unread, self._unread_since = unread, now
        return ""


class Door(web.Server):
    """Makes connections and looks after them."""

    def __init__(
        self, made: web.Server, *, limits: Limits, trusted: Sequence[Network], note: Note, options: dict[str, Any]
    ) -> None:
        super().__init__(
            made.request_handler, request_factory=made.request_factory, handler_cancellation=made.handler_cancellation
        )
        self._limits, self._trusted, self._note, self._options = limits, trusted, note, options
        self._inside: Counter[str] = Counter()
        self._look: asyncio.TimerHandle | None = None

    def __call__(self) -> Connection:
        """A connection that is about to be made."""
        if self._look is None:
            self._look = self._loop.call_later(LOOK_SECONDS, self._look_around)
        return Connection(self, loop=self._loop, **self._options)

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._connections)

    def enters(self, peer: str) -> bool:
        """Count a connection; False when its address has too many, and then it is not counted."""
        house = household(peer)
        if self._inside[house] >= self._limits.an_address and not self._is_free(peer):
            self._note("too many connections", peer)
            return False
        self._inside[house] += 1
        return True

    def _is_free(self, peer: str) -> bool:
        return (is_here(peer) and not self._limits.here) or within(peer, self._trusted)

    def leaves(self, peer: str) -> None:
        """A counted connection is gone."""
        house = household(peer)
        self._inside[house] -= 1
        if self._inside[house] <= 0:
            del self._inside[house]

    def _look_around(self) -> None:
        self._look = None
        more = self.look(self._loop.time())
        if self._connections:
            self._look = self._loop.call_later(SOON_SECONDS if more else LOOK_SECONDS, self._look_around)

    def look(self, now: float) -> bool:
        """Show out who is too slow at this instant of the loop's clock; whether there may be more of them.

        At most `AT_ONCE`, so that nobody else waits while a crowd is shown out.
        """
        gone = 0
        for connection in self.connections:
            if isinstance(connection, Connection) and (reason := connection.fault(now, self._limits)):
                self._note(reason, connection.peer)
                connection.hang_up()
                gone += 1
                if gone == AT_ONCE:
                    return True
        return False


class Entrance(web.AppRunner):
    """Runs the application behind a `Door`; used as `aiohttp.web.AppRunner`."""

    def __init__(
        self, app: web.Application, *, trusted: Sequence[Network] = (), limits: Limits | None = None, **options: Any
    ) -> None:
        self._limits, self._trusted = limits or Limits(), trusted
        shutdown_timeout = options.pop("shutdown_timeout", 60.0)
        self._options = {
            "keepalive_timeout": self._limits.idle,
            "lingering_time": 2.0,
            "auto_decompress": False,
            "access_log": None,
        } | options
        super().__init__(app, shutdown_timeout=shutdown_timeout, **self._options)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Door(made, limits=self._limits, trusted=self._trusted, note=self._note, options=self._options)

    def _note(self, reason: str, peer: str) -> None:
        self.app[REJECTIONS].note(reason, route="connection", address=peer)
