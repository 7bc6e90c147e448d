"""`python -m tools.capacity`: what it takes for 10 to 100 million messages a day, by a simulation of the queues.

A slice of the peak hour is played through: customers come at random and in bursts, each message is a step on a core of a
process, statements on a core of its database, commits that share flushes of the log, and an answer to a provider that
takes its time and keeps its limits. The sizes are chosen first, by the work there is; the simulation says what people
would wait with them. The figures of one message are measured, and stand in one place below.
"""

import math
import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

import click
import simpy

from tools.bench.table import row, table

Process = Generator[simpy.Event, Any, None]
Span = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one message costs, in seconds. Replace it by what your own machine says."""

    process_cpu: float = 0.0035
    """Of a process, on PostgreSQL: docs/benchmarks.md, web chat at 200 a second and at full speed, of November 2026."""
    database_cpu: float = 0.0020
    """Of PostgreSQL: `python -m tools.bench.workers` has it at 0.5 to 0.55 of the processes' in the same run."""
    flush: float = 0.002
    """Of the log to its disk: `make bench`, «bare commits a second», with a reserve for slower disks."""
    flushes: int = 2
    """That a customer waits for: the message is accepted, the step is committed."""
    provider: float = 0.060
    """Median until a provider has answered a call."""
    sends: float = 1.0
    """Messages that leave for one that came in."""


MEASURED = Measured()


@dataclass(frozen=True, slots=True)
class Day:
    """How messages come: `peak_share` of the day's within its fullest hour, and bursts within that."""

    messages: int
    peak_share: float = 0.12
    burst: float = 2.0
    """How many times as many come while a burst lasts, against the mean of the hour; bursts come at even times."""
    burst_seconds: float = 5.0
    burst_share: float = 0.1
    """Of the time."""

    @property
    def peak(self) -> float:
        """Messages a second in the fullest hour, on the mean."""
        return self.messages * self.peak_share / 3600


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is set up. A core of a process is one process; a node is one PostgreSQL with `node_cores`."""

    processes: int
    nodes: int
    node_cores: int
    lines: int
    """Calls that may be under way to providers, over all processes."""
    accounts: int
    """Bots, numbers and pages that the load is spread over; each may say `account_rate` a second."""
    account_rate: float = 25.0


BUSY = 0.6
"""The part of its time that a core may be busy in the peak hour; bursts need the rest."""
NODE_CORES = 16
LINES = 128  # of one process, see `bot.runtime.sender`


def sizes_for(day: Day, cost: Measured) -> Sizes:
    """The sizes that leave every core idle for the part of the peak hour that bursts need."""
    cores = math.ceil(day.peak * cost.database_cpu / BUSY)
    nodes = max(1, math.ceil(cores / NODE_CORES))
    processes = max(2, math.ceil(day.peak * cost.process_cpu / BUSY))
    accounts = max(1, math.ceil(day.peak * cost.sends * day.burst / (25.0 * BUSY)))
    return Sizes(processes, nodes, math.ceil(cores / nodes), processes * LINES, accounts)


@dataclass
class Station:
    """Some hands that serve in order of coming; `span` is how long one service takes."""

    env: simpy.Environment
    hands: int
    span: Span
    busy: float = 0.0
    queue: simpy.Resource = field(init=False)

    def __post_init__(self) -> None:
        self.queue = simpy.Resource(self.env, self.hands)

    def serve(self) -> Process:
        """Wait for a hand and be served."""
        with self.queue.request() as turn:
            yield turn
            span = self.span()
            self.busy += span
            yield self.env.timeout(span)

    def utilisation(self, seconds: float) -> float:
        """The part of their time that the hands were busy."""
        return self.busy / (self.hands * seconds)


class Log:
    """A database's log: who waits when a flush begins is through when it ends."""

    def __init__(self, env: simpy.Environment, flush: float) -> None:
        self._env, self._flush = env, flush
        self._waiting: list[simpy.Event] = []
        self._flushing = False

    def commit(self) -> Process:
        """Wait for the flush that takes this commit along."""
        done = self._env.event()
        self._waiting.append(done)
        if not self._flushing:
            self._flushing = True
            self._env.process(self._run())
        yield done

    def _run(self) -> Process:
        while self._waiting:
            group, self._waiting = self._waiting, []
            yield self._env.timeout(self._flush)
            for each in group:
                each.succeed()
        self._flushing = False


class Account:
    """A bucket, as the sender takes from: a fifth of a second's messages at once, then its rate."""

    def __init__(self, env: simpy.Environment, rate: float) -> None:
        self._env, self._each, self._burst = env, 1 / rate, max(1.0, rate // 5)
        self._full_at = 0.0

    def take(self) -> Process:
        """Wait until one may leave."""
        self._full_at = max(self._full_at, self._env.now) + self._each
        wait = self._full_at - self._env.now - self._burst * self._each
        yield self._env.timeout(max(0.0, wait))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What people waited from writing until they were answered, and how busy the parts were."""

    waits: tuple[float, ...]
    processes: float
    databases: float

    def wait(self, percent: float) -> float:
        """The wait that so many of a hundred did not exceed, in seconds."""
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * percent / 100))]


class House:
    """The whole way of a message."""

    def __init__(self, sizes: Sizes, cost: Measured, chance: random.Random) -> None:
        self.env, self._cost, self._chance = simpy.Environment(), cost, chance
        self.processes = Station(self.env, sizes.processes, lambda: chance.expovariate(1 / cost.process_cpu))
        self.databases = [
            Station(self.env, sizes.node_cores, lambda: chance.expovariate(1 / cost.database_cpu))
            for _ in range(sizes.nodes)
        ]
        self._logs = [Log(self.env, cost.flush) for _ in range(sizes.nodes)]
        self._accounts = [Account(self.env, sizes.account_rate) for _ in range(sizes.accounts)]
        self._lines = Station(self.env, sizes.lines, lambda: chance.lognormvariate(math.log(cost.provider), 0.5))
        self.waits: list[float] = []

    def answer(self) -> Process:
        """One message from its coming to its answer."""
        began, firm = self.env.now, self._chance.randrange(len(self._accounts))
        node = firm % len(self._logs)
        yield from self.processes.serve()
        yield from self.databases[node].serve()
        for _ in range(self._cost.flushes):
            yield from self._logs[node].commit()
        yield from self._accounts[firm].take()
        yield from self._lines.serve()
        self.waits.append(self.env.now - began)

    def people(self, times: Iterator[float]) -> Process:
        """Let people come at these instants."""
        for at in times:
            yield self.env.timeout(at - self.env.now)
            self.env.process(self.answer())


def arrivals(day: Day, seconds: float, chance: random.Random) -> Iterator[float]:
    """When messages come within a slice of the peak hour: at random, faster while a burst lasts, which come at even times."""
    calm = (1 - day.burst * day.burst_share) / (1 - day.burst_share)
    round_seconds = day.burst_seconds / day.burst_share
    now = 0.0
    while now < seconds:
        rounds, at = divmod(now, round_seconds)
        fast = at >= round_seconds - day.burst_seconds
        turn_at = rounds * round_seconds + (round_seconds if fast else round_seconds - day.burst_seconds)
        step = now + chance.expovariate(day.peak * (day.burst if fast else calm))
        if step > turn_at:
            now = math.nextafter(turn_at, math.inf)  # the speed changes first; coming at random has no memory
            continue
        now = step
        yield now


def simulate(day: Day, sizes: Sizes, cost: Measured, *, seconds: float, seed: int = 1) -> Outcome:
    """Play a slice of the peak hour."""
    chance = random.Random(seed)  # noqa: S311  a simulation
    house = House(sizes, cost, chance)
    house.env.process(house.people(arrivals(day, seconds, chance)))
    house.env.run()
    return Outcome(
        tuple(sorted(house.waits)),
        house.processes.utilisation(seconds),
        mean(each.utilisation(seconds) for each in house.databases),
    )


HEAD = ("messages a day", "a second, day / peak", "processes (cores)", "PostgreSQL: nodes × cores", "accounts at least",
        "answer p50 / p99 s", "busy: processes / PostgreSQL")  # fmt: skip
MILLIONS = (10, 20, 50, 100)


def line(millions: int, cost: Measured, seconds: float) -> str:
    """A row of the table."""
    day = Day(millions * 1_000_000)
    sizes = sizes_for(day, cost)
    found = simulate(day, sizes, cost, seconds=seconds)
    return row(
        f"{millions} million",
        f"{day.messages / 86_400:.0f} / {day.peak:.0f}",
        f"{sizes.processes}",
        f"{sizes.nodes} × {sizes.node_cores}",
        f"{sizes.accounts}",
        f"{found.wait(50):.2f} / {found.wait(99):.2f}",
        f"{found.processes:.0%} / {found.databases:.0%}",
    )


@click.command()
@click.option(
    "--process-ms", default=1000 * MEASURED.process_cpu, show_default=True, help="CPU of a process a message."
)
@click.option("--database-ms", default=1000 * MEASURED.database_cpu, show_default=True, help="CPU of PostgreSQL.")
@click.option("--seconds", default=100.0, show_default=True, help="Of the peak hour that are played through.")
def capacity(process_ms: float, database_ms: float, seconds: float) -> None:
    """Print the table of docs/operations/scale.md."""
    cost = Measured(process_cpu=process_ms / 1000, database_cpu=database_ms / 1000)
    click.echo(table(HEAD, [line(each, cost, seconds) for each in MILLIONS]))


if __name__ == "__main__":
    capacity()
