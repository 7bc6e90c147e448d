"""Prunes what has served its time, a little at a time."""

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.store import pruning, turned_away

log = structlog.get_logger()

PAUSE = timedelta(minutes=10)
BREATH = timedelta(milliseconds=50)  # between two rounds that both find something: conversations go first
KEEP = timedelta(days=14)  # a repeat is recognised for this long; providers repeat for at most 8 days


class Caretaker:
    """Deletes handled events, sent rows and notes of what was turned away that are older than `KEEP`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def work(self) -> int:
        """One round; gives how many rows went."""
        now = self._clock.now()
        before = micros(now - KEEP)
        gone = await self._store.run(partial(pruning.prune, before))
        return gone + await self._store.run(partial(turned_away.prune, before, micros(now)))

    async def run(self, stopping: asyncio.Event) -> None:
        """A round now and then until told to stop."""
        while not stopping.is_set():
            pause = PAUSE
            try:
                if await self.work():
                    pause = BREATH
            except StoreUnavailable as error:
                log.warning("the database cannot be used, pruning waits", error=str(error))
            try:
                async with asyncio.timeout(pause.total_seconds()):
                    await stopping.wait()
            except TimeoutError:
                continue
