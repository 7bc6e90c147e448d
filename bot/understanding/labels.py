"""Which of the offered labels a typed answer means.

Tiers from strict to loose: equal, spelled in other letters, named within a
sentence, named there in other letters, named in part, named in another
grammatical form, misspelt. The best tier that finds anything is given whole,
so two keys mean that the caller should ask which.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from .fold import fold, prepare, same, skeleton

CLOSE = 0.8  # difflib ratio; «стрижку» for «стрижка» has 0.86
SHORTEST_FUZZY = 5  # letters of a label
MOST_FUZZY_WORDS = 12  # of the text; longer talk is no answer to a choice
SHORTEST_ALIKE = 3  # letters of a skeleton
SHORTEST_SOUNDED = 5  # letters of the skeleton of a label that may be named within a sentence in other letters
SHORTEST_PART = 4  # letters of a text that may stand for a longer label
SHORTEST_INFLECTED = 5  # letters of a word whose ending may differ
ENDING = 2  # letters of it that may; the languages here hang much more behind a word than they change in it
SHORTEST_NAMED = 2  # letters of a label that may be named within a sentence
_WORD = re.compile(r"\w+(?:'\w+)*'?")


def match_label(text: str, labels: Mapping[str, Sequence[str]], *, plainly: bool = False) -> tuple[str, ...]:
    """Give the keys whose label or alias the text means, in the order of `labels`; empty for none.

    A label that only repeats a part of a longer one that was named («cleaning»
    in «deep cleaning») does not count. `plainly` leaves out labels that are
    named in part only or misspelt.
    """
    folded = fold(text)
    if not folded:
        return tuple(key for key, names in labels.items() if any(same(text, name) for name in names))
    names = [(key, name, fold(name)) for key, aliases in labels.items() for name in aliases]
    names = [(key, name, plain) for key, name, plain in names if plain]
    equal = [key for key, _, plain in names if plain == folded]
    bones, sounds = skeleton(text), [(key, name, skeleton(name)) for key, name, _ in names]
    alike = equal or ([key for key, _, sound in sounds if sound == bones] if len(bones) >= SHORTEST_ALIKE else [])
    return _keys(
        alike
        or _named(folded, names)
        or _named(bones, [each for each in sounds if len(each[2]) >= SHORTEST_SOUNDED])
        or ([] if plainly else _shortened(folded, names))
        or _inflected(folded, names)
        or ([] if plainly else _close(folded, names))
    )


def without_label(text: str, names: Sequence[str]) -> str:
    """Give a text without the words of these names, however they are spelled or end in it."""
    parts = {part for name in names for part in fold(name).split()}
    bones = {skeleton(part) for part in parts}

    def said(word: re.Match[str]) -> str:
        plain = fold(word[0])
        sound = skeleton(plain)
        named = plain in parts or (len(sound) >= SHORTEST_ALIKE and sound in bones)
        return " " if named or any(_same_stem(part, plain) or _misspelt(part, plain) for part in parts) else word[0]

    return _WORD.sub(said, prepare(text))


def _keys(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _named(folded: str, names: Sequence[tuple[str, str, str]]) -> list[str]:
    padded = f" {folded} "
    inside = [(key, plain) for key, _, plain in names if len(plain) >= SHORTEST_NAMED and f" {plain} " in padded]
    longer = {plain for _, plain in inside}
    return [
        key for key, plain in inside if not any(f" {plain} " in f" {other} " and other != plain for other in longer)
    ]


def _shortened(folded: str, names: Sequence[tuple[str, str, str]]) -> list[str]:
    """The keys whose label has the whole text in it («Anahit» for «Anahit Sargsyan»)."""
    if len(folded) < SHORTEST_PART:
        return []
    return [key for key, _, plain in names if f" {folded} " in f" {plain} "]


def _inflected(folded: str, names: Sequence[tuple[str, str, str]]) -> list[str]:
    """The keys whose every word stands in the text, the longer ones perhaps with another ending («на чистку»)."""
    words = folded.split()
    begin = {word[: SHORTEST_INFLECTED - 1] for word in words}
    return [
        key
        for key, _, plain in names
        if len(plain) >= SHORTEST_INFLECTED
        and plain.split(" ", 1)[0][: SHORTEST_INFLECTED - 1] in begin  # most labels end here
        and all(any(_same_stem(part, word) for word in words) for part in plain.split())
    ]


def _same_stem(label: str, word: str) -> bool:
    if len(label) < SHORTEST_INFLECTED:
        return label == word
    kept = max(len(label) - ENDING, SHORTEST_INFLECTED - 1)
    return len(word) <= len(label) + 3 * ENDING and word[:kept] == label[:kept]


def _misspelt(label: str, word: str) -> bool:
    return len(label) >= SHORTEST_FUZZY and _is_close(word, label)


def _close(folded: str, names: Sequence[tuple[str, str, str]]) -> list[str]:
    words = folded.split()
    if len(words) > MOST_FUZZY_WORDS:
        return []
    pieces: dict[int, list[str]] = {}
    close: list[str] = []
    for key, _, plain in names:
        if len(plain) < SHORTEST_FUZZY:
            continue
        length = plain.count(" ") + 1
        if length not in pieces:
            pieces[length] = list(_pieces(words, length))
        if any(_is_close(piece, plain) for piece in pieces[length]):
            close.append(key)
    return close


def _pieces(words: Sequence[str], length: int) -> Iterator[str]:
    yield " ".join(words)
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def _is_close(piece: str, label: str) -> bool:
    """Ask the cheap questions first: the lengths, then the letters, then their order."""
    if 2 * min(len(piece), len(label)) < CLOSE * (len(piece) + len(label)):
        return False
    matcher = _matcher(label)
    matcher.set_seq1(piece)
    return matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE


@lru_cache(maxsize=4096)
def _matcher(label: str) -> SequenceMatcher[str]:
    # Most of a comparison's cost is taking in the second text, so the labels, which come again, are that one.
    return SequenceMatcher(None, "", label, autojunk=False)
