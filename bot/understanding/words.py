"""Words that work in every language and state: HUMAN, cancel, back, STOP, yes, no.

They match the whole message only, so that a name or an address cannot fire
them. Only the words that a customer in trouble needs are forgiven a slip.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .fold import COMPARED_CHARS, fold, skeleton
from .lexicon import LANGUAGES, source

LONGEST_PHRASE = 60  # characters; longer messages are talk, not a command
SHORTEST_SKELETON = 4  # letters; a name of three is too often like a word
SHORTEST_FORGIVEN = 5  # letters; «мардин» is not «мард»


class Word(StrEnum):
    """What a global word asks for. STOP ends all messages, CANCEL only the dialog."""

    HUMAN = "human"
    CANCEL = "cancel"
    BACK = "back"
    HELP = "help"
    LANGUAGE = "language"
    MENU = "menu"
    STOP = "stop"
    START = "start"
    YES = "yes"
    NO = "no"
    SKIP = "skip"


_FORGIVEN = (Word.HUMAN, Word.STOP, Word.CANCEL, Word.HELP)  # «назад» is a letter away from the name Назар
_SIGNS = {"+": Word.YES, "👍": Word.YES, "✅": Word.YES, "👌": Word.YES, "-": Word.NO, "👎": Word.NO, "❌": Word.NO}
_LOOK_ALIKE = str.maketrans("авекмнорстухі", "abekmhopctyxi")


@dataclass(frozen=True, slots=True)
class _Words:
    exact: Mapping[str, Mapping[str, Word]]  # folded phrase -> language -> word
    loose: Mapping[str, Mapping[str, Word]]  # skeletons of what is not English
    forgiven: Mapping[int, Mapping[str, Word]]  # by their length
    names: frozenset[str]
    polite: frozenset[str]


@cache
def read_words() -> _Words:
    """Give the global words of all languages with their spellings."""
    exact: dict[str, dict[str, Word]] = {}
    loose: dict[str, dict[str, Word]] = {}
    names: set[str] = set()
    polite: set[str] = set()
    strict: set[str] = set()
    for language in LANGUAGES:
        sections = source(language)
        names.update(map(fold, sections["never"]))
        strict.update(map(fold, sections["strict"]))
        polite.update(map(fold, sections["polite"]))
        for word, phrases in sections["words"].items():
            for phrase in phrases:
                exact.setdefault(fold(phrase), {}).setdefault(language, Word(word))
                if language != "en" and len(skeleton(phrase)) >= SHORTEST_SKELETON:
                    loose.setdefault(skeleton(phrase), {}).setdefault(language, Word(word))
    forgiven = {text: word for text, said in exact.items() for word in said.values() if word in _FORGIVEN}
    for text in [text for text in forgiven if len(text) < SHORTEST_FORGIVEN or text in strict]:
        del forgiven[text]
    by_length: dict[int, dict[str, Word]] = {}
    for text, word in forgiven.items():
        by_length.setdefault(len(text), {})[text] = word
    return _Words(exact, loose, by_length, frozenset(names), frozenset(polite))


def global_word(text: str) -> Word | None:
    """Give the word that the whole message is, in any language, native or Latin letters; else None.

    HUMAN, STOP, CANCEL and HELP also with one slip (a letter wrong, missing,
    doubled or swapped) in words of five letters or more. Look-alike letters of
    another alphabet are seen through. Names that look like a word (Ara is «არა»
    in Latin letters) do not fire.
    """
    if len(text) > COMPARED_CHARS or not text.strip():
        return None
    folded = fold(text)
    if not folded:
        return _sign(text)
    if len(folded) > LONGEST_PHRASE or folded in read_words().names:
        return None
    for candidate in dict.fromkeys((folded, _unmixed(folded))):
        found = _known(candidate) or _forgiven(candidate)
        if found is not None:
            return found
    return _sign(text)


def _known(folded: str) -> Word | None:
    words = read_words()
    return next(iter((words.exact.get(folded) or _spelled_otherwise(folded)).values()), None)


def _spelled_otherwise(folded: str) -> Mapping[str, Word]:
    """Give the words that Latin letters may stand for, of any language; Cyrillic ones only for Uzbek."""
    found = read_words().loose.get(skeleton(folded), {})
    if not found or folded.isascii():
        return found
    is_cyrillic = any("\u0400" <= c <= "\u04ff" for c in folded)
    return {"uz": found["uz"]} if is_cyrillic and "uz" in found else {}


def _unmixed(folded: str) -> str:
    """Give a word of mixed alphabets in Latin letters: «СTOP» with a Cyrillic С."""
    if folded.isascii():
        return folded
    has_latin = any("a" <= c <= "z" for c in folded)
    return folded.translate(_LOOK_ALIKE) if has_latin else folded


def _forgiven(folded: str) -> Word | None:
    words = read_words()
    if len(folded) < SHORTEST_FORGIVEN:
        return None
    near = (words.forgiven.get(len(folded) + more, {}) for more in (-1, 0, 1))
    first, last = folded[0], folded[-1]  # one slip leaves one of the two as it was
    close = {
        word
        for some in near
        for text, word in some.items()
        if (text[0] == first or text[-1] == last) and one_slip(folded, text)
    }
    return close.pop() if len(close) == 1 else None


def one_slip(a: str, b: str) -> bool:
    """Say if two texts differ by one letter: wrong, missing, extra, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        swapped = rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
        return rest_a[1:] == rest_b[1:] or swapped
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]


def _sign(text: str) -> Word | None:
    if _SIGNS.keys().isdisjoint(text):
        return None
    bare = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Sk", "Zs", "Cc"))
    return _SIGNS.get(bare[:1]) if bare and len(set(bare)) == 1 else None


def yes_no(text: str, language: str) -> bool | None:
    """Say if a message agrees or refuses; None if it does neither, or both, or says anything more.

    Courtesy around the answer is ignored («да, пожалуйста»). Where a word means
    different things, `language` decides.
    """
    if len(text) > COMPARED_CHARS:
        return None
    folded = fold(text)
    if len(folded) > LONGEST_PHRASE:
        return None
    said = _answers(folded.split(), language) or {_sign(text)}
    return said == {Word.YES} if said in ({Word.YES}, {Word.NO}) else None


def _answers(words: list[str], language: str) -> set[Word | None] | None:
    """Give the answers in a message, longest phrases first; None if a word is no part of one."""
    said: set[Word | None] = set()
    i = 0
    while i < len(words):
        for end in range(len(words), i, -1):
            word = _answer(" ".join(words[i:end]), language)
            if word is not None:
                said.add(word)
                i = end
                break
        else:
            if words[i] not in read_words().polite:
                return None
            i += 1
    return said


def _answer(phrase: str, language: str) -> Word | None:
    for table in (read_words().exact.get(phrase, {}), _spelled_otherwise(phrase)):
        found = [word for word in table.values() if word in (Word.YES, Word.NO)]
        own = table.get(language)
        if found:
            return own if own in (Word.YES, Word.NO) else found[0]
    return None
