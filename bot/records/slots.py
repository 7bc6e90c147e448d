"""The search for free times: from opening hours, what is taken and what the customer would like, to a few offers.

The search is pure. It is a generator: it yields the stretch of the calendar that it wants to look at and is sent what
is taken there, nearest days first, so a full calendar is read no further than needed.

Its rules:
- a visit lies inside the hours of its specialist at the branch; buffers need only be free of other visits, so that
  the day can begin with a customer;
- starts lie on the slot step, counted from each opening;
- a wall time that the clocks skip is not offered; of one that they repeat both are, told apart by their offsets;
- where anyone will do, the specialist with the fewest visits that day is offered, then the first by id.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.business import Branch, Business, Service, Span, Specialist
from bot.ports.calendar import Slot, Wish
from bot.records.cells import Cells, Run, cells_between, resource_of

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAYS_AT_ONCE = 14
NO_WISH = Wish()


class Stretch(NamedTuple):
    """The part of the calendar that a search wants to know."""

    resources: tuple[str, ...]
    cells: Cells


Finding = Generator[Stretch, Sequence[Run], tuple[Slot, ...]]
"""A search under way: yields what it wants to know, is sent what is taken there, returns the offers."""


class Place(NamedTuple):
    """A specialist at a branch."""

    specialist: Specialist
    branch: Branch

    @property
    def ids(self) -> tuple[str, str]:
        """The ids of both."""
        return self.specialist.id, self.branch.id


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. Empty `specialist` or `branch`: any will do."""

    business: Business
    service: Service
    now: datetime
    specialist: str = ""
    branch: str = ""
    wish: Wish = NO_WISH

    @property
    def places(self) -> tuple[Place, ...]:
        """Who offers the service, and where, of what was asked for; by their ids."""
        found = [
            Place(specialist, self.business.branches[branch])
            for specialist in self.business.offering(self.service.id)
            for branch in specialist.branches
            if self.specialist in ("", specialist.id) and self.branch in ("", branch)
        ]
        return tuple(sorted(found, key=lambda place: place.ids))

    def days(self) -> list[tuple[int, date]]:
        """Every bookable day with its distance in days from the wish, nearest first."""
        rules, zone = self.business.booking, self.business.zone
        first = (self.now + rules.minimum_notice).astimezone(zone).date()
        last = (self.now + rules.horizon).astimezone(zone).date()
        days = [first + n * DAY for n in range((last - first).days + 1)]
        return sorted((self._days_off(day), day) for day in days)

    def rank(self, slot: Slot) -> tuple[bool, int, int, datetime]:
        """How near a time is to the wish: those inside first; then by days, by minutes of the day, by time."""
        days, minutes = self._days_off(slot.start.date()), self._minutes_off(slot.start.time())
        outside = days > 0 or minutes > 0
        return outside, days, minutes, slot.start

    def _days_off(self, day: date) -> int:
        first, last = self.wish.first_day or date.min, self.wish.last_day or date.max
        return max((first - day).days, (day - last).days, 0)

    def _minutes_off(self, at: time) -> int:
        earliest, latest = self.wish.earliest or time.min, self.wish.latest or time.max
        return max(_minutes(earliest) - _minutes(at), _minutes(at) - _minutes(latest), 0)


def find_slots(search: Search, count: int, without: Sequence[Slot] = ()) -> Finding:
    """At most `count` free times: those inside the wish soonest first, then the nearest to it; no two at one instant.

    Exactly `count` when there are that many within the horizon.
    """
    left_out = {slot.start for slot in without}
    best: list[Slot] = []
    runs: Sequence[Run] = ()
    resources = tuple(sorted({resource_of(place.specialist.id) for place in search.places}))
    days = search.days() if resources else []
    for n, (away, day) in enumerate(days):
        if _settled(search, best, away, count):
            break
        if n % DAYS_AT_ONCE == 0:
            some = [day for _, day in days[n : n + DAYS_AT_ONCE]]
            runs = yield Stretch(resources, _cells_of_days(search, min(some), max(some)))
        free = (slot for slot in free_on(search, day, runs) if slot.start not in left_out)
        best = sorted((*best, *free), key=search.rank)[:count]
    return tuple(best)


def _settled(search: Search, best: Sequence[Slot], away: int, count: int) -> bool:
    """Whether days that are at least `away` from the wish, and later where they lie in it, can bring nothing nearer."""
    ranks = (search.rank(slot) for slot in best)
    return len(best) == count and all(not outside or days < away for outside, days, *_ in ranks)


def free_on(search: Search, day: date, runs: Sequence[Run]) -> list[Slot]:
    """Every free time of a day, soonest first, one an instant; who gives it is chosen fairly."""
    rules = search.business.booking
    earliest, latest = search.now + rules.minimum_notice, search.now + rules.horizon
    of_day = _cells_of_days(search, day, day, buffers=False)
    open_to: list[tuple[datetime, int, str, str, Place]] = []
    for place in search.places:
        resource = resource_of(place.specialist.id)
        theirs = [run for run in runs if run.resource == resource]
        load = sum(run.first in of_day for run in theirs)
        for start in starts_on(search.business, search.service, place, day):
            cells = cells_between(search.service, start)
            if earliest <= start <= latest and not any(run.meets(cells) for run in theirs):
                open_to.append((start, load, *place.ids, place))
    open_to.sort(key=lambda each: each[:4])
    chosen = (next(same) for _, same in groupby(open_to, key=lambda each: each[0]))
    return [slot_at(search.business, search.service, each[-1], each[0]) for each in chosen]


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


def _cells_of_days(search: Search, first: date, last: date, *, buffers: bool = True) -> Cells:
    zone, service = search.business.zone, search.service
    start, end = (datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) for day in (first, last + DAY))
    if buffers:
        start, end = start - service.buffer_before, end + service.buffer_after
    return Cells.covering(start, end)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
