"""Days on which the usual hours do not hold: each year, once, or a stretch of days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import PlainValidator

from bot.business.fields import Entry, InEachLanguage, read_date
from bot.business.spans import Span, read_spans

LEAP_YEAR = 2000  # any leap year: 29 February may be a yearly day
TO = ".."


@dataclass(frozen=True, slots=True)
class Dates:
    """Days from `first` to `last`, both included; a yearly stretch is kept in the year 2000 and may pass New Year."""

    first: date
    last: date
    yearly: bool = False

    def covers(self, day: date) -> bool:
        """Whether `day` is one of them."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, last = (self.first.month, self.first.day), (self.last.month, self.last.day)
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    def __str__(self) -> str:
        written = [f"{day:%m-%d}" if self.yearly else day.isoformat() for day in (self.first, self.last)]
        return TO.join(dict.fromkeys(written))


def read_dates(written: object) -> Dates:
    """Read «01-06» (each year), «2026-11-30», «12-31..01-06» or «2026-12-20..2026-12-27»."""
    ends = [end.strip() for end in str(written).split(TO)]
    if len(ends) > 2 or len({end.count("-") for end in ends}) > 1:
        raise ValueError(f"'{written}' are not days; write them like 01-06, 2026-11-30 or 12-31..01-06")
    yearly = ends[0].count("-") == 1
    first, last = (_read_day(end, yearly=yearly) for end in (ends[0], ends[-1]))
    if not yearly and last < first:
        raise ValueError(f"'{written}' ends before it begins")
    return Dates(first, last, yearly)


def _read_day(text: str, *, yearly: bool) -> date:
    if not yearly:
        return read_date(text)
    try:
        return date.fromisoformat(f"{LEAP_YEAR}-{text}")
    except ValueError:
        raise ValueError(f"'{text}' is not a day of the year; write month and day, like 01-06") from None


WrittenDates = Annotated[Dates, PlainValidator(read_dates)]
WrittenSpans = Annotated[tuple[Span, ...], PlainValidator(read_spans)]


class Holiday(Entry):
    """A day with hours of its own: closed unless `hours` say otherwise; they replace the day's usual hours."""

    day: WrittenDates
    name: InEachLanguage
    hours: WrittenSpans = ()
