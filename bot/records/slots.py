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

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from bot.business import Business, Service
from bot.ports.calendar import Slot, Wish
from bot.records.cells import Cells, Run
from bot.records.timetable import DAY, Place, Start, Timetable

FIRST_DAYS = 4  # an everyday calendar has enough to offer in them; the reading grows with the visits that it counts
DAYS_AT_ONCE = 14
NO_WISH = Wish()

Rank = tuple[bool, int, int, datetime]


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

    def days(self) -> list[tuple[int, date]]:
        """Every bookable day with its distance in days from the wish, nearest first."""
        rules, zone = self.business.booking, self.business.zone
        first = (self.now + rules.minimum_notice).astimezone(zone).date()
        last = (self.now + rules.horizon).astimezone(zone).date()
        count, least, most = (last - first).days + 1, 0, (last - first).days
        if self.wish.first_day is not None:
            least = (self.wish.first_day - first).days
        if self.wish.last_day is not None:
            most = (self.wish.last_day - first).days
        # Every search asks this for two months of days: so with numbers, and without a call for each.
        away = sorted((least - n if n < least else n - most if n > most else 0, n) for n in range(count))
        return [(off, first + n * DAY) for off, n in away]

    def rank(self, slot: Slot) -> Rank:
        """How near a time is to the wish: those inside first; then by days, by minutes of the day, by time."""
        return self._rank(slot.start.date(), _minutes(slot.start.time()), slot.start)

    def rank_of(self, start: Start) -> Rank:
        """The same of a moment of the timetable."""
        return self._rank(start.day, start.minute, start.at)

    def _rank(self, day: date, minute: int, at: datetime) -> Rank:
        days, minutes = self._days_off(day), self._minutes_off(minute)
        return days > 0 or minutes > 0, days, minutes, at

    def _days_off(self, day: date) -> int:
        first, last = self.wish.first_day, self.wish.last_day
        if first is not None and day < first:
            return (first - day).days
        return (day - last).days if last is not None and day > last else 0

    def _minutes_off(self, minute: int) -> int:
        earliest, latest = self.wish.earliest, self.wish.latest
        if earliest is not None and minute < (least := _minutes(earliest)):
            return least - minute
        return max(0, minute - _minutes(latest)) if latest is not None else 0


def find_slots(search: Search, count: int, without: Sequence[Slot] = ()) -> Finding:
    """At most `count` free times: those inside the wish soonest first, then the nearest to it; no two at one instant.

    Exactly `count` when there are that many within the horizon.
    """
    timetable = search.timetable
    places = timetable.places(search.service.id, search.specialist, search.branch)
    resources = tuple(sorted({place.resource for place in places}))
    left_out = {slot.start for slot in without}
    best: list[tuple[Rank, Start]] = []
    taken: Mapping[str, Sequence[Run]] = {}
    days = search.days() if resources else []
    read = 0
    for n, (away, day) in enumerate(days):
        if _settled(best, away, count):
            break
        if n == read:
            read += DAYS_AT_ONCE if n else FIRST_DAYS
            some = [day for _, day in days[n:read]]
            taken = _by_resource((yield Stretch(resources, _cells(search, timetable, min(some), max(some)))))
        most = count + len(left_out) if search.wish.earliest is search.wish.latest is None else None
        free = free_on(search, timetable, places, day, taken, most)
        best += [(search.rank_of(start), start) for start in free if not left_out or start.at not in left_out]
        best = sorted(best, key=_by_rank)[:count]
    return tuple(start.slot for _, start in best)


def _by_rank(ranked: tuple[Rank, Start]) -> Rank:
    return ranked[0]


def _settled(best: Sequence[tuple[Rank, Start]], away: int, count: int) -> bool:
    """Whether days that are at least `away` from the wish, and later where they lie in it, can bring nothing nearer."""
    return len(best) == count and all(not outside or days < away for (outside, days, *_), _ in best)


def _by_resource(runs: Sequence[Run]) -> Mapping[str, Sequence[Run]]:
    taken: dict[str, list[Run]] = {}
    for run in runs:
        taken.setdefault(run.resource, []).append(run)
    return taken


def free_on(
    search: Search, timetable: Timetable, places: Sequence[Place], day: date, taken: Mapping[str, Sequence[Run]],
    most: int | None = None,
) -> list[Start]:  # fmt: skip
    """Every free moment of a day, soonest first, one an instant; who gives it is chosen fairly.

    At least the first `most` of them, if that is given: where the soonest are wanted, the others need no look.
    """
    rules = search.business.booking
    earliest, latest = search.now + rules.minimum_notice, search.now + rules.horizon
    chosen: dict[datetime, tuple[int, Start]] = {}
    for place in places:
        starts = timetable.starts(search.service, place, day)
        if not starts:
            continue
        runs = taken.get(place.resource, ())
        of_day = timetable.day_cells(day)
        load = sum(of_day.first <= run.first < of_day.end for run in runs)
        reach = Cells(starts[0].cells.first, starts[-1].cells.end)
        near = [run for run in runs if run.meets(reach)]
        left = most
        for start in starts:
            if not earliest <= start.at <= latest or (near and any(run.meets(start.cells) for run in near)):
                continue
            if left is not None:
                if not left:
                    break  # the first `most` of all are among the first `most` of each
                left -= 1
            other = chosen.get(start.at)
            if other is None or load < other[0]:  # places come by their ids, so of equals the first is kept
                chosen[start.at] = load, start
    return [chosen[at][1] for at in sorted(chosen)]


def _cells(search: Search, timetable: Timetable, first: date, last: date) -> Cells:
    """The cells of some days, with the buffers of visits at their ends."""
    start, end = timetable.ends(first, last)
    return Cells.covering(start - search.service.buffer_before, end + search.service.buffer_after)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
