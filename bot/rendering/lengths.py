"""The length of a text as a channel counts it, and where to cut one that is too long."""

import re
import unicodedata
from collections.abc import Callable

Measure = Callable[[str], int]
"""A length that grows character by character: that of a text is the sum of those of its characters, each at most `WIDEST`."""

PAUSES = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?։:…])\s+"), re.compile(r"\s+"))
"""Where a reader would pause, best first."""

WIDEST = 4  # the most that a measure counts for one character

JOINER, VARIATION = "\u200d", "\ufe0f"


def characters(text: str) -> int:
    """Code points."""
    return len(text)


def utf16_units(text: str) -> int:
    """UTF-16 units; a lone surrogate counts as one."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def split(text: str, most: int, measure: Measure = characters) -> list[str]:
    """The text in parts of at most `most`, cut between paragraphs, else lines, sentences, words.

    Only white space at the cuts is gone. An empty text has no part. Raises `ValueError` for a limit into which a single
    character may not fit.
    """
    if most < WIDEST:
        raise ValueError("a character may have four bytes")
    parts = []
    rest = text.strip()
    while len(rest) * WIDEST > most and measure(rest) > most:
        window = _head(rest, most, measure)
        cut = _pause(window, rest)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _pause(window: str, rest: str) -> int:
    """Where to cut: after the last pause of the best kind in the second half of the window, else at its end."""
    for kind in PAUSES:
        ends = [found.start() for found in kind.finditer(rest, 0, len(window) + 1) if found.start() > len(window) // 2]
        if ends:
            return ends[-1]
    return _between_signs(window, rest)


def _between_signs(window: str, rest: str) -> int:
    """The end of the window, or a little before it where that would tear what is seen as one sign."""
    cut = len(window)
    while cut > 1 and (_goes_on(rest[cut]) or rest[cut - 1] == JOINER):
        cut -= 1
    return cut if cut > 1 else len(window)


def _goes_on(character: str) -> bool:
    return character in (JOINER, VARIATION) or unicodedata.combining(character) > 0 or "🏻" <= character <= "🏿"


def _head(text: str, most: int, measure: Measure) -> str:
    """As many first characters as fit."""
    counted = 0
    for place, character in enumerate(text):
        counted += measure(character)
        if counted > most:
            return text[:place]
    return text
