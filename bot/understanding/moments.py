"""The answers to «when?»: days, times of day, and what can go wrong with them.

All are local to the business: they carry no zone, the caller puts it on.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole days from `first` to `last`, both included; one day when they are equal."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A span of one day; an exact time when `start` equals `end`. «After 17:00» ends at 23:59."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class When:
    """What was understood: days, times, or both; `matched` is the piece of text that said so."""

    days: DayRange | None
    times: TimeRange | None
    matched: str


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """More than one reading, at least two, earliest first; the caller settles it or asks."""

    options: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """A day or time that does not exist, as it was written: «31.02», «25:00»."""

    text: str


def one_day(day: date) -> DayRange:
    """Give the range of one day."""
    return DayRange(day, day)


def clock(minutes: int) -> time:
    """Give the time so many minutes after midnight; the day's end is 23:59."""
    hour, minute = divmod(min(minutes, MINUTES_A_DAY - 1), 60)
    return time(hour, minute)


def in_days(day: date, days: int) -> date:
    """Give the day so many days on; the calendar's first or last when that is beyond it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
