"""How times of day are said: «at 5», «17:30», «полшестого», «from 10 to 2», «after 18:00».

A bare number is a time only where something says so: a cue, an ending, a part
of the day or a day beside it. What half of the day an hour belongs to is left
open here and settled in `settle`, when the whole line is known.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from .lexicon import Kind, Value
from .moments import MINUTES_A_DAY, TimeRange, clock
from .scan import Line

NOON = 12 * 60
FIRST_BUSINESS_HOUR = 8  # 8 to 12 alone are taken as the morning's; 1 to 7 may be either half
_ENDINGS = (Kind.END_AT, Kind.END_DAY, Kind.END_FROM, Kind.END_UNTIL, Kind.HOUR_FROM, Kind.HOUR_UNTIL)
_BESIDE = (Kind.PAIR, Kind.DAY, Kind.WEEKDAY, Kind.WEAK_WEEKDAY, Kind.MONTH, Kind.PART, Kind.DATE)
_NUMERIC = (Kind.NUMBER, Kind.JUNK, Kind.DECIMAL)


class Shape(StrEnum):
    """What a mention says about its hour."""

    AT = "at"
    BETWEEN = "between"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Hour:
    """Minutes after midnight; while not `fixed` 5:00 may still be 17:00, and `part` decides if it is known."""

    minutes: int
    fixed: bool = False
    part: Value | None = None


@dataclass(frozen=True, slots=True)
class HourMention:
    """Times read from symbols `first` up to `end`; `stop` is the end of a span."""

    first: int
    end: int
    shape: Shape
    start: Hour
    stop: Hour | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    hour: Hour
    end: int
    sure: bool
    endings: frozenset[Kind] = frozenset()


def read_hour(line: Line, i: int, *, asked: bool, day_known: bool) -> HourMention | None:
    """Read what is said of times at symbol `i`.

    `asked`: the text answers «what time?», so a bare number will do.
    `day_known`: a day or a part of one stands somewhere in the line.
    """
    return (
        _between(line, i, context=asked or day_known)
        or _open(line, i)
        or _exact(line, i, asked=asked, day_known=day_known)
    )


def _between(line: Line, i: int, *, context: bool) -> HourMention | None:
    """«from 10 to 2», «2-5 pm», `10 dan 12 gacha`."""
    opened = line.has(i, Kind.FROM)
    left = _point(line, i + opened)
    if left is None:
        return None
    joined = line.has(left.end, Kind.UNTIL, Kind.DASH) or (opened and line.has(left.end, Kind.AND))
    if not joined and not left.endings & {Kind.END_FROM, Kind.HOUR_FROM}:
        return None
    right = _point(line, left.end + joined)
    if right is None or line.has(right.end, Kind.MONTH):
        return None
    said = opened or context or left.sure or right.sure
    if not said or (line.unknown(right.end) and not (left.sure or right.sure)):
        return None
    return HourMention(i, right.end, Shape.BETWEEN, left.hour, right.hour)


def _open(line: Line, i: int) -> HourMention | None:
    """«after 5 pm», «до 14:00», `18:00 dan keyin`, «14 საათამდე»."""
    before = line.has(i, Kind.BEFORE)
    opened = before or line.has(i, Kind.AFTER, Kind.FROM)
    point = _point(line, i + opened)
    if point is None:
        return None
    later = line.has(point.end, Kind.AFTER_IT)
    earlier = line.has(point.end, Kind.BEFORE_IT)
    end = point.end + (later or earlier)
    if not (point.sure or point.endings) and line.unknown(end):
        return None
    if opened or earlier or later:
        return HourMention(i, end, Shape.BEFORE if before or earlier else Shape.AFTER, point.hour)
    if point.endings & {Kind.END_FROM, Kind.HOUR_FROM}:
        return HourMention(i, end, Shape.AFTER, point.hour)
    until = Kind.END_UNTIL in point.endings and Kind.END_DAY not in point.endings
    return HourMention(i, end, Shape.BEFORE, point.hour) if until or Kind.HOUR_UNTIL in point.endings else None


def _exact(line: Line, i: int, *, asked: bool, day_known: bool) -> HourMention | None:
    point = _point(line, i, bare_pair=asked)
    if point is None:
        return None
    beside = line.has(i - 1, *_BESIDE) or line.has(point.end, *_BESIDE)
    ending = Kind.END_AT in point.endings and (day_known or asked or Kind.END_DAY not in point.endings)
    lonely = not line.has(i - 1, *_NUMERIC) and not line.has(point.end, *_NUMERIC) and not line.unknown(point.end)
    if point.sure or ending or ((asked or beside) and not point.endings and lonely):
        part = line.value(i - 1, Kind.PART)
        hour = replace(point.hour, part=part) if part and point.hour.part is None else point.hour
        return HourMention(i, point.end, Shape.AT, hour)
    return None


def _point(line: Line, i: int, *, bare_pair: bool = False) -> _Point | None:
    """Read one time with its cue, and whether it was surely meant as one."""
    cue = loose = False
    while line.has(i, Kind.AT, Kind.LOOSE_AT):
        cue = cue or line.has(i, Kind.AT)
        loose = True
        i += 1
    found = _fraction(line, i) or _digital(line, i, pair=cue or bare_pair) or _hour(line, i, cued=cue or loose)
    if found is None:
        return None
    found = _tail(line, found)
    loosely = loose and not line.unknown(found.end) and not line.has(found.end, *_NUMERIC)
    return replace(found, sure=found.sure or cue or loosely)


def _fraction(line: Line, i: int) -> _Point | None:
    """«half past five», «половина шестого», «полшестого», «без десяти пять», noon."""
    minutes = line.value(i, Kind.CLOCK)
    if minutes and not line.has(i, Kind.PART):
        return _Point(Hour(minutes[0], fixed=True), i + 1, sure=True)
    if hour := line.value(i, Kind.HALF_HOUR):
        return _Point(_twelve(hour[0], -30), i + 1, sure=True)
    added = line.value(i, Kind.FRACTION_BEFORE)
    at = i + 1
    if added is None and line.has(i, Kind.LACKING):
        lacking = line.value(at, Kind.NUMBER)
        added = (-lacking[0],) if lacking else None
        at += 2 if line.has(at + 1, Kind.MINUTE) else 1
    spoken = line.value(at, Kind.ORDINAL, Kind.NUMBER)
    if added is None or spoken is None or not 1 <= spoken[0] <= 24 or not -60 < added[0] < 60:
        return None
    return _Point(_twelve(spoken[0], added[0]), at + 1, sure=True)


def _twelve(hour: int, minutes: int) -> Hour:
    total = hour * 60 + minutes
    if hour > 12:
        return Hour(total % MINUTES_A_DAY, fixed=True)
    return Hour(total if total >= 60 else total + NOON)


def _digital(line: Line, i: int, *, pair: bool) -> _Point | None:
    """«17:30»; «17.30» where it cannot be a date or follows «at»."""
    if spoken := line.value(i, Kind.TIME):
        hour, minute, zero = spoken
    elif spoken := line.value(i, Kind.PAIR):
        hour, minute, slash, _ = spoken
        zero = 0
        if not pair and line.unknown(i + 1):
            return None  # a sum: «12.50 драм»
        if slash or len(line.symbols[i].text.split(".")[1]) != 2 or not (pair or minute > 12 or minute == 0):
            return None
    else:
        return None
    if hour > 23 or minute > 59:
        return None
    return _Point(Hour(hour * 60 + minute, fixed=bool(zero) or hour == 0 or hour > 12), i + 1, sure=True)


def _hour(line: Line, i: int, *, cued: bool) -> _Point | None:
    """Read a number of hours, with minutes if they follow: «5 часов 30 минут», «в 17 30», «в 17-30»."""
    hour = line.value(i, Kind.NUMBER)
    after = i + 1 + line.is_ending(i + 1)
    if hour is None or hour[0] > 24 or line.has(after, Kind.MONTH, Kind.SCALE):
        return None
    said = line.is_hour_word(i + 1) and not line.has(i + 1, *_ENDINGS)
    minute, end = _minutes(line, i + 1 + said, cued=said or cued)
    start = hour[0] % 24
    text = line.symbols[i].text
    fixed = start == 0 or start > 12 or (len(text) == 2 and text[0] == "0")
    endings = frozenset(kind for kind in _ENDINGS if line.has(i, kind))
    return _Point(Hour(start * 60 + minute, fixed=fixed), end, sure=said or minute > 0, endings=endings)


def _minutes(line: Line, i: int, *, cued: bool) -> tuple[int, int]:
    """Give the minutes that follow an hour, or none, and where they end."""
    dash = line.has(i, Kind.DASH)
    past = 2 if line.is_ending(i) and line.has(i + 1, Kind.PAST) else int(line.has(i, Kind.PAST))
    at = i + (past or dash)
    minute = line.value(at, Kind.NUMBER)
    if minute is None or minute[0] > 59 or line.has(at + 1, Kind.MONTH):
        return 0, i
    text = line.symbols[at].text
    two_digits = len(text) == 2 or (text.isalpha() and minute[0] >= 10)
    if past or line.has(at + 1, Kind.MINUTE):
        return minute[0], at + 1 + line.has(at + 1, Kind.MINUTE)
    if not cued or not two_digits or (dash and minute[0] <= 24 and text not in ("00", "15")):
        return 0, i
    return minute[0], at + 1


def _tail(line: Line, point: _Point) -> _Point:
    """Take in what follows an hour: endings, «o'clock», «yarim», «pm», «вечера»."""
    hour, end, sure, endings = point.hour, point.end, point.sure, point.endings
    while True:
        if line.has(end, Kind.PART):
            return _Point(replace(hour, part=line.value(end, Kind.PART)), end + 1, sure=True, endings=endings)
        if line.has(end, Kind.AM, Kind.PM) and hour.minutes < 13 * 60:
            half = NOON if line.has(end, Kind.PM) else 0
            halved = Hour(hour.minutes % NOON + half, fixed=True)
            return _Point(halved, end + 1, sure=True, endings=endings)
        if line.is_ending(end) or line.has(end, Kind.HOUR_FROM, Kind.HOUR_UNTIL):
            endings |= {kind for kind in _ENDINGS if line.has(end, kind)}
            sure = sure or line.has(end, Kind.HOUR_FROM, Kind.HOUR_UNTIL)
        elif added := line.value(end, Kind.FRACTION_AFTER):
            hour, sure = _moved(hour, added[0]), True
        elif line.is_hour_word(end):
            sure = True
        else:
            return _Point(hour, end, sure, endings)
        end += 1


def _moved(hour: Hour, minutes: int) -> Hour:
    if hour.fixed:
        return replace(hour, minutes=(hour.minutes + minutes) % MINUTES_A_DAY)
    return replace(hour, minutes=(hour.minutes + minutes - 60) % NOON + 60)


def settle(mention: HourMention, part: Value | None, not_before: int | None) -> tuple[TimeRange, ...]:
    """Give the readings of a mention, one if it is clear.

    `part` is the part of day named elsewhere in the line; `not_before`, in
    minutes after midnight, drops readings that have passed unless all have.
    """
    if mention.shape is Shape.BETWEEN and mention.stop is not None:
        spans = _spans(mention.start, mention.stop, part)
    else:
        spans = [_span(mention.shape, minutes, part) for minutes in _readings(mention.start, part)]
    if not_before is not None and len(spans) > 1:
        spans = [span for span in spans if span[1] > not_before] or spans[-1:]
    return tuple(TimeRange(clock(start), clock(stop)) for start, stop in spans)


def _span(shape: Shape, minutes: int, part: Value | None) -> tuple[int, int]:
    if shape is Shape.AFTER:
        return minutes, MINUTES_A_DAY - 1
    if shape is Shape.BEFORE:
        return (part[0] if part and part[0] < minutes else 0), minutes
    return minutes, minutes


def _readings(hour: Hour, part: Value | None) -> list[int]:
    if hour.fixed:
        return [hour.minutes]
    part = hour.part or part
    if part is not None:
        both = (hour.minutes % NOON, hour.minutes % NOON + NOON)
        return [min(both, key=lambda minutes: _distance(minutes, part))]
    if hour.minutes >= FIRST_BUSINESS_HOUR * 60:
        return [hour.minutes]
    return [hour.minutes, hour.minutes + NOON]


def _distance(minutes: int, part: Value) -> int:
    """Give how far a time is from a part of the day, round the clock."""
    start, stop = part
    length = (stop - start) % MINUTES_A_DAY
    if (minutes - start) % MINUTES_A_DAY <= length:
        return 0
    return min((start - minutes) % MINUTES_A_DAY, (minutes - stop) % MINUTES_A_DAY)


def _spans(start: Hour, stop: Hour, part: Value | None) -> list[tuple[int, int]]:
    """Pair the readings of both ends, so that the span runs forward and is short."""
    if (stop.fixed or stop.part) and not (start.fixed or start.part or part):
        end = _readings(stop, part)[0]
        begins = [m for m in (start.minutes, start.minutes + NOON) if m < end]
        return [(max(begins), end)] if begins else [(start.minutes, end)]
    spans = []
    for begin in _readings(start, part):
        ends = [stop.minutes] if stop.fixed else [stop.minutes, stop.minutes % NOON + NOON]
        spans.append((begin, next((end for end in ends if end > begin), MINUTES_A_DAY - 1)))
    return spans
