"""Who does the work, where and when."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.business.branches import Branch
from bot.business.faults import several
from bot.business.fields import BranchId, Entry, Id, InEachLanguage, Languages, ServiceId, ShortForm
from bot.business.holidays import WrittenDates
from bot.business.hours import Hours, ShiftHours
from bot.business.problems import no_such
from bot.business.spans import Span, overlap


class Specialist(Entry):
    """A person who can be booked; at a branch without hours of their own they work whenever it is open.

    `short` is their name on a narrow button.
    """

    id: Id = Field(alias="<id>")
    name: InEachLanguage
    short: ShortForm | None = None
    title: InEachLanguage
    languages: Languages | None = None
    services: Annotated[tuple[ServiceId, ...], Field(min_length=1)]
    branches: Annotated[tuple[BranchId, ...], Field(min_length=1)]
    hours: Mapping[str, ShiftHours] = Field(default_factory=dict)
    days_off: tuple[WrittenDates, ...] = ()

    @model_validator(mode="after")
    def _works_where_it_has_hours(self) -> Self:
        if strange := self.hours.keys() - set(self.branches):
            what = "branch of this specialist"
            raise several([(("hours", key), no_such(what, key, self.branches)) for key in sorted(strange)])
        return self

    def hours_at(self, branch: Branch) -> Hours:
        """Give the week at a branch, before days off, holidays and the branch's own hours are considered."""
        return self.hours.get(branch.id, branch.hours)

    def spans(self, branch: Branch, day: date) -> tuple[Span, ...]:
        """When they can be booked at `branch` on `day`: within the branch's hours; empty where they do not work."""
        if branch.id not in self.branches or any(dates.covers(day) for dates in self.days_off):
            return ()
        opened = branch.open_spans(day)
        own = self.hours.get(branch.id)
        return overlap(opened, own.spans(day)) if own else opened
