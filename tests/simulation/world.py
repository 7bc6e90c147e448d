"""What outlives the program: time, chance, what is still to come, and the trace of all that was seen.

Time is one number of virtual seconds that only grows; the wall clock shows it with an offset that the weather may change.
"""

import asyncio
import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.ports.clock import EPOCH
from tests.simulation.weather import Weather

BEGINS = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""A Monday at ten, where the clinic is."""

MICRO = 1e-6


class Seen(NamedTuple):
    """One thing that happened, as the trace keeps it."""

    at: float
    what: str


class Coming(NamedTuple):
    """Something that the world will do; `n` keeps the order of what comes at once."""

    at: float
    n: int
    act: Callable[..., None]
    args: tuple[Any, ...]


class World:
    """Time, chance and what is to come. `draw` is the only source of chance in a run."""

    def __init__(self, draw: random.Random, weather: Weather) -> None:
        self.draw, self.weather = draw, weather
        self.time = 0.0
        self.offset = timedelta()
        self.trace: list[Seen] = []
        self.counts: Counter[str] = Counter()
        self.broken: list[str] = []
        self._coming: list[Coming] = []
        self._n = 0

    def chance(self, rate: float) -> bool:
        """Whether something happens that happens so often; what is off draws nothing."""
        return rate > 0 and self.draw.random() < rate

    def now(self) -> datetime:
        """What the wall clock shows."""
        return BEGINS + self.offset + timedelta(microseconds=round(self.time * 1e6))

    async def sleep(self, seconds: float) -> None:
        """Wait so long; with `now` this makes the world a `Clock`."""
        await self.pause(seconds)

    def at_instant(self, micros: int) -> float:
        """When the wall clock will show a stored instant, as things stand now."""
        return (EPOCH + timedelta(microseconds=micros) - BEGINS - self.offset).total_seconds() + MICRO

    def after(self, seconds: float, act: Callable[..., None], *args: Any) -> None:
        """Let something happen later."""
        self._n += 1
        heapq.heappush(self._coming, Coming(self.time + max(0.0, seconds), self._n, act, args))

    async def pause(self, seconds: float) -> None:
        """Wait in the program for something outside; no time still lets others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        over = asyncio.get_running_loop().create_future()
        self.after(seconds, _end, over)
        await over

    def next_at(self) -> float | None:
        """When the next thing comes."""
        return self._coming[0].at if self._coming else None

    def act(self) -> None:
        """Let the next thing happen, at its time."""
        coming = heapq.heappop(self._coming)
        self.time = max(self.time, coming.at)
        coming.act(*coming.args)

    def pass_time(self, seconds: float) -> None:
        """Let time pass while no program runs."""
        until = self.time + seconds
        while self._coming and self._coming[0].at <= until:
            self.act()
        self.time = until

    def see(self, what: str) -> None:
        """Note for the trace."""
        self.trace.append(Seen(self.time, what))

    def blame(self, promise: str, sentence: str) -> None:
        """A promise was broken."""
        self.broken.append(f"{promise}: {sentence}")
        self.see(f"!! {promise}: {sentence}")

    def digest(self, *more: str) -> str:
        """A short name of all that was seen; the same again for the same run."""
        text = "\n".join([f"{seen.at:.6f} {seen.what}" for seen in self.trace] + list(more))
        return blake2b(text.encode(), digest_size=8).hexdigest()


def _end(over: asyncio.Future[None]) -> None:
    if not over.done() and not over.get_loop().is_closed():
        over.set_result(None)
