"""Counts what is turned away, and writes it down joined by the minute, so that a flood cannot fill the disk.

Nothing of what the sender wrote is kept: the route as it is declared, the reason, and the network it came from.
"""

import asyncio
from collections import Counter
from functools import partial

import structlog
from aiohttp import web

from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.store.turned_away import Rejected, add_rejections
from bot.web.addresses import network_of

log = structlog.get_logger()

MINUTE = 60_000_000
MOST = 50  # different rows a minute; what is more is joined
EVERY_SECONDS = 10.0


class Rejections:
    """What this process turned away. `counts` is the sum by reason since the start."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.counts: Counter[str] = Counter()
        self._waiting: Counter[Rejected] = Counter()
        self._seen: set[Rejected] = set()
        self._minute = 0
        self._some = asyncio.Event()

    def note(self, reason: str, *, route: str, business: str = "", account: str = "", address: str = "") -> None:
        """Count one. `reason`, `route`, `business` and `account` are words of ours, never the sender's."""
        self.counts[reason] += 1
        now = micros(self._clock.now())
        minute = now - now % MINUTE
        if minute != self._minute:
            self._minute = minute
            self._seen.clear()
        row = Rejected(business, minute, route, account, reason, network_of(address))
        if row not in self._seen and len(self._seen) >= MOST:
            row = Rejected("", minute, "", "", reason, "")
        self._seen.add(row)
        self._waiting[row] += 1
        self._some.set()

    async def flush(self) -> None:
        """Write down what waits; while the database is away it is kept in mind, and the counts stay right."""
        self._some.clear()
        waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        try:
            await self._store.run(partial(add_rejections, waiting.items()))
        except StoreUnavailable as error:
            log.warning("rejections cannot be written down", error=str(error))
            self._take_back(waiting)

    def _take_back(self, waiting: Counter[Rejected]) -> None:
        """Keep what could not be written, joined where it is much: an outage must not fill the memory either."""
        for row, count in waiting.items():
            held = row if len(self._waiting) < 2 * MOST else Rejected("", self._minute, "", "", row.reason, "")
            self._waiting[held] += count

    async def run(self) -> None:
        """Write now and then, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(EVERY_SECONDS)
            await self.flush()


REJECTIONS = web.AppKey("rejections", Rejections)
