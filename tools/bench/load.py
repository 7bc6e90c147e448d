"""Load at full speed and at a fixed rate, and what it cost the process that took it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Protocol

from tools.bench.process import Meter, busy_seconds, family_seconds


class Talks(Protocol):
    """Somebody who talks to what is measured."""

    async def next(self) -> None:
        """One update and its answer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a load came to. Times are from the moment a line was due until its answer was read.

    `server_seconds` is the CPU of what the bot needs besides (a database), `own_seconds` that of who makes the load.
    """

    updates: int
    seconds: float
    cpu_seconds: float
    other_cores: float
    waits: Sequence[float]
    server_seconds: float = 0.0
    own_seconds: float = 0.0

    @property
    def a_second(self) -> float:
        """Updates a second."""
        return self.updates / self.seconds

    @property
    def cpu_a_thousand(self) -> float:
        """CPU seconds of the process for 1,000 updates."""
        return 1000 * self.cpu_seconds / max(1, self.updates)

    def wait(self, percent: int) -> float:
        """The wait, in milliseconds, that so many of a hundred did not exceed."""
        return 1000 * quantiles(self.waits, n=100)[percent - 1]


class Measured:
    """Counts updates and waits while it is open, and reads the meters at both ends."""

    def __init__(self, pid: int, servers: Sequence[int] = ()) -> None:
        self._bot, self._waits, self._others, self._servers = Meter(pid), list[float](), 0.0, servers

    def __enter__(self) -> "Measured":
        self._own, self._served = time.process_time(), family_seconds(self._servers)
        self._cpu, self._busy, self._began = self._bot.cpu_seconds(), busy_seconds(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = time.perf_counter() - self._began
        self._cpu = self._bot.cpu_seconds() - self._cpu
        self._own, self._served = time.process_time() - self._own, family_seconds(self._servers) - self._served
        spent = busy_seconds() - self._busy - self._cpu - self._own - self._served
        self._others = max(0.0, spent / self._seconds)

    def answered(self, wait: float) -> None:
        """One update more."""
        self._waits.append(wait)

    @property
    def cost(self) -> Cost:
        """The whole, after the end."""
        waits = self._waits
        return Cost(len(waits), self._seconds, self._cpu, self._others, waits, self._served, self._own)


async def full(talkers: Sequence[Talks], pid: int, seconds: float, servers: Sequence[int] = ()) -> Cost:
    """Everybody says the next line the moment the last was answered."""
    ends = time.perf_counter() + seconds

    async def talk(talker: Talks) -> None:
        while (began := time.perf_counter()) < ends:
            await talker.next()
            measured.answered(time.perf_counter() - began)

    with Measured(pid, servers) as measured:
        await asyncio.gather(*map(talk, talkers))
    return measured.cost


async def at_rate(talkers: Sequence[Talks], pid: int, seconds: float, rate: float, servers: Sequence[int] = ()) -> Cost:
    """Lines come at a fixed rate whether the bot keeps up or not; late answers count from when they were due."""
    free = asyncio.Queue[Talks]()
    for each in talkers:
        free.put_nowait(each)

    async def one(due: float) -> None:
        talker = await free.get()
        await talker.next()
        measured.answered(time.perf_counter() - due)
        free.put_nowait(talker)

    with Measured(pid, servers) as measured:
        under_way, begun = [], time.perf_counter()
        for n in range(int(seconds * rate)):
            due = begun + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            under_way.append(asyncio.create_task(one(due)))
        await asyncio.gather(*under_way)
    return measured.cost
