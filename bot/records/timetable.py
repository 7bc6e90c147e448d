"""The times that the hours alone allow, worked out once a day and service and kept.

Hours, zones and cells do not change while a version of the content is in force, so what a day offers before anybody has
booked is computed at the first search that looks at it. A search then only strikes out what is taken.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.business import Branch, Business, Service, Span, Specialist
from bot.ports.calendar import Slot
from bot.records.cells import Cells, cells_between, resource_of

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
KEPT = 512  # days of one service with one specialist; about 10 KB each


class Place(NamedTuple):
    """A specialist at a branch."""

    specialist: Specialist
    branch: Branch
    resource: str

    @property
    def ids(self) -> tuple[str, str]:
        """The ids of both."""
        return self.specialist.id, self.branch.id


class Start(NamedTuple):
    """A moment at which a visit may begin: the instant (UTC), its local day and minute of it, its cells, the offer."""

    at: datetime
    day: date
    minute: int
    cells: Cells
    slot: Slot


class Timetable:
    """What one version of a business's content offers by hours alone."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self._places: dict[str, tuple[Place, ...]] = {}
        self._starts: dict[tuple[str, str, str, date], tuple[Start, ...]] = {}
        self._days: dict[date, Cells] = {}

    def places(self, service: str, specialist: str = "", branch: str = "") -> tuple[Place, ...]:
        """Who offers a service, and where, of what is asked for (empty: any); by their ids."""
        if service not in self._places:
            self._places[service] = tuple(sorted(self._offering(service), key=lambda place: place.ids))
        found = self._places[service]
        if specialist or branch:
            return tuple(
                each for each in found if specialist in ("", each.specialist.id) and branch in ("", each.branch.id)
            )
        return found

    def _offering(self, service: str) -> Iterator[Place]:
        for specialist in self.business.offering(service):
            for branch in specialist.branches:
                yield Place(specialist, self.business.branches[branch], resource_of(specialist.id))

    def starts(self, service: Service, place: Place, day: date) -> tuple[Start, ...]:
        """The moments of a day at which a visit may begin, soonest first."""
        key = (service.id, place.specialist.id, place.branch.id, day)
        found = self._starts.get(key)
        if found is None:
            if len(self._starts) >= KEPT:
                self._starts.clear()
            found = tuple(self._begin(service, place, at) for at in starts_on(self.business, service, place, day))
            self._starts[key] = found
        return found

    def _begin(self, service: Service, place: Place, at: datetime) -> Start:
        slot = slot_at(self.business, service, place, at)
        local = slot.start
        return Start(at, local.date(), local.hour * 60 + local.minute, cells_between(service, at), slot)

    def day_cells(self, day: date) -> Cells:
        """The cells of a whole local day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= KEPT:
                self._days.clear()
            found = self._days[day] = Cells.covering(*self.ends(day, day))
        return found

    def ends(self, first: date, last: date) -> tuple[datetime, datetime]:
        """The instants at which the first of some days begins and the last ends."""
        zone = self.business.zone
        return (
            datetime.combine(first, time.min, tzinfo=zone).astimezone(UTC),
            datetime.combine(last + DAY, time.min, tzinfo=zone).astimezone(UTC),
        )


def slot_at(business: Business, service: Service, place: Place, start: datetime) -> Slot:
    """The visit that starts at an instant.

    Its offset is fixed, since two datetimes of one `ZoneInfo` compare by wall time alone: the two 02:30 of the night
    in which clocks go back would be one.
    """
    local = start.astimezone(business.zone)
    fixed = local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)
    minutes = service.duration // MINUTE
    return Slot(service.id, place.specialist.id, place.branch.id, fixed, minutes, business.zone.key)


def starts_on(business: Business, service: Service, place: Place, day: date) -> Iterator[datetime]:
    """The instants (UTC) of a day at which a visit may start by the hours alone.

    Counted in time that passes, not on the wall: so a wall time that clocks skip is never met, one that they repeat is
    met twice.
    """
    for span in place.specialist.spans(place.branch, day):
        start, closes = opening(day, span, business.zone)
        while start + service.duration <= closes:
            yield start
            start += business.booking.slot_step


def opening(day: date, span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants (UTC) between which the clock shows a span; where clocks change at an end, the shorter reading."""
    ends = []
    for minutes, choose in zip(span.minutes, (max, min), strict=True):
        wall = datetime.combine(day, time.min) + minutes * MINUTE
        ends.append(choose(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)))
    return ends[0], ends[1]


def fits(business: Business, slot: Slot) -> bool:
    """Whether a time, offered once, still lies inside hours and is still offered there by that specialist."""
    specialist, branch = business.specialists.get(slot.specialist), business.branches.get(slot.branch)
    if specialist is None or branch is None or slot.service not in specialist.services:
        return False
    day = slot.start.astimezone(business.zone).date()
    hours = (opening(day, span, business.zone) for span in specialist.spans(branch, day))
    return any(opens <= slot.start and slot.end <= closes for opens, closes in hours)
