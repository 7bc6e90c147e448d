"""Listens where a channel fetches its deliveries itself: one process a token at a time.

Two that fetch with one token would take each other's deliveries away. A lease in the database says who listens; a
process that dies is followed by another one when its lease has run out.
"""

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from bot.ports.channel import Listener
from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.runtime.intake import Intake
from bot.store import leases

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
LOOK = timedelta(seconds=8)


class Ear:
    """One listener, for as long as this process holds its lease."""

    def __init__(
        self, store: Store, clock: Clock, intake: Intake, listener: Listener, *, worker: str, sole: bool = False
    ) -> None:
        self._store, self._clock, self._intake = store, clock, intake
        self._listener, self._worker, self._sole = listener, worker, sole
        self._told = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until told to stop; raises what the listener raises."""
        listening: asyncio.Task[None] | None = None
        try:
            while not stopping.is_set():
                if await self._holds():
                    listening = listening or asyncio.create_task(self._listener.listen(self._intake.accept))
                elif listening is not None:
                    await _end(listening)
                    listening = None
                await _until(stopping, listening)
                if listening is not None and listening.done():
                    listening.result()
                    listening = None
        finally:
            if listening is not None:
                await _end(listening)
            await self._let_go()

    async def _holds(self) -> bool:
        until = micros(self._clock.now() + LEASE)
        script = partial(leases.hold, f"listen:{self._listener.token}", self._worker, micros(self._clock.now()), until)
        try:
            held = await self._store.run(partial(script, by_force=self._sole and not self._told))
        except StoreUnavailable as error:
            log.warning("the database cannot be used, listening goes on", error=str(error))
            return True  # nothing is confirmed that was not written
        if not held and not self._told:
            log.warning("another process listens with this token; this one takes over when it ends",
                        token=self._listener.token)  # fmt: skip
        self._told = True
        return held

    async def _let_go(self) -> None:
        try:
            await self._store.run(partial(leases.let_go, f"listen:{self._listener.token}", self._worker))
        except StoreUnavailable as error:
            log.info("the lease of a listener runs out by itself", reason=str(error))


async def _until(stopping: asyncio.Event, listening: asyncio.Task[None] | None) -> None:
    """Until it is time to look at the lease, or there is nothing to wait for."""
    stop = asyncio.create_task(stopping.wait())
    try:
        waited: set[asyncio.Task[object]] = {stop, *([listening] if listening else [])}
        await asyncio.wait(waited, timeout=LOOK.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()


async def _end(listening: asyncio.Task[None]) -> None:
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
