"""What free words mean: the intents of one firm, read from whole phrases, named words, and a small trained model.

Whole phrases and the firm's own words answer from the first moment; the model joins when it is ready. A text counts
as understood by its chance times its nearness to an example, so that words of another world stay unknown however
sure the model is of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .fold import fold, skeleton
from .intents import NONE, Vocabulary
from .labels import match_label
from .marks import asks_price
from .model import Model
from .preparing import prepare
from .reading import UNKNOWN, Band, Guess, Reading

SURE = 0.28  # set on folds of the training phrases and on tests/understanding/tuning: see docs/understanding.md
ASK = 0.09
LEAD = 2.0  # times that the first guess outscores the second when it is acted on
OFFERED = 3  # guesses that are asked about
WORTH_ASKING = 0.1  # of the first guess's score; a guess below is not asked about
LOOKED_AT = 600  # characters; what is wanted is said in the first sentences
SHORTEST_SKELETON = 3  # letters
POLITE = ("greeting", "thanks")


class Understander:
    """Reads free words by the vocabulary of one firm. Cheap to make; `prepare` brings the trained model."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._whole = _Whole.of(vocabulary)
        self._priced = {key: tuple(map(skeleton, words)) for key, words in vocabulary.priced.items()}
        self._model: Model | None = None

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Understander":
        """One that knows whole phrases and named words from the first moment."""
        return cls(vocabulary)

    @property
    def ready(self) -> bool:
        """Whether the trained model answers."""
        return self._model is not None

    async def prepare(self, cache: Path) -> None:
        """Bring the model: from the folder `cache` when these phrases were trained on before, else trained by a child.

        Messages are read meanwhile. A training that fails is logged, and whole phrases go on answering.
        """
        self._model = await prepare(self._vocabulary.learned, cache) or self._model

    def use(self, model: Model) -> None:
        """Answer by this model from now on."""
        self._model = model

    def read(self, text: str, language: str) -> Reading:
        """Read free words of a customer who speaks `language`; never raises, whatever the text.

        Whole phrases come first, then the firm's own words within the sentence, then the words for a price beside a
        service, then the model.
        """
        folded = fold(text[:LOOKED_AT])
        if not any(letter.isalpha() for letter in folded):
            return UNKNOWN
        if whole := self._whole.keys(folded, language):
            return _settled([self._narrowed(key, folded) for key in whole], whole=True)
        bare = self._whole.without_courtesy(folded)
        if bare != folded and (whole := self._whole.keys(bare, language)):
            return _settled([self._narrowed(key, bare) for key in whole])
        return self._likened(bare)

    def phrase(self, text: str, language: str) -> Reading:
        """Read a text that is a whole phrase to the letter; unknown for all else, which costs no look at the model."""
        whole = self._whole.keys(fold(text[:LOOKED_AT]), language)
        return _settled(whole, whole=True) if whole else UNKNOWN

    def _likened(self, text: str) -> Reading:
        """Read what is no phrase as it stands: the firm's own words in it, and what it is like."""
        vocabulary, plainly = self._vocabulary, self._model is not None
        reading = _banded(self._model.guesses(text)) if self._model else UNKNOWN
        sure = reading.guesses[0].key if reading.band is Band.SURE else ""
        price = self._price(text) if sure in ("", vocabulary.price, *vocabulary.hints) else ""
        named = match_label(text, vocabulary.named, plainly=plainly)
        if len(named) == 1:
            return _settled(dict.fromkeys(key for key in (*named, price or sure) if key))
        if price:
            return _settled([price])
        if sure:
            return reading
        hinted = match_label(text, vocabulary.hints, plainly=plainly)
        return _settled(hinted) if len(hinted) == 1 else reading

    def _price(self, text: str) -> str:
        """Give the key of what the price is asked of, where the words for that stand beside a service; else nothing."""
        if not asks_price(text):
            return ""
        about = match_label(skeleton(text), self._priced, plainly=True)
        if len(about) == 1:
            return about[0]
        return self._vocabulary.price if about or match_label(text, self._vocabulary.hints) else ""

    def _narrowed(self, key: str, text: str) -> str:
        """Give the key of what a whole phrase asks the price of; else the key that it has."""
        return (self._price(text) or key) if key == self._vocabulary.price else key


@dataclass(frozen=True, slots=True)
class _Whole:
    """Keys by language of what is a phrase to the letter, and of its skeleton."""

    folded: Mapping[str, Mapping[str, str]]
    bones: Mapping[str, Mapping[str, str]]
    courtesies: frozenset[str]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "_Whole":
        folded: dict[str, dict[str, str]] = {}
        bones: dict[str, dict[str, str]] = {}
        courtesies = set()
        for key, language, phrase in _every(vocabulary):
            plain, bare = fold(phrase), skeleton(phrase)
            folded.setdefault(plain, {}).setdefault(language, key)
            if len(bare) >= SHORTEST_SKELETON:
                bones.setdefault(bare, {}).setdefault(language, key)
            if key in POLITE:
                courtesies.add(bare)
        return cls(folded, bones, frozenset(courtesies))

    def keys(self, folded: str, language: str) -> tuple[str, ...]:
        """Give the keys that these words are a phrase of: the speaker's language decides, else all that there are."""
        found = self.folded.get(folded) or self.bones.get(skeleton(folded)) or {}
        return (found[language],) if language in found else tuple(dict.fromkeys(found.values()))

    def without_courtesy(self, folded: str) -> str:
        """Leave out a greeting before and thanks after what is said, unless nothing else is said."""
        words = folded.split()
        for size in (3, 2, 1):
            if len(words) > size and skeleton(" ".join(words[:size])) in self.courtesies:
                words = words[size:]
            if len(words) > size and skeleton(" ".join(words[-size:])) in self.courtesies:
                words = words[:-size]
        return " ".join(words)


def _every(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    for key, by_language in vocabulary.learned.items():
        for language, phrases in by_language.items():
            for phrase in phrases:
                yield key, language, phrase


def _settled(keys: Iterable[str], *, whole: bool = False) -> Reading:
    wanted = [key for key in keys if key != NONE]
    if len(wanted) != 1:
        guesses = tuple(Guess(key, 1 / len(wanted)) for key in wanted[:OFFERED])
        return Reading(Band.ASK, guesses, whole) if guesses else UNKNOWN
    return Reading(Band.SURE, (Guess(wanted[0], 1.0),), whole)


def _banded(guesses: Sequence[Guess]) -> Reading:
    if not guesses or guesses[0].score < ASK:
        return UNKNOWN
    first = guesses[0]
    rival = guesses[1].score if len(guesses) > 1 else 0.0
    if first.score >= SURE and first.score >= LEAD * rival:
        return Reading(Band.SURE, (first,))
    likely = tuple(guess for guess in guesses[:OFFERED] if guess.score >= WORTH_ASKING * first.score)
    return Reading(Band.ASK, likely)
