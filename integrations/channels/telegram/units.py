"""Text as Telegram counts it: in UTF-16 units, split where a reader would pause."""

import re

PAUSES = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?։:…])\s+"), re.compile(r"\s+"))


def units(text: str) -> int:
    """The length of a text in UTF-16 units; a lone surrogate counts as one."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def sound(text: str) -> str:
    """A text that can be written as UTF-8: a lone surrogate becomes the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most `most` units, cut between paragraphs, else lines, sentences, words.

    Never inside one character of two units. Only white space at the cuts is gone. An empty text has no part.
    """
    parts = []
    rest = text.strip()
    while len(rest) * 2 > most and units(rest) > most:  # no character has more than two
        window = head(rest, most)
        cut = pause(window, rest)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def pause(window: str, rest: str) -> int:
    """Where to cut: after the last pause of the best kind in the second half of the window, else at its end."""
    for kind in PAUSES:
        ends = [found.start() for found in kind.finditer(rest, 0, len(window) + 1) if found.start() > len(window) // 2]
        if ends:
            return ends[-1]
    return len(window)


def head(text: str, most: int) -> str:
    """As many first characters as fit into `most` units."""
    if len(text) * 2 <= most:
        return text
    counted = 0
    for place, character in enumerate(text):
        counted += 2 if character > "\uffff" else 1
        if counted > most:
            return text[:place]
    return text
