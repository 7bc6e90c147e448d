"""What the words of five languages mean to the date and number grammar.

There is one grammar; a language is only a file under `data/`. A phrase may mean
several things («շաբաթ» is Saturday and week), so it maps to all of its meanings
and the grammar takes the one that fits its place. A key of a file is a `Kind`;
`endings` are glued to the words of the sections in `inflected` and to digits.
Phrases in another script than Latin are also found by their skeleton.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from .fold import fold, skeleton

_DATA = Path(__file__).parent / "data"
LANGUAGES = ("hy", "ru", "uz", "ka", "en")
SHORTEST_SKELETON = 3  # shorter ones meet by chance: «օր» (day) is `or`, `o'n` (ten) is `on`

Value = tuple[int, ...]
Phrase = tuple[str, ...]


class Kind(StrEnum):
    """What a phrase can be; the value's meaning stands beside each, none where nothing is said."""

    DAY = "day"  # days from today
    WEEKDAY = "weekday"  # 0 is Monday
    WEAK_WEEKDAY = "weak_weekday"  # the same, when its neighbour is a number, a time or a day: «sat»
    MONTH = "month"  # 1 to 12
    WEAK_MONTH = "weak_month"  # the same, beside a day's number only: «may»
    PART = "part"  # first and last minute of a part of the day
    CLOCK = "clock"  # minutes after midnight
    NUMBER = "number"
    ORDINAL = "ordinal"
    SCALE = "scale"  # 1000
    UNIT = "unit"  # index in UNITS
    UNIT_LATER = "unit_later"  # the same, in the form that alone means «in so many»
    SPAN = "span"  # minutes: «half an hour»
    SOON = "soon"  # minutes from now: «now», «ნახევარ საათში»
    IN = "in"
    LATER = "later"  # after a span
    HOUR = "hour"
    HOUR_FROM = "hour_from"
    HOUR_UNTIL = "hour_until"
    MINUTE = "minute"
    AM = "am"
    PM = "pm"
    FRACTION_BEFORE = "fraction_before"  # minutes to add to the hour that follows: «half past»
    FRACTION_AFTER = "fraction_after"  # minutes to add to the hour before it: «yarim»
    HALF_HOUR = "half_hour"  # half of this hour: «полшестого» is 5:30
    LACKING = "lacking"  # «без»: minutes, then the hour
    PAST = "past"  # «անց»: the hour, then minutes
    AT = "at"
    LOOSE_AT = "loose_at"  # as AT, unless a thing that is counted follows: «на 5», «for 5»
    FROM = "from"
    UNTIL = "until"
    AND = "and"
    AFTER = "after"
    BEFORE = "before"
    AFTER_IT = "after_it"  # stands behind the hour: «keyin»
    BEFORE_IT = "before_it"
    THIS = "this"
    NEXT = "next"
    WEEKEND = "weekend"
    OR = "or"
    FILLER = "filler"  # never changes the meaning
    # endings, within a word or after a number
    END_AT = "end_at"
    END_DAY = "end_day"
    END_FROM = "end_from"
    END_UNTIL = "end_until"
    # what digits look like; set by the scanner, never by a file
    DATE = "date"  # year, month, day
    PAIR = "pair"  # two numbers; 1 if a slash stands between; 1 if both have two digits
    TIME = "time"  # hour, minute; 1 if written with a leading zero
    DECIMAL = "decimal"  # hundredths
    DASH = "dash"
    JUNK = "junk"


UNITS = ("minute", "hour", "day", "week", "month")
Meanings = Mapping[Kind, tuple[tuple[str, Value], ...]]  # by language, in the order of LANGUAGES

_Key = tuple[tuple[Kind, tuple[tuple[str, Value], ...]], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All languages in one table; `longest` is the number of words of the longest phrase by its first word."""

    exact: Mapping[Phrase, Meanings]
    loose: Mapping[Phrase, Meanings]
    longest: Mapping[str, int]
    longest_loose: Mapping[str, int]


@dataclass(slots=True)
class _Draft:
    phrases: dict[Phrase, dict[Kind, list[tuple[str, Value]]]] = field(default_factory=dict)
    loose: dict[Phrase, dict[Kind, list[tuple[str, Value]]]] = field(default_factory=dict)

    def add(self, language: str, phrase: str, meanings: Mapping[Kind, Value]) -> None:
        folded = fold(phrase)
        _enter(self.phrases, folded, language, meanings)
        if language != "en":
            bones = skeleton(folded)
            if len(bones) >= SHORTEST_SKELETON:
                _enter(self.loose, bones, language, meanings)


def _enter(
    table: dict[Phrase, dict[Kind, list[tuple[str, Value]]]], text: str, language: str, meanings: Mapping[Kind, Value]
) -> None:
    entry = table.setdefault(tuple(text.split()), {})
    for kind, value in meanings.items():
        known = entry.setdefault(kind, [])
        if all(said != language for said, _ in known):
            known.append((language, value))


@cache
def source(language: str) -> Mapping[str, Any]:
    """Give a language's file as it was written; read once a process."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_DATA / f"{language}.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are safe ones
    if not isinstance(found, dict):
        raise TypeError(f"data/{language}.yaml holds {type(found).__name__}, not a mapping of sections")
    return found


@cache
def lexicon() -> Lexicon:
    """Give the table of all languages; built at the first call, about a tenth of a second."""
    draft = _Draft()
    for language in LANGUAGES:
        _read(draft, language)
    exact, loose = _shared(draft.phrases), _shared(draft.loose)
    return Lexicon(exact, loose, _longest(exact), _longest(loose))


def _shared(table: Mapping[Phrase, Mapping[Kind, list[tuple[str, Value]]]]) -> dict[Phrase, Meanings]:
    """Keep equal meanings once: thousands of inflected forms have a few hundred."""
    kept: dict[_Key, Meanings] = {}
    return {phrase: _once(kept, tuple((k, tuple(v)) for k, v in found.items())) for phrase, found in table.items()}


def _once(kept: dict[_Key, Meanings], key: _Key) -> Meanings:
    return kept.setdefault(key, dict(key))


def _longest(table: Mapping[Phrase, Meanings]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in table:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    return longest


_OTHER_SECTIONS = frozenset(
    {"inflected", "endings", "words", "polite", "never", "strict", "common", "price", "wishing"}
)


def _read(draft: _Draft, language: str) -> None:
    sections = source(language)
    endings = {ending: _ending_kinds(kinds) for ending, kinds in sections["endings"].items()}
    for ending, kinds in endings.items():
        if kinds:
            draft.add(language, ending, kinds)
    for name, section in sections.items():
        if name in _OTHER_SECTIONS:
            continue
        for phrase, value in _phrases(section):
            meanings = {Kind(name): _value(Kind(name), value)}
            draft.add(language, phrase, meanings)
            if name in sections["inflected"]:
                for ending, kinds in endings.items():
                    draft.add(language, phrase + ending, meanings | kinds)


def _phrases(section: Any) -> Iterator[tuple[str, object]]:
    if isinstance(section, dict):
        for value, phrases in section.items():
            for phrase in phrases:
                yield phrase, value
    else:
        for phrase in section:
            yield phrase, None


def _ending_kinds(names: list[str]) -> dict[Kind, Value]:
    return {Kind.HOUR if name == "hour" else Kind(f"end_{name}"): () for name in names}


def _value(kind: Kind, value: object) -> Value:
    """Give the numbers of a section's key: `1`, `"12:00"`, `"06:00-12:00"`, `hour`."""
    if value is None:
        return ()
    if isinstance(value, int):
        return (value,)
    if kind in (Kind.UNIT, Kind.UNIT_LATER):
        return (UNITS.index(str(value)),)
    return tuple(60 * int(clock[:2]) + int(clock[3:]) for clock in str(value).split("-"))
