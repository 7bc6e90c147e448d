"""«When?», answered in a customer's own words.

One grammar for all languages: rules try each place of the line in a fixed
order, and what they found is put together at the end. What has two readings is
given with both; nothing is guessed, and everything is said back by the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Literal

from .days import DayMention, months_on, read_day, read_day_of_month
from .hours import HourMention, read_hour, settle
from .lexicon import UNITS, Kind, Value
from .moments import Ambiguity, DayRange, Impossible, TimeRange, When, clock, in_days, one_day
from .scan import Line, scan

MOST_OPTIONS = 6  # more than that is no question any more
_DAYS = (Kind.DAY, Kind.WEEKDAY, Kind.WEAK_WEEKDAY, Kind.MONTH, Kind.DATE, Kind.PART, Kind.WEEKEND)

Asked = Literal["day", "time"]


@dataclass(slots=True)
class _Found:
    days: list[DayMention] = field(default_factory=list)
    hours: list[HourMention] = field(default_factory=list)
    parts: list[Value] = field(default_factory=list)
    moment: datetime | None = None
    impossible: str | None = None
    either: bool = False
    first: int | None = None
    end: int = 0

    def take(self, first: int, end: int) -> int:
        self.first = first if self.first is None else self.first
        self.end = end
        return end


def read_when(
    text: str, *, now: datetime, language: str, asked: Asked | None = None
) -> When | Ambiguity | Impossible | None:
    """Find a day, a time of day, or both, anywhere in a text; None if it says neither.

    `now` is the business's local time. Weekdays and dates without a year are
    the next ones; «today at 5» is 17:00 when five in the morning has passed.
    Hours 1 to 7 with nothing that tells morning from evening give an
    `Ambiguity`, 8 to 12 do not. `asked` says what the question was, if there was
    one: then a bare «5» or «17.30» is a time, a bare «25» a day. Only the first
    500 characters are read.
    """
    line = scan(text, language)
    found = _collect(line, now, asked)
    if found.impossible is not None:
        return Impossible(found.impossible)
    if found.first is None:
        return None
    return _put_together(found, line.slice(found.first, found.end), now)


def read_date(text: str, *, today: date, language: str) -> date | Ambiguity | Impossible | None:
    """Find one day in a text that answers «which day?», so that «25» is the next 25th.

    A few days («this week», «Monday or Wednesday») give an `Ambiguity` of single days; a longer range gives None.
    """
    found = read_when(text, now=datetime.combine(today, time(0, 0)), language=language, asked="day")
    if found is None or isinstance(found, Impossible):
        return found
    options = found.options if isinstance(found, Ambiguity) else (found,)
    days: dict[date, str] = {}
    for option in options:
        if option.days is None:
            return None
        length = (option.days.last - option.days.first).days
        if length >= 7:
            return None
        days |= {in_days(option.days.first, n): option.matched for n in range(length + 1)}
    if len(days) == 1:
        return next(iter(days))
    return Ambiguity(tuple(When(one_day(day), None, days[day]) for day in sorted(days)))


def without_moment(text: str, found: When, language: str) -> str:
    """Give a text without the day and time `found` in it; a word in their midst that is no part of them stays."""
    line = scan(text, language)
    start = line.text.find(found.matched)
    end = start + len(found.matched)
    return " ".join(
        line.text[symbol.start : symbol.end]
        for i, symbol in enumerate(line.symbols)
        if line.unknown(i) or not start <= symbol.start < end
    )


def _collect(line: Line, now: datetime, asked: Asked | None) -> _Found:
    said = {kind for symbol in line.symbols for kind in symbol.meanings}
    found = _Found(either=Kind.OR in said)
    day_known = not said.isdisjoint(_DAYS)
    i = 0
    while i < len(line.symbols) and found.impossible is None:
        known = not line.unknown(i) and not line.has(i, Kind.JUNK)
        i = _step(line, i, now, found, asked=asked, day_known=day_known) if known else i + 1
    return found


def _step(line: Line, i: int, now: datetime, found: _Found, *, asked: Asked | None, day_known: bool) -> int:
    """Apply the first rule that fits at symbol `i`; give where to go on."""
    if end := _from_now(line, i, now, found):
        return found.take(i, end)
    today = now.date()
    day = read_day(line, i, today)
    if day and asked != "time":
        return _add_day(line, day, found)
    if hour := read_hour(line, i, asked=asked == "time", day_known=day_known):
        found.hours.append(hour)
        return found.take(hour.first, hour.end)
    if day := day or read_day_of_month(line, i, today, bare=asked == "day"):
        return _add_day(line, day, found)
    if part := line.value(i, Kind.PART):
        found.parts.append(part)
        return found.take(i, i + 1)
    spoken = line.value(i, Kind.TIME)
    if spoken and (spoken[0] > 23 or spoken[1] > 59):
        found.impossible = line.symbols[i].text
    return i + 1


def _add_day(line: Line, day: DayMention, found: _Found) -> int:
    if not day.options:
        found.impossible = line.slice(day.first, day.end)
    found.days.append(day)
    found.parts.extend(part for i in range(day.first, day.end) if (part := line.value(i, Kind.PART)))
    return found.take(day.first, day.end)


def _from_now(line: Line, i: int, now: datetime, found: _Found) -> int | None:
    """Read «in 2 hours», «через неделю», `2 kundan keyin`, «now»; gives where it ends."""
    if minutes := line.value(i, Kind.SOON):
        found.moment = _later(now, timedelta(minutes=minutes[0]))
        return i + 1
    opened = line.has(i, Kind.IN)
    at = i + opened
    if minutes := line.value(at, Kind.SPAN):
        closed = line.has(at + 1, Kind.LATER)
        if opened or closed:
            found.moment = _later(now, timedelta(minutes=minutes[0]))
            return at + 1 + closed
    amount = _amount(line, at)
    at_unit = at + (amount is not None)
    amount = 1 if amount is None else amount
    unit = line.value(at_unit, Kind.UNIT_LATER) if at_unit > i or opened else None
    closed = line.has(at_unit + 1, Kind.LATER)
    unit = unit or (line.value(at_unit, Kind.UNIT) if opened or (closed and at_unit > i) else None)
    if unit is None:
        return None
    _move(now, amount, UNITS[unit[0]], i, at_unit + 1, found)
    return at_unit + 1 + closed


def _amount(line: Line, i: int) -> float | None:
    if hundredths := line.value(i, Kind.DECIMAL):
        return hundredths[0] / 100
    if number := line.value(i, Kind.NUMBER):
        return number[0]
    pair = line.value(i, Kind.PAIR)
    return float(line.symbols[i].text) if pair and not pair[2] else None


def _move(now: datetime, amount: float, unit: str, first: int, end: int, found: _Found) -> None:
    if unit in ("minute", "hour"):
        found.moment = _later(now, timedelta(minutes=amount * (60 if unit == "hour" else 1)))
        return
    today = now.date()
    day = (
        months_on(today, int(amount)) if unit == "month" else in_days(today, int(amount * (7 if unit == "week" else 1)))
    )
    found.days.append(DayMention(first, end, (one_day(day),)))


def _later(now: datetime, span: timedelta) -> datetime:
    """Give the moment after a span, to the minute; elapsed time, so a clock change in between is counted."""
    if now.year >= date.max.year - 2:
        return now
    later = now + span if now.tzinfo is None else (now.astimezone(UTC) + span).astimezone(now.tzinfo)
    return later.replace(second=0, microsecond=0)


def _put_together(found: _Found, matched: str, now: datetime) -> When | Ambiguity | Impossible | None:
    if found.moment is not None:
        at = found.moment.time()
        return When(one_day(found.moment.date()), TimeRange(at, at), matched)
    days = _days(found.days if found.either else _agreeing(found.days))
    today_only = bool(days) and all(day == one_day(now.date()) for day in days)
    times = _times(found, now.hour * 60 + now.minute if today_only else None)
    some_days: Sequence[DayRange | None] = days or [None]
    some_times: Sequence[TimeRange | None] = times or [None]
    pairs = sorted(product(some_days, some_times), key=_order)
    options = tuple(When(day, at, matched) for day, at in pairs)[:MOST_OPTIONS]
    return options[0] if len(options) == 1 else Ambiguity(options)


def _order(option: tuple[DayRange | None, TimeRange | None]) -> tuple[date, date, time, time]:
    days, times = option
    return (
        days.first if days else date.min,
        days.last if days else date.min,
        times.start if times else time.min,
        times.end if times else time.min,
    )


def _agreeing(mentions: Sequence[DayMention]) -> Sequence[DayMention]:
    """Leave out a weekday that a date confirms: «Friday 25.12» is that Friday."""
    dates = [m.options[0].first for m in mentions if m.weekday is None and m.options and len(m.options) == 1]
    return [m for m in mentions if m.weekday is None or all(m.weekday != day.weekday() for day in dates)]


def _days(mentions: Sequence[DayMention]) -> list[DayRange]:
    """Join what was said of days: a weekday falls into a range beside it, the narrower of two nested ones counts."""
    wide = [days for m in mentions for days in m.options if days.first != days.last]
    chosen: list[DayRange] = []
    for mention in mentions:
        inside = [one_day(day) for days in wide if (day := _weekday_in(days, mention.weekday))]
        for days in inside or mention.options:
            if days not in chosen:
                chosen.append(days)
    return [days for days in chosen if not any(_within(other, days) for other in chosen if other != days)]


def _weekday_in(days: DayRange, weekday: int | None) -> date | None:
    if weekday is None or (days.last - days.first).days > 6:
        return None
    day = in_days(days.first, (weekday - days.first.weekday()) % 7)
    return day if day <= days.last else None


def _within(inner: DayRange, outer: DayRange) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _times(found: _Found, not_before: int | None) -> list[TimeRange]:
    parts = list(dict.fromkeys(found.parts))
    if not found.hours:
        return [_part_range(part) for part in parts]
    part = parts[0] if len(parts) == 1 else None
    times = [at for mention in found.hours for at in settle(mention, part, not_before)]
    return list(dict.fromkeys(times))


def _part_range(part: Value) -> TimeRange:
    """Give a part of the day as a range; the night counts up to midnight."""
    start, stop = part
    return TimeRange(clock(start), clock(stop if stop > start else 24 * 60))
