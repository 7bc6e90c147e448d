"""What holds for every offer, whatever the zone, the wish and the bookings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.business import Business, Span
from bot.ports.calendar import Slot, Wish
from bot.ports.clock import instant, micros
from bot.records.cells import CELL_MICROS, Run, cells_of
from bot.records.slots import Search, find_slots
from bot.records.timetable import opening, slot_at
from tests.records.firm import firm, in_zone, ruled

CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25), date(2031, 10, 26)),
    "America/New_York": (date(2026, 11, 1), date(2027, 3, 14)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2027, 4, 4)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),
    "Asia/Yerevan": (date(2026, 10, 25),),
}
"""Days on which clocks are changed, by half an hour on Lord Howe, at midnight in Beirut, and not at all in Yerevan."""

NIGHT = (Span(time(0), time(2, 30)), Span(time(2, 45), time(0)))
SERVICES = ("cut", "shave", "colour")

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def nightly(zone: str) -> Business:
    """The firm in a zone, open at night too, when clocks are changed."""
    shears = in_zone(firm(), zone)
    centre = shears.branches["centre"]
    hours = type(centre.hours)(dict.fromkeys(range(7), NIGHT))
    branches = {**shears.branches, "centre": centre.model_copy(update={"hours": hours, "holidays": ()})}
    return ruled(shears.model_copy(update={"branches": branches}), horizon=timedelta(days=9))


@st.composite
def searches(draw: st.DrawFn, zones: Sequence[str] = tuple(CHANGES)) -> Search:
    zone = draw(st.sampled_from(zones))
    business = nightly(zone)
    business = ruled(business, slot_step=timedelta(minutes=draw(st.sampled_from((15, 20, 30, 45)))))
    # So soon before the clocks are changed that the nearest times lie about it.
    day = draw(st.sampled_from(CHANGES[zone]))
    now = datetime.combine(day, time(), UTC) - timedelta(minutes=draw(st.integers(0, 26 * 60)))
    wish = draw(
        st.one_of(st.just(Wish()), st.builds(wished, st.just(day), st.integers(-3, 12), st.times(), st.times()))
    )
    service = business.services[draw(st.sampled_from(SERVICES))]
    return Search(
        business, service, now, draw(st.sampled_from(("", "ani", "eva"))), draw(st.sampled_from(("", "centre"))), wish
    )


def wished(day: date, days: int, earliest: time, latest: time) -> Wish:
    first = day + timedelta(days=days)
    return Wish(first, first + timedelta(days=1), min(earliest, latest), max(earliest, latest))


def runs_of(search: Search) -> st.SearchStrategy[list[Run]]:
    """Other people's visits within the horizon."""
    first = micros(search.now) // CELL_MICROS
    return st.lists(
        st.builds(
            lambda who, at, long: Run(f"specialist:{who}", 0, first + at, first + at + long),
            st.sampled_from(("ani", "bob", "eva")),
            st.integers(0, 12 * 24 * 4),
            st.integers(1, 60),
        ),
        max_size=25,
    )


def find(search: Search, runs: Sequence[Run], count: int, without: Sequence[Slot] = ()) -> tuple[Slot, ...]:
    """Answer as the database does: with what lies in the stretch that was asked for."""
    finding = find_slots(search, count, without)
    try:
        stretch = next(finding)
        while True:
            stretch = finding.send(
                [run for run in runs if run.resource in stretch.resources and run.meets(stretch.cells)]
            )
    except StopIteration as stop:
        slots: tuple[Slot, ...] = stop.value
        return slots


def within_hours(search: Search, slot: Slot) -> bool:
    """Whether every five minutes of the visit show a time on the wall that lies inside one span of that day."""
    specialist, branch = search.business.specialists[slot.specialist], search.business.branches[slot.branch]
    moments = [slot.start + timedelta(minutes=n) for n in range(0, slot.minutes, 5)]
    walls = [moment.astimezone(search.business.zone) for moment in moments]
    spans = specialist.spans(branch, walls[0].date())
    return any(all(wall.date() == walls[0].date() and span.holds(wall.time()) for wall in walls) for span in spans)


@quick
@given(st.data())
def test_every_offer_lies_inside_hours_notice_and_horizon(data: st.DataObject) -> None:
    """No customer is offered a time at which the door is closed, in any zone, on the nights of changing clocks too."""
    search = data.draw(searches())
    rules = search.business.booking

    for slot in find(search, data.draw(runs_of(search)), 90):
        assert within_hours(search, slot)
        assert search.now + rules.minimum_notice <= slot.start <= search.now + rules.horizon


@quick
@given(st.data())
def test_no_offer_meets_what_is_taken(data: st.DataObject) -> None:
    """No customer is offered another's time, buffers included, and none twice."""
    search = data.draw(searches())
    runs = data.draw(runs_of(search))
    slots = find(search, runs, 40)

    assert len({slot.start for slot in slots}) == len(slots)
    for slot in slots:
        cells = cells_of(search.service, slot)
        assert not [run for run in runs if run.resource == f"specialist:{slot.specialist}" and run.meets(cells)]


@settings(quick, max_examples=20)
@given(st.data(), st.integers(1, 5))
def test_a_search_that_stops_early_misses_nothing_nearer(data: st.DataObject, count: int) -> None:
    """The few that are offered are the nearest of all that there are."""
    search = data.draw(searches())
    search = replace(search, business=ruled(search.business, horizon=timedelta(days=32)))
    runs = data.draw(runs_of(search))
    everything = find(search, runs, 10_000)

    assert find(search, runs, count) == everything[:count]


@settings(quick, max_examples=40)
@given(st.data(), st.integers(1, 60))
def test_a_search_finds_what_trying_every_time_finds(data: st.DataObject, count: int) -> None:
    """The offers, their order and who gives them are those of a search that thinks of nothing but the rules."""
    search = data.draw(searches())
    runs = data.draw(runs_of(search))
    everything = tried(search, runs)
    declined = data.draw(st.lists(st.sampled_from(everything), max_size=4)) if everything else []

    wanted = [slot for slot in everything if slot not in declined]

    assert find(search, runs, count, declined) == tuple(wanted[:count])


def tried(search: Search, runs: Sequence[Run]) -> list[Slot]:
    """Every free time, nearest to the wish first: each is tried with each specialist, by the rules alone."""
    rules, zone = search.business.booking, search.business.zone
    first, last = search.now + rules.minimum_notice, search.now + rules.horizon
    chosen: dict[datetime, tuple[int, Slot]] = {}
    days = [first.astimezone(zone).date() + timedelta(days=n) for n in range(rules.horizon.days + 2)]
    places = [
        (who, where)
        for who in sorted(search.business.specialists.values(), key=lambda each: each.id)
        for where in sorted(who.branches)
        if search.service.id in who.services and search.specialist in ("", who.id) and search.branch in ("", where)
    ]
    for day in days:
        for who, where in places:
            resource = f"specialist:{who.id}"
            theirs = [run for run in runs if run.resource == resource]
            load = sum(instant(run.first * CELL_MICROS).astimezone(zone).date() == day for run in theirs)
            for span in who.spans(search.business.branches[where], day):
                at, closes = opening(day, span, zone)
                while at + search.service.duration <= closes:
                    slot = slot_at(search.service, who.id, where, at, zone)
                    taken = any(run.meets(cells_of(search.service, slot)) for run in theirs)
                    if first <= at <= last and not taken and (at not in chosen or load < chosen[at][0]):
                        chosen[at] = load, slot
                    at += rules.slot_step
    return sorted((slot for _, slot in chosen.values()), key=lambda slot: distance(search.wish, slot))


def distance(wish: Wish, slot: Slot) -> tuple[bool, int, int, datetime]:
    """How far a time is from a wish: those inside come first, then the nearest day, the nearest minute, the soonest."""
    day, at = slot.start.date(), slot.start.replace(tzinfo=None)
    first, last = wish.first_day or day, wish.last_day or day
    days = max((first - day).days, (day - last).days, 0)
    earliest = datetime.combine(day, wish.earliest or time.min).replace(second=0, microsecond=0)
    latest = datetime.combine(day, wish.latest or time.max).replace(second=0, microsecond=0)
    minutes = max(earliest - at, at - latest, timedelta()) // timedelta(minutes=1)
    return days > 0 or minutes > 0, days, minutes, slot.start


@quick
@given(searches(zones=("Europe/Berlin",)))
def test_in_berlin_every_time_is_one_that_clocks_show_and_stays_itself(search: Search) -> None:
    """A time survives being stored and read back; its wall time and offset belong together."""
    zone = ZoneInfo("Europe/Berlin")

    for slot in find(search, [], 60):
        stored = instant(micros(slot.start))
        assert stored == slot.start
        assert stored.astimezone(zone).isoformat() == slot.start.isoformat()
