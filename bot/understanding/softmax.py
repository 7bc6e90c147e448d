"""A softmax over features, in plain Python: which of the keys a text most likely means.

Trained by AdaGrad over the examples; what is learned already is passed over, so later rounds are cheap. The same
examples give the same weights on every machine.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from operator import add
from random import Random

ROUNDS = 12
STEP = 0.5
LEARNED = 0.02  # an example whose key misses less than this of certainty teaches nothing more
RAREST = 2  # examples that a piece of a word must stand in; a word may stand in one


@dataclass(frozen=True, slots=True)
class Softmax:
    """Weights by feature, one for each of `keys`, in their order."""

    keys: tuple[str, ...]
    weights: Mapping[str, Sequence[float]]

    def chances(self, features: Iterable[str]) -> tuple[float, ...]:
        """Give the chance of each key, in the order of `keys`; they add up to 1."""
        return _chances([row for row in map(self.weights.get, features) if row is not None], len(self.keys))


def _chances(rows: Sequence[Sequence[float]], count: int) -> tuple[float, ...]:
    total: list[float] = [0.0] * count
    for row in rows:
        total = list(map(add, total, row))
    scale = 1 / sqrt(len(rows)) if rows else 1.0
    top = max(total, default=0.0)
    powers = [exp(scale * (each - top)) for each in total]
    whole = sum(powers)
    return tuple(power / whole for power in powers)


def train(examples: Sequence[tuple[str, Sequence[str]]], keys: Sequence[str]) -> Softmax:
    """Learn from examples, each a key and the features of a phrase."""
    seen = Counter(feature for _, found in examples for feature in found)
    known = {name for name, count in seen.items() if count >= RAREST or name[0] == "="}
    weights = {name: [0.0] * len(keys) for name in seen if name in known}
    squares = {name: [0.01] * len(keys) for name in weights}
    place = {key: n for n, key in enumerate(keys)}
    tasks = [(place[key], [name for name in found if name in weights]) for key, found in examples]
    order = Random(0)  # noqa: S311  the order of learning is no secret
    for _ in range(ROUNDS):
        order.shuffle(tasks)
        for target, found in tasks:
            _learn(weights, squares, target, found)
    return Softmax(tuple(keys), weights)


def _learn(
    weights: Mapping[str, list[float]], squares: Mapping[str, list[float]], target: int, found: Sequence[str]
) -> None:
    rows = [weights[name] for name in found]
    if not rows:
        return
    chances = _chances(rows, len(rows[0]))
    if chances[target] > 1 - LEARNED:
        return
    scale = 1 / sqrt(len(rows))
    slopes = [(n, scale * (chance - (n == target))) for n, chance in enumerate(chances) if n == target or chance > 0.01]
    for name, row in zip(found, rows, strict=True):
        past = squares[name]
        for n, slope in slopes:
            past[n] += slope * slope
            row[n] -= STEP * slope / sqrt(past[n])
