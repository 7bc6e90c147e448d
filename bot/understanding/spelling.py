"""Which language a word is spelled in, by its pieces of two to four letters.

Learned from the words of the shipped phrases and word lists, each counted once. Armenian, Russian and Georgian are
learned as people type them in Latin letters, and Uzbek as they type it in Cyrillic ones, in several habits each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from sys import intern  # most pieces stand in several languages

from .fold import fold
from .intents import shipped_phrases
from .letters import LATIN
from .lexicon import LANGUAGES, source

SIZES = (2, 3, 4)
SMOOTH = 0.4
LONGEST = 24  # letters of a word that are looked at

_HABITS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "hy": (
        {},
        {"խ": "x", "ղ": "x", "ց": "c", "ծ": "c", "ձ": "c", "ճ": "j", "ը": "y", "յ": "y", "ռ": "rr", "ժ": "j"},
        {"խ": "kh", "ղ": "gh", "ը": "@", "ց": "c", "ծ": "ts", "ք": "k", "ճ": "ch", "ժ": "j", "ե": "ye"},
    ),
    "ru": (
        {},
        {"х": "h", "ц": "c", "ж": "j", "й": "i", "ы": "i", "щ": "sh", "я": "ia", "ю": "iu", "ч": "ch"},
        {"х": "h", "ц": "ts", "ж": "zh", "й": "j", "ы": "y", "щ": "sch", "я": "ja", "ю": "ju", "ь": "'"},
    ),
    "ka": (
        {},
        {"ხ": "x", "ყ": "y", "წ": "w", "ჭ": "w", "ძ": "z", "ც": "c", "ღ": "g", "ფ": "f", "ჟ": "j"},
        {"ხ": "x", "ყ": "k", "წ": "c", "ჭ": "ch", "ძ": "dz", "ც": "c", "ღ": "g", "ფ": "f", "ქ": "k"},
    ),
}
_TO_CYRILLIC = (
    ("o'", "ў"), ("g'", "ғ"), ("sh", "ш"), ("ch", "ч"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("ye", "е"), ("ts", "ц"),
    *zip("abdefghijklmnopqrstuvxyz'", "абдефгҳижклмнопқрстувхйзъ", strict=True),
)  # fmt: skip
_PLAIN_CYRILLIC = str.maketrans("ўғқҳ", "угкх")  # keyboards without the Uzbek letters


@dataclass(frozen=True, slots=True)
class Spelling:
    """How likely each piece is in each language."""

    likely: Mapping[str, Mapping[str, float]]
    never: Mapping[str, float]

    @classmethod
    def of(cls, words: Mapping[str, Iterable[str]]) -> "Spelling":
        """Count the pieces of words by language."""
        counts = {language: Counter(p for word in some for p in _pieces(word)) for language, some in words.items()}
        kinds = len(set().union(*counts.values()))
        whole = {language: count.total() + SMOOTH * kinds for language, count in counts.items()}
        never = {language: log(SMOOTH / whole[language]) for language in counts}
        likely = {}
        for code, count in counts.items():
            by_number = {n: log((n + SMOOTH) / whole[code]) for n in set(count.values())}
            likely[code] = {piece: by_number[n] for piece, n in count.items()}
        return cls(likely, never)

    def weigh(self, words: Iterable[str]) -> list[tuple[float, str]]:
        """Give the languages with how likely these words are in each, as logarithms a letter; likeliest first."""
        pieces = [piece for word in words for piece in _pieces(word)]
        sums = {code: sum(known.get(p, self.never[code]) for p in pieces) for code, known in self.likely.items()}
        return sorted(((total / len(SIZES), code) for code, total in sums.items()), reverse=True)


def _pieces(word: str) -> Iterator[str]:
    edged = f"<{word[:LONGEST]}>"
    for size in SIZES:
        for i in range(len(edged) - size + 1):
            yield intern(edged[i : i + size])


@cache
def latin_spelling() -> Spelling:
    """The five languages in Latin letters; built at the first call."""
    return Spelling.of(
        {code: {form for word in _words(code) for form in _latin_forms(word, code)} for code in LANGUAGES}
    )


@cache
def cyrillic_spelling() -> Spelling:
    """Russian and Uzbek in Cyrillic letters; built at the first call."""
    russian = {word for word in _words("ru") if not word.isascii()}
    uzbek = {form for word in _words("uz") for form in _cyrillic_forms(word)}
    return Spelling.of({"ru": russian, "uz": uzbek})


def _words(language: str) -> Sequence[str]:
    phrases = [phrase for said in shipped_phrases().values() for phrase in said.get(language, ())]
    phrases += source(language)["common"]
    return sorted({word for phrase in phrases for word in fold(phrase).split() if len(word) > 1 and not word.isdigit()})


def _latin_forms(word: str, language: str) -> Iterator[str]:
    if word.isascii():
        yield word
        return
    for habit in _HABITS.get(language, ()):
        text = word.replace("ու", "u").replace("եւ", "ev")
        text = "vo" + text[1:] if text.startswith("ո") else text
        yield "".join(habit.get(letter) or LATIN.get(letter, letter) for letter in text)


def _cyrillic_forms(word: str) -> Iterator[str]:
    text = word
    if word.isascii():
        for latin, cyrillic in _TO_CYRILLIC:
            text = text.replace(latin, cyrillic)
    yield text
    yield text.translate(_PLAIN_CYRILLIC)
