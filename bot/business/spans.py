"""Parts of a day: from an opening to a closing, several a day where there is a break."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
BETWEEN = re.compile(r"[,;]|\band\b")
CLOSED = "closed"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `open` until `close`, wall time of one day; 00:00 as `close` is the midnight that ends the day."""

    open: time
    close: time

    @property
    def minutes(self) -> tuple[int, int]:
        """Both ends in minutes since midnight; the second is larger and at most 1440."""
        return _minutes(self.open), _minutes(self.close) or DAY_MINUTES

    @property
    def length(self) -> timedelta:
        """How long it lasts by the wall clock."""
        start, end = self.minutes
        return timedelta(minutes=end - start)

    def holds(self, at: time) -> bool:
        """Whether the wall time `at` falls inside."""
        start, end = self.minutes
        return start * 60 <= _minutes(at) * 60 + at.second < end * 60

    def starts(self, day: date, zone: ZoneInfo) -> datetime:
        """Give the instant it opens on `day`, aware."""
        return _instant(day, self.minutes[0], zone)

    def ends(self, day: date, zone: ZoneInfo) -> datetime:
        """Give the instant it closes on `day`, aware; midnight is 00:00 of the next day."""
        return _instant(day, self.minutes[1], zone)

    def __str__(self) -> str:
        return f"{self.open:%H:%M}–{'24:00' if not _minutes(self.close) else f'{self.close:%H:%M}'}"


def span(start: int, end: int) -> Span:
    """Make the span between two minutes of a day; `end` may be 1440."""
    return Span(_time(start), _time(end))


def overlap(some: Iterable[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """Find the parts that lie in both, in order."""
    both = (
        span(max(a.minutes[0], b.minutes[0]), min(a.minutes[1], b.minutes[1]))
        for a in some
        for b in others
        if a.minutes[0] < b.minutes[1] and b.minutes[0] < a.minutes[1]
    )
    return tuple(sorted(both))


def read_spans(written: object) -> tuple[Span, ...]:
    """Read «09:00-13:00, 14:00-20:00» or «closed»: in order, not overlapping, touching ones joined."""
    text = str(written or "").strip()
    if text.lower() == CLOSED:
        return ()
    spans = sorted((_read_span(part.strip()) for part in BETWEEN.split(text)), key=lambda each: each.minutes)
    joined: list[Span] = []
    for each in spans:
        if joined and each.minutes[0] < joined[-1].minutes[1]:
            raise ValueError(f"{joined[-1]} and {each} overlap")
        touches = joined and each.minutes[0] == joined[-1].minutes[1]
        joined.append(span(joined.pop().minutes[0], each.minutes[1]) if touches else each)
    return tuple(joined)


def _read_span(text: str) -> Span:
    found = SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' are not hours; write them like '09:00-13:00, 14:00-20:00' or '{CLOSED}'")
    start, end = _read_clock(found[1], found[2]), _read_clock(found[3], found[4])
    if start >= end:
        raise ValueError(f"'{text}' closes before it opens; hours past midnight belong to the next day, from 00:00")
    return span(start, end)


def _read_clock(hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > DAY_MINUTES:
        raise ValueError(f"'{hour}:{minute}' is not a time of day; times go from 00:00 to 24:00")
    return minutes


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


def _time(minutes: int) -> time:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    return time(hour, minute)


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, DAY_MINUTES)
    return datetime.combine(day + timedelta(days=days), _time(rest), tzinfo=zone)
