"""The times that the hours alone allow, worked out once a day and service and kept.

Hours, zones and cells do not change while a version of the content is in force, so what a day offers before anybody has
booked is computed at the first search that looks at it. A search then only strikes out what is taken.
"""

from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from bot.business import Branch, Business, Service, Span, Specialist
from bot.ports.calendar import Slot
from bot.records.cells import Cells, cells_between, resource_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
KEPT = 512  # days of one service with one specialist; about 10 KB each

Opening = tuple[datetime, datetime]
"""The instants (UTC) from which and until which somebody can be booked."""


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
    """A moment at which a visit may begin: the instant (UTC), its minute of the local day, its cells, the offer."""

    at: datetime
    minute: int
    bits: int
    slot: Slot


class Starts(NamedTuple):
    """The moments of a day at which a visit may begin, soonest first.

    `reach` is what all such visits take together; the bits of each are counted from its first cell.
    """

    each: tuple[Start, ...]
    reach: Cells


class _Kept(dict[K, V]):
    """What is worked out once from its key; all of it is let go when there is too much."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: K) -> V:
        if len(self) >= KEPT:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


class Timetable:
    """What one version of a business's content offers by hours alone."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self._places: dict[str, tuple[Place, ...]] = {}
        self._starts = _Kept(self._find_starts)
        self._openings = _Kept(self._find_openings)
        self._days = _Kept(self._find_cells)

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

    def starts(self, service: str, specialist: str, branch: str, day: date) -> Starts | None:
        """The moments of a day at which a visit may begin; None on a day without any."""
        return self._starts[service, specialist, branch, day]

    def _find_starts(self, key: tuple[str, str, str, date]) -> Starts | None:
        service, (specialist, branch, day) = self.business.services[key[0]], key[1:]
        moments = [
            (at, cells_between(service, at))
            for opens, closes in self._openings[specialist, branch, day]
            for at in _steps(opens, closes - service.duration, self.business.booking.slot_step)
        ]
        if not moments:
            return None
        reach = Cells(moments[0][1].first, moments[-1][1].end)
        slots = [slot_at(service, specialist, branch, at, self.business.zone) for at, _ in moments]
        return Starts(
            tuple(
                Start(at, slot.start.hour * 60 + slot.start.minute, bits(*cells, reach.first), slot)
                for (at, cells), slot in zip(moments, slots, strict=True)
            ),
            reach,
        )

    def fits(self, slot: Slot) -> bool:
        """Whether a time, offered once, still lies inside hours and is still offered there by that specialist."""
        specialist = self.business.specialists.get(slot.specialist)
        if specialist is None or slot.branch not in self.business.branches or slot.service not in specialist.services:
            return False
        day = slot.start.astimezone(self.business.zone).date()
        openings = self._openings[slot.specialist, slot.branch, day]
        return any(opens <= slot.start and slot.end <= closes for opens, closes in openings)

    def _find_openings(self, key: tuple[str, str, date]) -> tuple[Opening, ...]:
        specialist, branch, day = self.business.specialists[key[0]], self.business.branches[key[1]], key[2]
        return tuple(opening(day, span, self.business.zone) for span in specialist.spans(branch, day))

    def day_cells(self, day: date) -> Cells:
        """The cells of a whole local day."""
        return self._days[day]

    def _find_cells(self, day: date) -> Cells:
        begins, ends = (datetime.combine(each, time.min, self.business.zone) for each in (day, day + DAY))
        return Cells.covering(begins, ends)


def bits(first: int, end: int, origin: int) -> int:
    """The cells from `first` to before `end` as the bits of a number, of which the lowest is the cell `origin`."""
    return (1 << end - origin) - (1 << first - origin)


def slot_at(service: Service, specialist: str, branch: str, start: datetime, zone: ZoneInfo) -> Slot:
    """The visit that starts at an instant.

    Its offset is fixed, since two datetimes of one `ZoneInfo` compare by wall time alone: the two 02:30 of the night
    in which clocks go back would be one.
    """
    local = start.astimezone(zone)
    fixed = local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)
    return Slot(service.id, specialist, branch, fixed, service.duration // MINUTE, zone.key)


def _steps(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    """The instants on the slot step; in time that passes, not on the wall.

    So a wall time that clocks skip is never met, one that they repeat is met twice.
    """
    while first <= last:
        yield first
        first += step


def opening(day: date, span: Span, zone: ZoneInfo) -> Opening:
    """The instants (UTC) between which the clock shows a span; where clocks change at an end, the shorter reading."""
    ends = []
    for minutes, choose in zip(span.minutes, (max, min), strict=True):
        wall = datetime.combine(day, time.min) + minutes * MINUTE
        ends.append(choose(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)))
    return ends[0], ends[1]
