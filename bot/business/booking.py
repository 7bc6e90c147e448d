"""The firm's rules of booking and of when it keeps quiet."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from bot.business.fields import Duration, Entry, FormId, SomeTime
from bot.business.spans import SPAN

Question = Literal["branch", "specialist", "notes"]


class BookingRules(Entry):
    """How visits may be booked.

    `asks` are the pre-questions that are on, `form` a form whose questions are asked before the summary; `reminders`
    are spans before the visit.
    """

    slot_step: SomeTime = timedelta(minutes=15)
    minimum_notice: Duration = timedelta(hours=2)
    horizon: SomeTime = timedelta(days=60)
    offer: int = Field(3, ge=1, le=10)
    hold: SomeTime = timedelta(minutes=15)
    reminders: tuple[SomeTime, ...] = (timedelta(hours=24), timedelta(hours=2))
    limit: int = Field(3, ge=1, le=50, description="open visits that one customer may have")
    asks: tuple[Question, ...] = ("branch", "specialist")
    form: FormId | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is written to unasked, wall time of the firm's zone; may run over midnight."""

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """Whether `at` is in the quiet time; its end is not."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def read_quiet_hours(written: object) -> QuietHours:
    """Read «21:00-09:00»."""
    found = SPAN.fullmatch(str(written).strip())
    clocks = [int(number) for number in found.groups()] if found else [24]
    if max(clocks[::2]) > 23 or max(clocks[1::2]) > 59:
        raise ValueError(f"'{written}' are not quiet hours; write them like '21:00-09:00'")
    return QuietHours(time(clocks[0], clocks[1]), time(clocks[2], clocks[3]))


WrittenQuietHours = Annotated[QuietHours, PlainValidator(read_quiet_hours)]
