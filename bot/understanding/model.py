"""The trained part of understanding: a softmax, and the examples that it was trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .features import features
from .intents import NONE, Phrases
from .nearest import Nearest
from .reading import Guess
from .softmax import Softmax, train

Example = tuple[str, Sequence[str]]


def examples_of(phrases: Phrases) -> list[Example]:
    """Give every phrase with its key, as features; in a fixed order, each only once a key."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for key in sorted(phrases):
        for language in sorted(phrases[key]):
            for phrase in phrases[key][language]:
                if said := features(phrase):
                    found[key, said] = None
    return list(found)


@dataclass(frozen=True, slots=True)
class Model:
    """Scores a text for every key."""

    softmax: Softmax
    nearest: Nearest

    @classmethod
    def of(cls, softmax: Softmax, examples: Sequence[Example]) -> "Model":
        """Join trained weights with the examples that they were trained on."""
        return cls(softmax, Nearest.of(examples))

    @classmethod
    def trained(cls, examples: Sequence[Example]) -> "Model":
        """Train now: seconds of work, so never on the loop."""
        return cls.of(train(examples, sorted({key for key, _ in examples})), examples)

    def guesses(self, text: str) -> list[Guess]:
        """Give the keys that the text may mean, likeliest first, with chance times nearness; `none` is left out."""
        said = features(text)
        near: Mapping[str, float] = self.nearest.nearness(said)
        chances = zip(self.softmax.keys, self.softmax.chances(said), strict=True)
        scored = [Guess(key, chance * near.get(key, 0.0)) for key, chance in chances if key != NONE]
        return sorted(scored, key=lambda guess: -guess.score)
