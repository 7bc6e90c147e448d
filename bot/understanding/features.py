"""What the likeness of two texts is measured by: their words, pairs of words, and pieces of words.

All of the skeleton, in which native spelling, transliteration and both alphabets of Uzbek meet; pieces of words stand
for endings and slips.
"""

from collections.abc import Sequence
from functools import lru_cache
from sys import intern  # tables of thousands of examples hold each piece again and again

from .fold import fold, skeleton

READ_CHARS = 300  # an intent is said in the first sentences
MOST_WORDS = 30
PIECES = (3, 4)  # letters of a piece; an edge of the word counts as a letter


def features(text: str) -> tuple[str, ...]:
    """Give what a text is compared by, each once, in a fixed order; empty for a text without letters and digits."""
    return features_of(tuple(skeleton(fold(text[:READ_CHARS])).split()[:MOST_WORDS]))


def features_of(words: Sequence[str]) -> tuple[str, ...]:
    """Give the same of words that are skeletons already."""
    found: dict[str, None] = {}
    before = ""
    for word in words:
        found[f"={word}"] = None
        if before:
            found[f"{before}+{word}"] = None
        before = word
        found.update(dict.fromkeys(_pieces(word)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[str, ...]:
    edged = f"<{word[:30]}>"
    return tuple(intern(edged[i : i + size]) for size in PIECES for i in range(len(edged) - size + 1))
