"""What the parts of a process count about themselves.

Counting is on the way of every message, so it is an addition to a plain number; nothing is named, locked or put into a
library's object until somebody asks to see it. All of it is written and read on the loop's thread.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds in seconds for what is done in one go."""

LONG = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 10800.0, 86400.0)
"""Bounds in seconds for what may have waited."""

SHARED = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Bounds for how many share one thing."""


class Histogram:
    """How often values were at most each of `bounds`, with their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """The running counts by upper bound, as Prometheus has them; the last is `+Inf` and holds all."""
        found, running = [], 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            running += count
            found.append((bound, float(running)))
        return found


class Placed(Protocol):
    """What became of an event at the door."""

    @property
    def fresh(self) -> bool:
        """Whether it had not come before."""


@dataclass(slots=True)
class IntakeFigures:
    """What came in; `seconds` is how long it took until it was on disk."""

    events: int = 0
    repeats: int = 0
    seconds: Histogram = field(default_factory=lambda: Histogram(QUICK))

    def take(self, placed: Sequence[Placed], seconds: float) -> None:
        """Count one delivery."""
        fresh = sum(each.fresh for each in placed)
        self.events += fresh
        self.repeats += len(placed) - fresh
        self.seconds.observe(seconds)


@dataclass(slots=True)
class StepFigures:
    """How steps went, by business and outcome: `done`, `failed`, `parked`, `conflict`.

    `refused` are claims that the database decided against.
    """

    outcomes: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0
    seconds: Histogram = field(default_factory=lambda: Histogram(QUICK))


@dataclass(slots=True)
class SendFigures:
    """What became of tries to send, by port and the row's next state.

    `seconds` is how long one try took, `waited` how long after its step a message was with the provider.
    """

    outcomes: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    seconds: Histogram = field(default_factory=lambda: Histogram(QUICK))
    waited: Histogram = field(default_factory=lambda: Histogram(LONG))


@dataclass(slots=True)
class CommitFigures:
    """How transactions were written: how many scripts shared each commit, and how many could not be written."""

    groups: Histogram = field(default_factory=lambda: Histogram(SHARED))
    failed: int = 0

    def take(self, shared: int, *, failed: bool) -> None:
        """Count one transaction of `shared` scripts."""
        self.groups.observe(shared)
        self.failed += failed
