"""A text as the date grammar sees it: a row of symbols.

A symbol is a phrase of the lexicon, something made of digits, or an unknown
word, which matters too: «на 5» is a time, «на 5 человек» is not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .fold import fold_word, prepare, skeleton
from .lexicon import SHORTEST_SKELETON, Kind, Lexicon, Meanings, Value, lexicon

ENDINGS = (Kind.END_AT, Kind.END_DAY, Kind.END_FROM, Kind.END_UNTIL)
_WITH_OWN_ENDING = (Kind.NUMBER, Kind.ORDINAL, Kind.DAY, Kind.WEEKDAY, Kind.MONTH, Kind.CLOCK, Kind.HALF_HOUR)
SCANNED_CHARS = 500  # who writes more than that does not answer «when?»

_TOKEN = re.compile(
    r"(?P<digits>\d(?:[\d.,:/\u0589\-\u2010-\u2014]*\d)?)|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*'?)|(?P<dash>[-\u2010-\u2014])"
)
_JOINT = re.compile(r"[\s\-\u2010-\u2014.]{0,3}")
_DASHES = re.compile(r"[\u2010-\u2014]")
_DATE = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-./])(\d{1,2})\6(\d{4}|\d{2})")
_TIME = re.compile(r"(\d{1,2})[:\u0589](\d{2})(?::\d{2})?")
_PAIR = re.compile(r"(\d{1,2})([./])(\d{1,2})")
_DECIMAL = re.compile(r"(\d{1,4})[.,](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A piece of the text from `start` to `end`, with every meaning it can have; none for an unknown word."""

    start: int
    end: int
    text: str
    meanings: Mapping[Kind, Value]


@dataclass(frozen=True, slots=True)
class Line:
    """The symbols of one text in order. Indices outside are allowed and mean nothing."""

    text: str
    symbols: Sequence[Symbol]

    def has(self, i: int, *kinds: Kind) -> bool:
        """Say if the symbol has one of these meanings."""
        return 0 <= i < len(self.symbols) and any(kind in self.symbols[i].meanings for kind in kinds)

    def value(self, i: int, *kinds: Kind) -> Value | None:
        """Give the value of the first of these meanings that the symbol has."""
        if 0 <= i < len(self.symbols):
            for kind in kinds:
                if kind in self.symbols[i].meanings:
                    return self.symbols[i].meanings[kind]
        return None

    def is_ending(self, i: int) -> bool:
        """Say if an ending stands there by itself, as after digits; «տասին» is a number with its own."""
        return self.has(i, *ENDINGS) and not self.has(i, *_WITH_OWN_ENDING)

    def is_hour_word(self, i: int) -> bool:
        """Say if «o'clock» stands there and does not belong to the number that follows («ժամը 5»)."""
        leads = self.has(i, Kind.AT) and self.has(i + 1, Kind.NUMBER, Kind.TIME, Kind.PAIR, Kind.CLOCK, Kind.HALF_HOUR)
        return self.has(i, Kind.HOUR) and not leads

    def unknown(self, i: int) -> bool:
        """Say if a word stands there that no lexicon knows."""
        return 0 <= i < len(self.symbols) and not self.symbols[i].meanings

    def slice(self, first: int, end: int) -> str:
        """Give the text from symbol `first` up to symbol `end`, not included."""
        return self.text[self.symbols[first].start : self.symbols[end - 1].end]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    shape: str
    text: str
    glued: bool


def scan(text: str, language: str) -> Line:
    """Read a text into symbols; where languages disagree on a phrase, `language` is right."""
    line = prepare(text[:SCANNED_CHARS])[:SCANNED_CHARS]
    tokens = _tokens(line)
    symbols: list[Symbol] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.shape == "word":
            length, meanings = _phrase(line, tokens, i, lexicon())
            end = tokens[i + length - 1].end
            symbols.append(
                Symbol(
                    token.start,
                    end,
                    token.text,
                    _preferred(meanings, language, glued=token.glued, latin=token.text.isascii()),
                )
            )
            i += length
        else:
            symbols.extend(_digits(token))
            i += 1
    return Line(line, _joined([s for s in symbols if set(s.meanings) != {Kind.FILLER}]))


def _tokens(line: str) -> list[_Token]:
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(line):
        shape = found.lastgroup or "word"
        start = found.start()
        before = tokens[-1] if tokens else None
        if shape == "dash":
            tight = before is not None and before.shape == "digits" and before.end == start
            if tight and found.end() < len(line) and line[found.end()].isalpha():
                continue  # the hyphen of «5-го» and «5-ին»
            tokens.append(_Token(start, found.end(), "dash", "-", glued=False))
            continue
        glued = (
            before is not None
            and before.shape == "digits"
            and start - before.end <= 1
            and " " not in line[before.end : start]
        )
        text = fold_word(found[0]) if shape == "word" else _junked(found[0], before, line)
        tokens.append(_Token(start, found.end(), shape, text, glued))
    return tokens


def _junked(text: str, before: _Token | None, line: str) -> str:
    """Give digits as they are, or mark them when a number stands right before: a phone, a card, a long sum."""
    text = _DASHES.sub("-", text)
    after_number = before is not None and before.shape == "digits" and line[before.end : before.end + 1] == " "
    return f"{text}?" if after_number and text.count("-") > 1 else text


def _phrase(line: str, tokens: Sequence[_Token], i: int, lexicon: Lexicon) -> tuple[int, Meanings]:
    """Give the number of tokens of the longest phrase that starts here, and its meanings."""
    first = tokens[i].text
    bones = skeleton(first) if len(first) >= SHORTEST_SKELETON or tokens[i].glued else ""
    most, most_loose = lexicon.longest.get(first, 0), lexicon.longest_loose.get(bones, 0)
    words, ends = [first], [1]
    for at in range(i + 1, min(len(tokens), i + 2 * max(most, most_loose))):
        if tokens[at].shape == "word" and _JOINT.fullmatch(line[tokens[i + ends[-1] - 1].end : tokens[at].start]):
            words.append(tokens[at].text)
            ends.append(at - i + 1)
        elif tokens[at].shape != "dash":
            break
    exact = _longest(lexicon.exact, words[:most])
    if most_loose:
        loose = _longest(lexicon.loose, [bones, *(skeleton(word) for word in words[1:most_loose])])
        exact = loose if loose[0] > exact[0] else exact
    return (ends[exact[0] - 1], exact[1]) if exact[0] else (1, {})


def _longest(table: Mapping[tuple[str, ...], Meanings], words: Sequence[str]) -> tuple[int, Meanings]:
    for length in range(len(words), 0, -1):
        found = table.get(tuple(words[:length]))
        if found is not None:
            return length, found
    return 0, {}


def _preferred(meanings: Meanings, language: str, *, glued: bool, latin: bool) -> dict[Kind, Value]:
    """Choose by language: what it knows itself counts alone, but for endings glued to digits (`5-in`).

    Latin endings stand apart from their digits in Uzbek only: `5 da`, but not `5 th`.
    """
    own = any(said == language for kind, values in meanings.items() if kind not in ENDINGS for said, _ in values)
    chosen: dict[Kind, Value] = {}
    for kind, values in meanings.items():
        by_language = dict(values)
        if kind in ENDINGS and (glued or "uz" in by_language or not latin):
            chosen[kind] = ()
        elif kind not in ENDINGS and (language in by_language or not own):
            chosen[kind] = by_language.get(language, values[0][1])
    for weak, strong in ((Kind.WEAK_MONTH, Kind.MONTH), (Kind.WEAK_WEEKDAY, Kind.WEEKDAY)):
        if weak in chosen and not own:
            chosen.pop(strong, None)  # English «may» is a verb, whatever the Uzbek month is
    return chosen


def _digits(token: _Token) -> list[Symbol]:
    text = token.text
    if token.shape == "dash":
        return [Symbol(token.start, token.end, text, {Kind.DASH: ()})]
    meanings = _shape(text)
    if meanings is None and text.count("-") == 1:
        left, right = text.split("-")
        middle = token.start + len(left)
        pieces = ((token.start, middle, left), (middle, middle + 1, "-"), (middle + 1, token.end, right))
        return [Symbol(s, e, t, {Kind.DASH: ()} if t == "-" else _shape(t) or {Kind.JUNK: ()}) for s, e, t in pieces]
    return [Symbol(token.start, token.end, text, meanings or {Kind.JUNK: ()})]


def _shape(text: str) -> dict[Kind, Value] | None:
    if text.isdigit():
        return {Kind.NUMBER: (int(text),)} if len(text) <= 4 else {Kind.JUNK: ()}
    if found := _DATE.fullmatch(text):
        if found[1]:
            return {Kind.DATE: (int(found[1]), int(found[3]), int(found[4]))}
        year = int(found[8]) + (2000 if len(found[8]) == 2 else 0)
        return {Kind.DATE: (year, int(found[7]), int(found[5]))}
    if found := _TIME.fullmatch(text):
        return {Kind.TIME: (int(found[1]), int(found[2]), int(found[1][0] == "0"))}
    if found := _PAIR.fullmatch(text):
        both = int(len(found[1]) == len(found[3]) == 2)
        return {Kind.PAIR: (int(found[1]), int(found[3]), int(found[2] == "/"), both)}
    if found := _DECIMAL.fullmatch(text):
        return {Kind.DECIMAL: (100 * int(found[1]) + int(found[2].ljust(2, "0")),)}
    return None


_TENS = (20, 30, 40, 50)


def _joined(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Join number words: «двадцать пятого», `yigirma besh`."""
    joined: list[Symbol] = []
    for symbol in symbols:
        before = joined[-1] if joined else None
        if before is not None and before.text.isalpha() and _number(before.meanings, Kind.NUMBER) in _TENS:
            kind = Kind.ORDINAL if Kind.ORDINAL in symbol.meanings else Kind.NUMBER
            low = _number(symbol.meanings, kind)
            if symbol.text[:1].isalpha() and low is not None and 0 < low < 10:
                total = before.meanings[Kind.NUMBER][0] + low
                joined[-1] = Symbol(before.start, symbol.end, symbol.text, {**symbol.meanings, kind: (total,)})
                continue
        joined.append(symbol)
    return joined


def _number(meanings: Mapping[Kind, Value], kind: Kind) -> int | None:
    return meanings[kind][0] if kind in meanings else None
