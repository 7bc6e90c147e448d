"""The hours of a week, and how they are written for a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated

from pydantic import PlainValidator

from bot.business.faults import Fault, several
from bot.business.holidays import Holiday
from bot.business.problems import did_you_mean
from bot.business.spans import CLOSED, Span, read_spans
from bot.texts import Phrasebook, t
from bot.texts.formats import locale

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = "daily"


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans by weekday, 0 for Monday; a weekday that is not named has none."""

    weekly: Mapping[int, tuple[Span, ...]]

    def spans(self, day: date, holidays: Sequence[Holiday] = ()) -> tuple[Span, ...]:
        """Give the hours of one day, in order. The first holiday that covers it replaces its usual hours."""
        for holiday in holidays:
            if holiday.day.covers(day):
                return holiday.hours
        return self.weekly.get(day.weekday(), ())


def describe_hours(hours: Hours, language: str, book: Phrasebook | None = None) -> str:
    """Write a week for a customer, a line for each run of equal days: «Mon–Fri 09:00–13:00, 14:00–20:00»."""
    names = locale(language).days["stand-alone"]["abbreviated"]
    closed = (book or Phrasebook()).say(t("closed"), language)
    lines = []
    for spans, run in groupby(range(7), key=lambda weekday: hours.weekly.get(weekday, ())):
        days = [str(names[weekday]) for weekday in run]
        named = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
        lines.append(f"{named} {', '.join(map(str, spans)) or closed}")
    return "\n".join(lines)


def read_shifts(data: object) -> Hours:
    """Read hours by weekday: «mon-fri: 09:00-13:00, 14:00-20:00»; days left out have none."""
    if not isinstance(data, dict):
        raise several([((), f"expected hours by day, like {{mon-fri: '09:00-13:00, 14:00-20:00', sun: {CLOSED}}}")])
    weekly: dict[int, tuple[Span, ...]] = {}
    faults: list[Fault] = []
    for key, written in data.items():
        try:
            days, spans = _read_days(key, written), read_spans(written)
        except ValueError as error:
            faults.append(((key,), str(error)))
            continue
        if twice := [DAYS[day] for day in days if day in weekly]:
            faults.append(((key,), f"{', '.join(twice)} stands here twice"))
        weekly.update(dict.fromkeys(days, spans))
    if faults:
        raise several(faults)
    return Hours(weekly)


def read_week(data: object) -> Hours:
    """Read hours that name all seven days, so that a forgotten day is not taken for a closed one."""
    hours = read_shifts(data)
    if missing := [name for day, name in enumerate(DAYS) if day not in hours.weekly]:
        raise ValueError(f"{', '.join(missing)} is missing; write '{missing[0]}: {CLOSED}' if there are no hours")
    return hours


def _read_days(key: str, written: object) -> list[int]:
    if written is None and key[:1].isdigit():
        raise ValueError("hours with a comma inside {…} need quotes: {mon-fri: '09:00-13:00, 14:00-20:00'}")
    days: list[int] = []
    for part in key.replace(" ", "").lower().split(","):
        first, _, last = ("mon-sun" if part == EVERY_DAY else part).partition("-")
        ends = [_read_weekday(end) for end in (first, last or first)]
        days.extend((ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1))
    return days


def _read_weekday(name: str) -> int:
    if name not in DAYS:
        near = did_you_mean(name[:3], DAYS) if name[:3] in DAYS else f"; the days are {', '.join(DAYS)}, or {EVERY_DAY}"
        raise ValueError(f"there is no day '{name}'{near}")
    return DAYS.index(name)


WeekHours = Annotated[Hours, PlainValidator(read_week)]
ShiftHours = Annotated[Hours, PlainValidator(read_shifts)]
