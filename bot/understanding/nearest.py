"""How near a text is to the nearest example of a key: shared features, the rare ones counting for more."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where each feature stands among the examples. `worth` of a feature that no example has is `strange`."""

    keys: Sequence[str]
    lengths: Sequence[float]
    places: Mapping[str, Sequence[int]]
    worth: Mapping[str, float]
    strange: float

    @classmethod
    def of(cls, examples: Sequence[tuple[str, Sequence[str]]]) -> "Nearest":
        """Index examples, each a key and the features of a phrase."""
        count = Counter(feature for _, found in examples for feature in found)
        worth = {name: log(1 + len(examples) / often) for name, often in count.items()}
        places: dict[str, list[int]] = {}
        for n, (_, found) in enumerate(examples):
            for name in found:
                places.setdefault(name, []).append(n)
        lengths = [sqrt(sum(worth[name] ** 2 for name in found)) for _, found in examples]
        return cls([key for key, _ in examples], lengths, places, worth, log(1 + len(examples)))

    def nearness(self, features: Iterable[str]) -> dict[str, float]:
        """Give for every key that shares a feature the cosine to its nearest example, 0 to 1."""
        shared: dict[int, float] = {}
        length = 0.0
        for name in features:
            value = self.worth.get(name, self.strange) ** 2
            length += value
            for place in self.places.get(name, ()):
                shared[place] = shared.get(place, 0.0) + value
        best: dict[str, float] = {}
        for place, value in shared.items():
            near = value / self.lengths[place]
            key = self.keys[place]
            if near > best.get(key, 0.0):
                best[key] = near
        whole = sqrt(length) or 1.0
        return {key: near / whole for key, near in best.items()}
