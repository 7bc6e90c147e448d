"""Keeps a restored database quiet until a person has confirmed it, see `bot.store.fence`.

Catching up happens at the times at which things came due: the copy relives the hours since its backup, so that a timer
which is set an hour after another is not an hour late now, and said once more.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.ports.clock import Clock, instant, micros
from bot.ports.store import Store, StoreUnavailable
from bot.runtime.sender import Sender
from bot.runtime.wakeups import Wakeups
from bot.store import fence, leases
from bot.store.fence import Fence

if TYPE_CHECKING:
    from bot.runtime.engine import Engine

log = structlog.get_logger()

LEASE = "catching up"
LEASE_LASTS = timedelta(seconds=60)  # of one process; the others wait for it
LOOK = 2.0  # seconds after which it is seen that a fence was lifted


class Past:
    """A clock that stands where the copy has got to."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """That moment."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Really wait: it is the database that is waited for."""
        await asyncio.sleep(seconds)

    def move_to(self, moment: datetime) -> None:
        """Go on, never back."""
        self._now = max(self._now, moment)


class Gate:
    """Which businesses of this process are fenced; where none is, it asks once at the start and never again.

    `past` gives the engine over another clock.
    """

    def __init__(
        self, store: Store, clock: Clock, wakeups: Wakeups, sender: Sender,
        *, worker: str, firms: Sequence[str], past: "Callable[[Clock], Engine]",
    ) -> None:  # fmt: skip
        self._store, self._clock, self._wakeups, self._sender = store, clock, wakeups, sender
        self._worker, self._firms, self._past = worker, firms, past
        self.standing: Mapping[str, Fence] = {}

    async def catch_up(self) -> None:
        """Do what a copy still owed, before anybody is let in; at once for a database that is not fenced.

        One process does it; the others come back when it is done.
        """
        await self._look()
        if self.standing:
            taken_at = min(instant(each.taken_at) for each in self.standing.values()).isoformat()
            log.warning("this is the copy of a backup: nothing is sent until it is confirmed", taken_at=taken_at)
        while behind := [business for business, each in self.standing.items() if not each.closed]:
            if await self._mine():
                for business in behind:
                    await self._relive(business, self.standing[business])
            else:
                await self._clock.sleep(1)
            await self._look()

    async def run(self, stopping: asyncio.Event) -> None:
        """See when the fences are lifted; ends when none stands."""
        while self.standing and not stopping.is_set():
            try:
                async with asyncio.timeout(LOOK):
                    await stopping.wait()
            except TimeoutError:
                await self._see()
        if not self.standing:
            log.info("the copy of the backup is confirmed: what waits is sent")

    async def _see(self) -> None:
        try:
            await self._look()
        except StoreUnavailable as error:
            log.warning("the database cannot be used, the fence stays", error=str(error))
            return
        self._wakeups.ring("send")

    async def _look(self) -> None:
        self.standing = await self._store.read(partial(fence.standing, self._firms))
        self._sender.fenced = frozenset(self.standing)

    async def _mine(self) -> bool:
        now = self._clock.now()
        script = partial(leases.hold, LEASE, self._worker, micros(now), micros(now + LEASE_LASTS))
        return await self._store.run(script)

    async def _relive(self, business: str, since: Fence) -> None:
        """Take the steps of one business, each at its moment, up to the present."""
        clock = Past(instant(since.taken_at))
        past = self._past(clock)
        await self._store.run(partial(fence.begin, business))
        while await self._mine():
            while await past.stepper.work() or await past.alarm.work():
                pass
            coming = await self._store.read(partial(fence.next_due, business))
            if coming is None or instant(coming) > self._clock.now():
                await self._store.run(partial(fence.close, business))
                return
            clock.move_to(instant(coming))
