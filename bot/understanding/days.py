"""How days are said: «tomorrow», «25.12», «5-го», «next week», «after Friday».

Each rule looks at one place of the line and gives what it read and where it
ended. A date without a year is the next one, a weekday the next such day.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from .lexicon import UNITS, Kind
from .moments import DayRange, in_days, one_day
from .scan import Line

_BESIDE_WEAK = (
    Kind.NUMBER,
    Kind.TIME,
    Kind.PAIR,
    Kind.DAY,
    Kind.PART,
    Kind.AT,
    Kind.CLOCK,
    Kind.THIS,
    Kind.NEXT,
    Kind.OR,
    Kind.DASH,
)
YEARS_AHEAD = 8  # the longest wait for 29 February


@dataclass(frozen=True, slots=True)
class DayMention:
    """Days read from symbols `first` up to `end`; no options: a day that does not exist."""

    first: int
    end: int
    options: tuple[DayRange, ...]
    weekday: int | None = None


def read_day(line: Line, i: int, today: date) -> DayMention | None:
    """Read what is said of days at symbol `i`, a lone day of the month excepted."""
    limited = line.has(i, Kind.BEFORE, Kind.AFTER, Kind.FROM)
    start = i + 1 if line.has(i, Kind.FROM) else i
    single = _single(line, start, today)
    left = single or _same_month(line, start, today)
    return _range(line, i, left, today) or (_limited(line, i, today) if limited else single)


def _range(line: Line, i: int, left: DayMention | None, today: date) -> DayMention | None:
    """«from Monday to Wednesday», «пн-ср», «25.12-27.12»; `left` is what stands on the left."""
    if left is None or len(left.options) != 1 or not line.has(left.end, Kind.UNTIL, Kind.DASH):
        return None
    right = _single(line, left.end + 1, today)
    if right is None or len(right.options) != 1:
        return None
    first, last = left.options[0].first, right.options[0].last
    if last < first and right.weekday is not None:
        last = in_days(last, 7)
    return DayMention(i, right.end, (DayRange(first, last),)) if first <= last else None


def _same_month(line: Line, i: int, today: date) -> DayMention | None:
    """Read the first number of «10-12 декабря»."""
    right = _day_and_month(line, i + 2, today) if line.has(i + 1, Kind.UNTIL, Kind.DASH) else None
    day = line.value(i, Kind.NUMBER)
    if right is None or day is None or not right.options:
        return None
    first = _in_month(right.options[0].first.replace(day=1), day[0])
    return DayMention(i, i + 1, (one_day(first),)) if first else None


def _limited(line: Line, i: int, today: date) -> DayMention | None:
    """«until Friday» starts today; «after Friday» is the week that follows it."""
    found = _single(line, i + 1, today)
    if found is None or len(found.options) != 1:
        return found
    days = found.options[0]
    if line.has(i, Kind.AFTER) and not line.has(i, Kind.BEFORE):
        days = DayRange(in_days(days.last, 1), in_days(days.last, 7))
    elif line.has(i, Kind.FROM):
        return replace(found, first=i)
    elif days.last > today:
        days = DayRange(today, in_days(days.last, 0 if line.has(i, Kind.UNTIL) else -1))
    return DayMention(i, found.end, (days,))


def _single(line: Line, i: int, today: date) -> DayMention | None:
    for rule in (_written, _day_and_month, _qualified, _named, _weekday):
        found = rule(line, i, today)
        if found is not None:
            return found
    return None


def _written(line: Line, i: int, today: date) -> DayMention | None:
    """«25.12», «25/12/2026», «2026-12-25»; with a slash month and day may be swapped."""
    end = _past_ending(line, i + 1)
    if full := line.value(i, Kind.DATE):
        year, month, day = full
        return DayMention(i, end, _existing((year, month, day), (year, day, month) if month > 12 else None))
    pair = line.value(i, Kind.PAIR)
    if pair is None or line.symbols[i].text == "24/7":
        return None
    a, b, slash, two_digits = pair
    found = {next_date(b, a, today)} | ({next_date(a, b, today)} if slash else set())
    days = sorted(day for day in found if day is not None)
    looks_like_a_date = bool(slash or two_digits) and (b <= 12 or (a <= 31 and b <= 31))
    is_time = not slash and a <= 24 and (12 < b < 60 or b == 0)
    is_amount = line.symbols[i].text[-2] == "." and line.unknown(i + 1)
    if is_amount or (not days and (not looks_like_a_date or a > 39 or is_time)):
        return None
    return DayMention(i, end, tuple(one_day(day) for day in days))


def _existing(*candidates: tuple[int, int, int] | None) -> tuple[DayRange, ...]:
    for candidate in candidates:
        if candidate is not None and _exists(*candidate):
            return (one_day(date(*candidate)),)
    return ()


def _day_and_month(line: Line, i: int, today: date) -> DayMention | None:
    """«25 декабря», «December 25th», «5-dekabr 2027»."""
    month_kinds = (Kind.MONTH, Kind.WEAK_MONTH)
    if day := line.value(i, Kind.NUMBER, Kind.ORDINAL):
        at = _past_ending(line, i + 1)
        month = line.value(at, *month_kinds)
        end = at + 1
    else:
        month, at = line.value(i, *month_kinds), i + 1
        day = line.value(at, Kind.ORDINAL, Kind.NUMBER)
        end = _past_ending(line, at + 1)
        if line.has(end, Kind.AM, Kind.PM, Kind.MONTH) or line.is_hour_word(end):
            return None
    if day is None or month is None or not day[0] or day[0] > 39:
        return None
    year = line.value(end, Kind.NUMBER)
    if year is not None and 1900 <= year[0] <= 2200:
        return DayMention(i, end + 1, _existing((year[0], month[0], day[0])))
    found = next_date(month[0], day[0], today)
    return DayMention(i, end, (one_day(found),) if found else ())


def _qualified(line: Line, i: int, today: date) -> DayMention | None:
    """Read «this week», «next Friday», «next month», «next weekend»."""
    if not line.has(i, Kind.THIS, Kind.NEXT):
        return None
    later = 0 if line.has(i, Kind.THIS) and not line.has(i, Kind.NEXT) else 1
    unit = line.value(i + 1, Kind.UNIT)
    monday = in_days(today, 7 * later - today.weekday())
    if line.has(i + 1, Kind.WEEKEND):
        return DayMention(i, i + 2, (_weekend(monday, today),))
    if unit == (UNITS.index("week"),):
        return DayMention(i, i + 2, (DayRange(max(monday, today), in_days(monday, 6)),))
    if unit == (UNITS.index("month"),):
        return DayMention(i, i + 2, (_month(months_on(today, later).replace(day=1), today),))
    weekday = line.value(i + 1, Kind.WEEKDAY, Kind.WEAK_WEEKDAY)
    if weekday is not None:
        nearest = next_weekday(weekday[0], today)
        days = {nearest} if not later else {nearest, in_days(monday, weekday[0])}
        return DayMention(i, i + 2, tuple(one_day(day) for day in sorted(days)), weekday[0])
    return DayMention(i, i + 2, (one_day(today),)) if line.has(i + 1, Kind.PART) and not later else None


def _named(line: Line, i: int, today: date) -> DayMention | None:
    """«tomorrow», «weekend», a month by itself."""
    if offset := line.value(i, Kind.DAY):
        return DayMention(i, i + 1, (one_day(in_days(today, offset[0])),))
    if line.has(i, Kind.WEEKEND):
        return DayMention(i, i + 1, (_weekend(in_days(today, -today.weekday()), today),))
    month = line.value(i, Kind.MONTH)
    if month is None or line.has(i - 1, Kind.NUMBER, Kind.ORDINAL):
        return None
    year = today.year + (month[0] < today.month)
    return DayMention(i, i + 1, (_month(date(min(year, date.max.year), month[0], 1), today),))


def _weekday(line: Line, i: int, today: date) -> DayMention | None:
    weekday = line.value(i, Kind.WEEKDAY)
    if weekday is None:
        weekday = line.value(i, Kind.WEAK_WEEKDAY)
        lone = len(line.symbols) == 1
        if weekday is None or not (lone or line.has(i - 1, *_BESIDE_WEAK) or line.has(i + 1, *_BESIDE_WEAK)):
            return None
    return DayMention(i, i + 1, (one_day(next_weekday(weekday[0], today)),), weekday[0])


def read_day_of_month(line: Line, i: int, today: date, *, bare: bool) -> DayMention | None:
    """Read «5-го», «5-ին», «the 5th», and a `bare` number if a day was asked for: the next such day."""
    end = i + 1
    day = line.value(i, Kind.NUMBER, Kind.ORDINAL)
    if day is None or not 0 < day[0] <= 31:
        return None
    said = bare or (line.has(i, Kind.NUMBER) and line.symbols[i].text[0].isdigit() and line.has(end, Kind.END_DAY))
    if not said:
        return None
    months = (months_on(today.replace(day=1), month) for month in range(12))
    found = next((d for first in months if (d := _in_month(first, day[0])) and d >= today), None)
    return DayMention(i, _past_ending(line, end), (one_day(found),)) if found else None


def _past_ending(line: Line, i: int) -> int:
    """Skip what only says that the number before it is a day: «-го», «числа»."""
    while line.is_ending(i) and not line.has(i, Kind.AT):
        i += 1
    return i


def next_weekday(weekday: int, today: date) -> date:
    """Give the next such day after today."""
    return in_days(today, (weekday - today.weekday() - 1) % 7 + 1)


def next_date(month: int, day: int, today: date) -> date | None:
    """Give the first such date that is not before today; None when no year has it."""
    for year in range(today.year, min(today.year + YEARS_AHEAD, date.max.year) + 1):
        if _exists(year, month, day) and date(year, month, day) >= today:
            return date(year, month, day)
    return None


def months_on(day: date, months: int) -> date:
    """Give the same day so many months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_month(first: date, day: int) -> date | None:
    return first.replace(day=day) if _exists(first.year, first.month, day) else None


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= year <= date.max.year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _weekend(monday: date, today: date) -> DayRange:
    return DayRange(max(in_days(monday, 5), today), in_days(monday, 6))


def _month(first: date, today: date) -> DayRange:
    return DayRange(max(first, today), first.replace(day=monthrange(first.year, first.month)[1]))
