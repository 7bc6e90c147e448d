"""Which times a customer is offered."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.business import Business
from bot.ports.calendar import Slot, Wish
from bot.records.cells import Cells, Run, cells_of
from bot.records.slots import Search, find_slots
from tests.records.firm import in_zone, ruled
from tests.records.steps import NOW

YEREVAN = ZoneInfo("Asia/Yerevan")


def offered(
    business: Business,
    service: str = "cut",
    *,
    specialist: str = "",
    branch: str = "",
    wish: Wish = Wish(),
    count: int = 3,
    now: datetime = NOW,
    taken: Sequence[Run] = (),
    without: Sequence[Slot] = (),
) -> tuple[Slot, ...]:
    finding = find_slots(
        Search(business, business.services[service], now, specialist, branch, wish), count, tuple(without)
    )
    try:
        stretch = next(finding)
        while True:  # answer as the database does: with what lies in the stretch that was asked for
            stretch = finding.send(
                [run for run in taken if run.resource in stretch.resources and run.meets(stretch.cells)]
            )
    except StopIteration as stop:
        slots: tuple[Slot, ...] = stop.value
        return slots


def said(slots: Sequence[Slot]) -> list[str]:
    return [f"{slot.start:%a %H:%M} {slot.specialist}" for slot in slots]


def busy(specialist: str, day: int | date, start: str, end: str, zone: ZoneInfo = YEREVAN) -> Run:
    on = day if isinstance(day, date) else date(2026, 11, day)
    first, last = (datetime.combine(on, time.fromisoformat(at), zone) for at in (start, end))
    return Run(f"specialist:{specialist}", 0, *Cells.covering(first, last))


@pytest.mark.req("A15")
def test_the_customer_is_offered_exactly_three_free_times_soonest_first(shears: Business) -> None:
    """Three times, in the firm's zone, none of them taken and none twice."""
    slots = offered(shears, specialist="ani", taken=[busy("ani", 23, "11:00", "12:00")])

    assert said(slots) == ["Mon 12:00 ani", "Mon 14:00 ani", "Mon 14:30 ani"]
    assert {str(slot.start.utcoffset()) for slot in slots} == {"4:00:00"}
    assert {slot.zone for slot in slots} == {"Asia/Yerevan"}


@pytest.mark.req("A15")
def test_as_many_times_as_the_firm_sets_are_offered(shears: Business) -> None:
    """How many are offered is the firm's choice."""
    assert len(offered(shears, count=5)) == 5
    assert len(offered(shears, count=1)) == 1


def test_fewer_times_are_offered_only_when_there_are_no_more(shears: Business) -> None:
    """Three are looked for through the whole horizon before the customer is offered two."""
    week = ruled(shears, horizon=timedelta(days=2))
    full = [busy("ani", 23, "09:00", "18:00"), busy("ani", 24, "09:00", "13:00"), busy("ani", 25, "09:00", "18:00")]

    slots = offered(week, "colour", taken=[*full, busy("ani", 24, "14:00", "15:30")])

    assert said(slots) == ["Tue 15:30 ani", "Tue 16:00 ani"]
    assert offered(week, "colour", taken=[busy("ani", day, "09:00", "18:00") for day in (23, 24, 25)]) == ()


def test_nobody_is_offered_two_visits_at_one_instant(shears: Business) -> None:
    """Where three barbers are free at noon, noon is offered once."""
    slots = offered(shears, count=12)

    assert len({slot.start for slot in slots}) == 12


@pytest.mark.req("A16")
def test_a_chosen_specialist_narrows_the_times(shears: Business) -> None:
    """Whoever wants Bob is offered Bob only."""
    assert {slot.specialist for slot in offered(shears, specialist="bob", count=10)} == {"bob"}


@pytest.mark.req("A16")
def test_a_chosen_branch_narrows_the_times(shears: Business) -> None:
    """Whoever wants the northern branch is offered its hours and its people only."""
    slots = offered(shears, branch="north")

    assert said(slots) == ["Mon 12:00 eva", "Mon 12:30 eva", "Mon 13:00 eva"]


@pytest.mark.req("A16")
def test_a_chosen_service_narrows_the_times(shears: Business) -> None:
    """Colouring takes two hours and only Ani does it."""
    slots = offered(shears, "colour")

    assert said(slots) == ["Mon 11:00 ani", "Mon 14:00 ani", "Mon 14:30 ani"]
    assert {slot.minutes for slot in slots} == {120}


@pytest.mark.req("A16")
def test_nobody_who_does_not_offer_the_service_is_offered(shears: Business) -> None:
    """Bob does not colour, so there is no time of Bob's for it."""
    assert offered(shears, "colour", specialist="bob") == ()


def test_times_inside_the_wish_come_first_and_the_nearest_fill_up(shears: Business) -> None:
    """Whoever asks for five on Tuesday is told that it is free, then what is near it."""
    tuesday = Wish(date(2026, 11, 24), date(2026, 11, 24), time(17), time(17))

    assert said(offered(shears, specialist="ani", wish=tuesday)) == ["Tue 17:00 ani", "Tue 16:30 ani", "Tue 16:00 ani"]


def test_a_wish_that_cannot_be_met_brings_the_nearest_day(shears: Business) -> None:
    """Sunday is closed: Saturday and Monday are nearest, and the part of the day that was asked for is kept to."""
    sunday = Wish(date(2026, 11, 29), date(2026, 11, 29), time(11), time(13))
    slots = offered(shears, specialist="ani", wish=sunday, count=4)

    assert said(slots) == ["Sat 11:00 ani", "Sat 11:30 ani", "Sat 12:00 ani", "Sat 12:30 ani"]


def test_a_week_before_or_after_the_nearer_hour_wins(shears: Business) -> None:
    """A week before only three o'clock is free, a week after the very hour that was asked for: that one is nearer."""
    wish = Wish(date(2026, 12, 9), date(2026, 12, 9), time(12), time(12))
    full = [
        busy("ani", date(2026, 11, 23) + timedelta(days=n), "09:00", "18:00") for n in range(31) if n not in (9, 23)
    ]
    before = [busy("ani", date(2026, 12, 2), "09:00", "15:00"), busy("ani", date(2026, 12, 2), "16:00", "18:00")]
    after = [busy("ani", date(2026, 12, 16), "09:00", "12:00"), busy("ani", date(2026, 12, 16), "14:00", "18:00")]

    slots = offered(shears, specialist="ani", wish=wish, taken=[*full, *before, *after])

    assert [f"{slot.start:%d %H:%M}" for slot in slots] == ["16 12:00", "02 15:00"]


def test_an_evening_is_looked_for_on_every_day(shears: Business) -> None:
    """Whoever wants an evening gets the nearest evenings, not the nearest times."""
    slots = offered(shears, branch="north", wish=Wish(earliest=time(19)), count=3)

    assert said(slots) == ["Mon 19:00 eva", "Tue 19:00 eva", "Sat 19:00 eva"]


def test_times_that_were_declined_are_left_out(shears: Business) -> None:
    """A customer who says «other times» is not offered the same ones."""
    first = offered(shears)
    second = offered(shears, without=first)

    assert len(second) == 3
    assert not {slot.start for slot in first} & {slot.start for slot in second}


@pytest.mark.req("F6", "F11")
def test_the_lunch_break_is_kept(shears: Business) -> None:
    """Nothing is offered that would run into the break of a split shift."""
    day = Wish(date(2026, 11, 24), date(2026, 11, 24))
    starts = {
        slot.start.time() for slot in offered(shears, specialist="ani", wish=day, count=14) if slot.start.day == 24
    }

    assert max(start for start in starts if start < time(14)) == time(12)
    assert min(start for start in starts if start > time(12)) == time(14)
    assert max(starts) == time(17)


@pytest.mark.req("F6", "F11")
def test_holidays_have_their_own_hours(shears: Business) -> None:
    """The firm is closed on Thursday and open from ten to twelve on Friday."""
    wish = Wish(date(2026, 11, 26), date(2026, 11, 27))
    slots = [slot for slot in offered(shears, specialist="ani", wish=wish, count=6) if slot.start.day in (26, 27)]

    assert said(slots) == ["Fri 10:00 ani", "Fri 10:30 ani", "Fri 11:00 ani"]


@pytest.mark.req("F6")
def test_a_specialist_is_offered_in_their_own_hours(shears: Business) -> None:
    """At the northern branch Eva works later and leaves earlier on Wednesdays than the branch does."""
    wish = Wish(date(2026, 11, 25), date(2026, 11, 25))
    slots = [slot for slot in offered(shears, branch="north", wish=wish, count=20) if slot.start.day == 25]

    assert slots[0].start.time() == time(13)
    assert slots[-1].start.time() == time(18)


@pytest.mark.req("F6")
def test_buffers_keep_visits_apart(shears: Business) -> None:
    """A shave needs five minutes before and ten after, so it does not begin the moment that a cut ends."""
    taken = [busy("bob", 23, "12:00", "13:00"), busy("bob", 23, "15:00", "16:00")]

    assert said(offered(shears, "shave", specialist="bob", taken=taken, count=5)) == [
        "Mon 11:00 bob", "Mon 14:00 bob", "Mon 16:30 bob", "Mon 17:00 bob", "Mon 17:30 bob",
    ]  # fmt: skip


@pytest.mark.req("F6")
@pytest.mark.parametrize(("notice", "first"), [(0, "09:00"), (2, "11:00"), (3, "12:00"), (6, "15:00")])
def test_nothing_is_offered_before_the_minimum_notice(shears: Business, notice: int, first: str) -> None:
    """A firm that wants two hours' notice is not booked for the next hour; exactly two hours are enough."""
    slots = offered(ruled(shears, minimum_notice=timedelta(hours=notice)), specialist="ani")

    assert f"{slots[0].start:%H:%M}" == first


@pytest.mark.req("F6")
def test_nothing_is_offered_beyond_the_horizon(shears: Business) -> None:
    """A firm that books a week ahead offers the seventh day up to this hour, and no later."""
    slots = offered(ruled(shears, horizon=timedelta(days=7)), specialist="ani", count=500)

    assert slots[-1].start == NOW + timedelta(days=7)


@pytest.mark.req("F6")
@pytest.mark.parametrize(("step", "minutes"), [(15, {0, 15, 30, 45}), (20, {0, 20, 40}), (60, {0})])
def test_times_lie_on_the_slot_step(shears: Business, step: int, minutes: set[int]) -> None:
    """A firm that books by the quarter offers quarters."""
    slots = offered(ruled(shears, slot_step=timedelta(minutes=step)), count=40)

    assert {slot.start.minute for slot in slots} == minutes


@pytest.mark.req("F6")
def test_where_anyone_will_do_the_least_booked_is_offered(shears: Business) -> None:
    """Work is shared fairly: who has fewest visits that day comes first, then the first by name."""
    morning = [busy("ani", 24, "09:00", "10:00"), busy("ani", 24, "10:00", "11:00"), busy("bob", 24, "09:00", "10:00")]
    noon = Wish(date(2026, 11, 24), date(2026, 11, 24), time(12), time(12))

    assert said(offered(shears, wish=noon, count=1)) == ["Tue 12:00 ani"]
    assert said(offered(shears, "shave", wish=noon, count=1, taken=morning)) == ["Tue 12:00 bob"]
    assert said(offered(shears, wish=noon, count=1, taken=morning)) == ["Tue 12:00 eva"]


@pytest.mark.req("F6")
def test_the_visits_of_another_day_do_not_count_in_sharing(shears: Business) -> None:
    """Ani's busy Monday does not take Tuesday from her."""
    monday = [busy("ani", 23, "09:00", "10:00"), busy("ani", 23, "10:00", "11:00")]
    noon = Wish(date(2026, 11, 24), date(2026, 11, 24), time(12), time(12))

    assert said(offered(shears, wish=noon, count=1, taken=monday)) == ["Tue 12:00 ani"]


def night(shears: Business) -> Business:
    """The firm, in Berlin and open around the clock."""
    hours = type(shears.branches["centre"].hours)
    span = type(shears.branches["north"].hours.weekly[0][0])
    always = hours(dict.fromkeys(range(7), (span(time(0), time(0)),)))
    centre = shears.branches["centre"].model_copy(update={"hours": always, "holidays": ()})
    return in_zone(shears.model_copy(update={"branches": {**shears.branches, "centre": centre}}), "Europe/Berlin")


def test_a_time_that_the_clocks_skip_is_not_offered(shears: Business) -> None:
    """On 28 March 2027 there is no half past two in Berlin."""
    wish = Wish(date(2027, 3, 28), date(2027, 3, 28), time(1), time(3))
    slots = offered(night(shears), specialist="ani", wish=wish, count=3, now=datetime(2027, 3, 26, tzinfo=UTC))

    assert [slot.start.isoformat() for slot in slots] == [
        "2027-03-28T01:00:00+01:00", "2027-03-28T01:30:00+01:00", "2027-03-28T03:00:00+02:00",
    ]  # fmt: skip


def test_of_a_time_that_the_clocks_repeat_both_are_offered(shears: Business) -> None:
    """On 31 October 2027 Berlin has two o'clock twice; each is a time of its own, and taken on its own."""
    wish = Wish(date(2027, 10, 31), date(2027, 10, 31), time(2), time(2))
    now = datetime(2027, 10, 29, tzinfo=UTC)
    both = offered(night(shears), specialist="ani", wish=wish, count=2, now=now)
    first = Run("specialist:ani", 0, *cells_of(shears.services["cut"], both[0]))
    left = offered(night(shears), specialist="ani", wish=wish, count=1, now=now, taken=[first])

    assert [slot.start.isoformat() for slot in both] == ["2027-10-31T02:00:00+02:00", "2027-10-31T02:00:00+01:00"]
    assert both[0] != both[1]
    assert left == (both[1],)


@pytest.mark.parametrize("day", range(1, 19))
def test_what_lies_just_past_midnight_keeps_its_distance(shears: Business, day: int) -> None:
    """A shave that would end at midnight needs ten minutes more, on whatever day and wherever the search looks."""
    firm = night(shears)
    eve, morrow = date(2026, 12, day), date(2026, 12, day + 1)
    early = busy("ani", morrow, "00:00", "00:05", firm.zone)

    starts = {slot.start for slot in offered(firm, "shave", specialist="ani", count=2000, taken=[early])}

    assert datetime.combine(eve, time(23), firm.zone).astimezone(UTC) in starts
    assert datetime.combine(eve, time(23, 30), firm.zone).astimezone(UTC) not in starts
