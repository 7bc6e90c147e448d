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

from bisect import bisect_left
from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from bot.business import Business, Service
from bot.ports.calendar import Slot, Wish
from bot.records.cells import CELL, Cells, Run
from bot.records.timetable import DAY, Place, Start, Starts, Timetable, bits

FIRST_DAYS = 4  # an everyday calendar has enough to offer in them; the reading grows with the visits that it counts
DAYS_AT_ONCE = 14
DAY_MINUTES = 24 * 60
NO_WISH = Wish()

Ranked = tuple[int, int, datetime, Start]
"""A free moment, led by how near it is to the wish: days away, minutes of the day away (inside both are 0), time."""


class Stretch(NamedTuple):
    """The part of the calendar that a search wants to know."""

    resources: tuple[str, ...]
    cells: Cells


Finding = Generator[Stretch, Sequence[Run], tuple[Slot, ...]]
"""A search under way: yields what it wants to know, is sent what is taken there, returns the offers."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. Empty `specialist` or `branch`: any will do."""

    business: Business
    service: Service
    now: datetime
    specialist: str = ""
    branch: str = ""
    wish: Wish = NO_WISH
    known: Timetable | None = field(default=None, compare=False)
    """What earlier searches in the same content have worked out."""

    @property
    def timetable(self) -> Timetable:
        """The times that hours allow."""
        return self.known or Timetable(self.business)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The soonest and the latest instant that can be booked."""
        rules = self.business.booking
        return self.now + rules.minimum_notice, self.now + rules.horizon

    @property
    def minutes(self) -> tuple[int, int]:
        """The part of the day that is wished for, in minutes since midnight."""
        earliest, latest = self.wish.earliest, self.wish.latest
        return 0 if earliest is None else _minutes(earliest), DAY_MINUTES if latest is None else _minutes(latest)

    def days(self) -> Iterator[tuple[int, date]]:
        """Every bookable day with its distance in days from the wish, nearest first."""
        first, last = (at.astimezone(self.business.zone).date() for at in self.bounds)
        count, least, most = (last - first).days + 1, 0, (last - first).days
        if self.wish.first_day is not None:
            least = (self.wish.first_day - first).days
        if self.wish.last_day is not None:
            most = (self.wish.last_day - first).days
        before = ((least - n, n) for n in range(min(least, count) - 1, -1, -1))
        within = ((0, n) for n in range(max(least, 0), min(most + 1, count)))
        after = ((n - most, n) for n in range(max(most + 1, least, 0), count))
        return ((away, first + n * DAY) for away, n in chain(within, merge(before, after)))


class Taken(NamedTuple):
    """What is taken of one resource, as bits counted from the cell `origin`; where each run begins, in order."""

    origin: int
    bits: int
    begins: Sequence[int]

    def within(self, reach: Cells) -> int:
        """The bits of some cells, counted from the first of them."""
        return self.bits >> reach.first - self.origin & bits(*reach, reach.first)

    def load(self, day: Cells) -> int:
        """How many runs begin on a day."""
        return bisect_left(self.begins, day.end) - bisect_left(self.begins, day.first)


FREE = Taken(0, 0, ())


def find_slots(search: Search, count: int, without: Sequence[Slot] = ()) -> Finding:
    """At most `count` free times: those inside the wish soonest first, then the nearest to it; no two at one instant.

    Exactly `count` when there are that many within the horizon.
    """
    timetable = search.timetable
    places = timetable.places(search.service.id, search.specialist, search.branch)
    resources = tuple(sorted({place.resource for place in places}))
    left_out = {slot.start for slot in without}
    most = count + len(left_out) if search.wish.earliest is search.wish.latest is None else None
    best: list[Ranked] = []
    days = search.days() if places and count else iter(())
    at_once = FIRST_DAYS
    for nearest in days:
        if _settled(best, nearest[0], count):
            break
        some = [nearest, *islice(days, at_once - 1)]
        cells = _cells(search.service, timetable, [day for _, day in some])
        taken = _by_resource((yield Stretch(resources, cells)), cells.first)
        for away, day in some:
            if _settled(best, away, count):
                break
            free = free_on(search, timetable, places, day, taken, most)
            best = sorted([*best, *_ranked(search, away, free, left_out)])[:count]
        at_once = DAYS_AT_ONCE
    return tuple(ranked[-1].slot for ranked in best)


def _settled(best: Sequence[Ranked], away: int, count: int) -> bool:
    """Whether days that are at least `away` from the wish, and later where they lie in it, can bring nothing nearer."""
    if len(best) < count:
        return False
    days, minutes, *_ = best[-1]
    return days == minutes == 0 or days < away


def _ranked(search: Search, away: int, free: Iterable[Start], left_out: Container[datetime]) -> Iterator[Ranked]:
    """The free moments of a day that is `away` from the wish."""
    least, most = search.minutes
    for start in free:
        if start.at not in left_out:
            minute = start.minute
            off = least - minute if minute < least else minute - most if minute > most else 0
            yield away, off, start.at, start


def _by_resource(runs: Sequence[Run], origin: int) -> Mapping[str, Taken]:
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.resource, []).append(run)
    return {resource: _together(some, origin) for resource, some in found.items()}


def _together(runs: Sequence[Run], origin: int) -> Taken:
    taken = 0
    for run in runs:
        taken |= bits(max(run.first, origin), run.end, origin)
    return Taken(origin, taken, sorted(run.first for run in runs))


def free_on(
    search: Search, timetable: Timetable, places: Sequence[Place], day: date, taken: Mapping[str, Taken],
    most: int | None = None,
) -> Iterable[Start]:  # fmt: skip
    """Every free moment of a day, one an instant, in no order; who gives it is chosen fairly.

    At least the first `most` of them, if that is given: where the soonest are wanted, the others need no look.
    """
    found: list[tuple[int, Sequence[Start]]] = []
    cells, bounds = timetable.day_cells(day), search.bounds
    for place in reversed(places):
        starts = timetable.starts(search.service.id, *place.ids, day)
        if starts is not None:
            busy = taken.get(place.resource, FREE)
            # The first `most` of all are among the first `most` of each.
            found.append((busy.load(cells), _left(starts, busy, bounds)[:most]))
    found.sort(key=itemgetter(0), reverse=True)  # of two at one instant the later stays: who has fewer, the first by id
    return {start.at: start for _, some in found for start in some}.values()


def _left(starts: Starts, busy: Taken, bounds: tuple[datetime, datetime]) -> Sequence[Start]:
    """What is left of the moments that the hours allow, soonest first."""
    left: Sequence[Start] = starts.each
    earliest, latest = bounds
    if left[0].at < earliest or latest < left[-1].at:
        left = [start for start in left if earliest <= start.at <= latest]
    taken = busy.within(starts.reach)
    return [start for start in left if not taken & start.bits] if taken else left


def _cells(service: Service, timetable: Timetable, days: Sequence[date]) -> Cells:
    """The cells of some days, with the buffers of visits at their ends."""
    first, last = timetable.day_cells(min(days)), timetable.day_cells(max(days))
    return Cells(first.first + service.buffer_before // -CELL, last.end - service.buffer_after // -CELL)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
