"""Numbers as people write them: digits of any script, separators of any habit, words.

A text that holds two numbers, or one that may be a thousand or a decimal, is
not guessed at.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from .fold import prepare
from .lexicon import Kind, Value
from .scan import SCANNED_CHARS, scan

_WRITTEN = re.compile(r"(?<![\d\w])([-\u2212]?)(\d{1,15}(?:[.,' \u00a0\u202f]\d{1,15})*)(?![\d])")
_GROUPED = re.compile(r"\d{1,3}(?:([ ',.\u00a0\u202f])\d{3})(?:\1\d{3})*")
_SPACES = re.compile(r"[ '\u00a0\u202f]")


def read_number(text: str, language: str) -> Decimal | None:
    """Read the one number in a text; None if there is none, more than one, or two readings.

    «12 500», «12,5», «1 000.50», «1.000,50», «два», «2 тысячи», «5 հազար». «1,500» is
    1500 in English; elsewhere it may be one and a half, so it is None.
    """
    line = prepare(text[:SCANNED_CHARS])
    written = [_decimal(found[1], found[2], language) for found in _WRITTEN.finditer(line)]
    bare = _WRITTEN.sub(" ", line)
    if any(c.isdigit() for c in bare):
        return None
    spoken = _spoken(bare, language)
    if len(written) == 1 and written[0] is not None:
        scales = [value for kind, value in spoken if kind is Kind.SCALE]
        others = [value for kind, value in spoken if kind is Kind.NUMBER]
        return None if others or len(scales) > 1 else written[0] * (scales[0] if scales else 1)
    return _said(spoken) if not written else None


def _decimal(sign: str, digits: str, language: str) -> Decimal | None:
    """Give the value of digits with separators; None for two numbers or two readings."""
    plain = _SPACES.sub(" ", digits)
    whole, comma, dot = plain, plain.count(","), plain.count(".")
    fraction = ""
    if comma and dot:
        mark = max(plain.rfind(","), plain.rfind("."))
        whole, fraction = plain[:mark], plain[mark + 1 :]
    elif comma + dot == 1:
        whole, fraction = re.split("[.,]", plain)
        if len(fraction) == 3 and 0 < len(whole) <= 3 and whole != "0":
            if language != "en":
                return None
            whole, fraction = (whole + fraction, "") if comma else (whole, fraction)
    if not whole.isdigit() and not _GROUPED.fullmatch(whole):
        return None
    if not fraction.isdigit() and fraction:
        return None
    number = Decimal("".join(c for c in whole if c.isdigit()) + (f".{fraction}" if fraction else ""))
    return -number if sign else number


def _spoken(text: str, language: str) -> list[tuple[Kind, int]]:
    spoken: list[tuple[Kind, int]] = []
    for symbol in scan(text, language).symbols:
        value = _number_word(symbol.meanings)
        if value is not None:
            spoken.append(value)
    return spoken


def _number_word(meanings: Mapping[Kind, Value]) -> tuple[Kind, int] | None:
    for kind in (Kind.SCALE, Kind.NUMBER):
        if kind in meanings:
            return kind, meanings[kind][0]
    return None


def _said(spoken: list[tuple[Kind, int]]) -> Decimal | None:
    """Add up number words: hundreds, tens and ones must fall, a scale multiplies what stands before it."""
    if not spoken:
        return None
    total = group = 0
    room = 1000  # what the next word must be smaller than
    for kind, value in spoken:
        if kind is Kind.SCALE:
            total, group, room = total + max(group, 1) * value, 0, 1000
        elif value == 100 and 0 < group < 10:
            group, room = group * 100, 100
        elif value < room:
            group += value
            room = 100 if value >= 100 else 10 if value >= 20 and value % 10 == 0 else 1
        else:
            return None
    return Decimal(total + group)
