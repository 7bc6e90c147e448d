"""The real engine in virtual time: a loop whose clock moves only when all is quiet, and a database that takes its time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.ports.store import Script, Store

T = TypeVar("T")

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class StillLoop(asyncio.SelectorEventLoop):
    """A loop in which waiting takes no time."""

    def __init__(self) -> None:
        self._passed = 0.0
        super().__init__(_Leaping(self))

    def time(self) -> float:
        return self._passed

    def leap(self, seconds: float) -> None:
        self._passed += seconds


class _Leaping(selectors.DefaultSelector):
    def __init__(self, loop: StillLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout:
            self._loop.leap(timeout)
        return ready


class LoopClock:
    """The clock of a running loop, from a Monday morning on."""

    def now(self) -> datetime:
        return MONDAY + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Costly:
    """A store with one writer, whose every transaction takes `seconds`; nothing is grouped or done beside it."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store, self._seconds = store, seconds
        self._writer = asyncio.Lock()

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), **more: Any) -> T:
        async with self._writer:
            await asyncio.sleep(self._seconds)
            return await self._store.run(script, locks=locks, **more)

    async def works(self, seconds: float) -> None:
        """Something else that nobody can do beside it: a handler's own work."""
        async with self._writer:
            await asyncio.sleep(seconds)

    async def read(self, script: Callable[[], Script[T]]) -> T:
        return await self._store.read(script)

    async def close(self) -> None:
        await self._store.close()


def in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Run it on a loop of its own, as fast as it can be computed."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(work)


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` (0.95) of them lie."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]
