"""Looks for the first seed that finds a planted bug, and says by which promise."""

from dataclasses import replace
from typing import NamedTuple

from tests.simulation.planted import NEEDS, PLANTED
from tests.simulation.run import Ending, Ground, run_seed, seeded
from tests.simulation.weather import drawn

MOST = 1000


class Caught(NamedTuple):
    """A planted bug and the first seed that finds it; 0 seeds looked at is none."""

    bug: str
    seed: int | None
    promise: str


def caught_by(ground: Ground, bug: str, seed: int) -> str:
    """Which promise a seed finds broken with a bug in the product; empty when it finds none.

    A run that differs from its own repeat breaks a promise too.
    """
    with PLANTED[bug]():
        found = run_seed(ground, seed)
        if found.broken:
            return found.broken[0].partition(":")[0]
        if bug in NEEDS_TWO and not same(found, run_seed(ground, seed)):
            return "replay"
    return ""


NEEDS_TWO = frozenset({"ids are drawn at random"})
"""Bugs that change nothing but the repeat."""


def same(one: Ending, other: Ending) -> bool:
    """Whether two runs were the same to the last row."""
    return replace(one, counts={}) == replace(other, counts={})


def hunt(ground: Ground, bug: str, most: int = MOST) -> Caught:
    """Try one seed after another."""
    needs = NEEDS.get(bug)
    for seed in range(most):
        if needs is not None and not needs(drawn(seeded(seed))):
            continue
        if promise := caught_by(ground, bug, seed):
            return Caught(bug, seed, promise)
    return Caught(bug, None, "")
