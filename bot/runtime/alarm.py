"""Fires timers when they are due, within milliseconds of it, by sleeping until the next one."""

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.runtime.wakeups import Wakeups
from bot.store import timers

log = structlog.get_logger()

LOOK = timedelta(seconds=1)
MANY = 200


class Alarm:
    """Turns due timers into events of their actors."""

    def __init__(self, store: Store, clock: Clock, wakeups: Wakeups) -> None:
        self._store, self._clock, self._wakeups = store, clock, wakeups
        self.next_due: int | None = None

    async def work(self) -> bool:
        """Fire what is due; False when nothing was. `next_due` then says when the next one is."""
        now = micros(self._clock.now())
        due, self.next_due = await self._store.read(partial(timers.due, now, MANY))
        if not due:
            return False
        locks = {f"{timer.business}/{timer.actor}" for timer in due}
        await self._store.run(partial(timers.fire, due, now), locks=locks)
        self._wakeups.ring("step")
        return True

    async def run(self, stopping: asyncio.Event) -> None:
        """Fire timers until told to stop."""
        while not stopping.is_set():
            try:
                if not await self.work():
                    await self._wakeups.wait("timer", self._pause())
            except StoreUnavailable as error:
                log.warning("the database cannot be used, timers wait", error=str(error))
                await self._clock.sleep(1)

    def _pause(self) -> float:
        if self.next_due is None:
            return LOOK.total_seconds()
        return max(0.0, min((self.next_due - micros(self._clock.now())) / 1e6, LOOK.total_seconds()))
