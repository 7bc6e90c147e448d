"""How well free words are understood: figures by language over texts that nothing was trained on.

The labelled texts lie in `tests/understanding/`. The model is trained here, by the shipped phrases alone, as it is for
a firm with the shipped dialogs and nothing of its own.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.understanding import Band, Understander, Vocabulary, guess_language, shipped_phrases
from bot.understanding.intents import read_phrases
from bot.understanding.model import Model, examples_of

SHELF = Path(__file__).parents[2] / "tests" / "understanding"
LANGUAGES = ("hy", "ru", "uz", "ka", "en")
STRANGE = "unknown"
INTENT_HEAD = ("language", "texts", "acted on, right", "acted on, wrong", "right of those acted on",
               "asked", "asked: right among them", "left to the menu", "unknown: rejected", "unknown: acted on")  # fmt: skip
LANGUAGE_HEAD = ("language", "one word: right", "wrong", "unsure", "three words: right", "wrong", "unsure")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one labelled text."""

    label: str
    text: str
    band: Band
    keys: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether what is meant was done, or is among what was asked."""
        return self.label in self.keys


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the texts of one language, 0 to 1; of the known ones unless said otherwise."""

    texts: int
    right: float
    wrong: float
    precision: float
    asked: float
    held: float
    left: float
    rejected: float
    acted_on_unknown: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Figures":
        """Count the outcomes; `held` is the share of the questions that had the right thing among the buttons."""
        known = [each for each in outcomes if each.label != STRANGE]
        strange = Counter(each.band for each in outcomes if each.label == STRANGE)
        count = Counter((each.band, each.right) for each in known)
        acted = count[Band.SURE, True] + count[Band.SURE, False]
        asked = count[Band.ASK, True] + count[Band.ASK, False]
        return cls(
            len(known),
            count[Band.SURE, True] / len(known),
            count[Band.SURE, False] / len(known),
            count[Band.SURE, True] / max(acted, 1),
            asked / len(known),
            count[Band.ASK, True] / max(asked, 1),
            1 - (acted + asked) / len(known),
            strange[Band.UNKNOWN] / max(strange.total(), 1),
            strange[Band.SURE] / max(strange.total(), 1),
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row of the table shows them."""
        shares = (self.right, self.wrong, self.precision, self.asked, self.held, self.left, self.rejected)
        return (str(self.texts), *(f"{share:.0%}" for share in (*shares, self.acted_on_unknown)))


def trained() -> Understander:
    """One that knows the shipped phrases, trained here and now."""
    vocabulary = Vocabulary(shipped_phrases())
    understander = Understander.of(vocabulary)
    understander.use(Model.trained(examples_of(vocabulary.learned)))
    return understander


def outcomes(understander: Understander, language: str) -> list[Outcome]:
    """What becomes of the labelled texts of a language."""
    found = []
    for label, texts in read_phrases(SHELF / "intents" / f"{language}.yaml").items():
        for text in texts:
            reading = understander.read(text, language)
            found.append(Outcome(label, text, reading.band, tuple(guess.key for guess in reading.guesses)))
    return found


def heard_language(language: str, words: str) -> tuple[float, float, float]:
    """Shares of right, wrong and no guesses over the texts of `one` or `three` words."""
    guesses = [guess_language(text) for text in read_phrases(SHELF / "languages" / f"{language}.yaml")[words]]
    right, silent = guesses.count(language), guesses.count(None)
    return right / len(guesses), (len(guesses) - right - silent) / len(guesses), silent / len(guesses)


def tables() -> Iterator[str]:
    """The figures as rows of two tables, and what reading costs."""
    began = time.process_time()
    understander = trained()
    spent = time.process_time() - began
    phrases = sum(len(said) for by_language in shipped_phrases().values() for said in by_language.values())
    every = {language: outcomes(understander, language) for language in LANGUAGES}
    texts = [each.text for found in every.values() for each in found]
    began = time.process_time()
    for text in texts:
        understander.read(text, "en")
    cost = (time.process_time() - began) / len(texts)
    yield from _table(INTENT_HEAD, [(code, *Figures.of(every[code]).cells) for code in LANGUAGES])
    yield ""
    shares = {code: (*heard_language(code, "one"), *heard_language(code, "three")) for code in LANGUAGES}
    yield from _table(LANGUAGE_HEAD, [(code, *(f"{share:.0%}" for share in shares[code])) for code in LANGUAGES])
    yield ""
    yield f"Training on {phrases} phrases: {spent:.1f} CPU seconds. Reading: {1000 * cost:.2f} ms a message."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (head, ("---", *["---:"] * (len(head) - 1)), *rows):
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    for line in tables():
        print(line)
