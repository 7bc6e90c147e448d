"""How near a text is to the nearest example of a key: shared features, the rare ones counting for more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where each feature stands among the examples, and what one is `worth` by the number of examples that have it."""

    keys: Sequence[str]
    lengths: Sequence[float]
    places: Mapping[str, Sequence[int]]
    worth: Sequence[float]

    @classmethod
    def of(cls, examples: Sequence[tuple[str, Sequence[str]]]) -> "Nearest":
        """Index examples, each a key and the features of a phrase."""
        places: dict[str, list[int]] = {}
        for n, (_, found) in enumerate(examples):
            for name in found:
                places.setdefault(name, []).append(n)
        often = max(map(len, places.values()), default=0)
        worth = [log(1 + len(examples) / max(count, 1)) for count in range(often + 1)]
        lengths = [sqrt(sum(worth[len(places[name])] ** 2 for name in found)) for _, found in examples]
        return cls([key for key, _ in examples], lengths, {name: tuple(at) for name, at in places.items()}, worth)

    def nearness(self, features: Iterable[str]) -> dict[str, float]:
        """Give for every key that shares a feature the cosine to its nearest example, 0 to 1."""
        shared: dict[int, float] = {}
        length = 0.0
        for name in features:
            places = self.places.get(name, ())
            value = self.worth[len(places)] ** 2
            length += value
            for place in places:
                shared[place] = shared.get(place, 0.0) + value
        best: dict[str, float] = {}
        for place, value in shared.items():
            near = value / self.lengths[place]
            key = self.keys[place]
            if near > best.get(key, 0.0):
                best[key] = near
        whole = sqrt(length) or 1.0
        return {key: near / whole for key, near in best.items()}
