"""Visits, from the wish for a time to its end, on both databases."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from bot.business import Business
from bot.ports.calendar import Booking, Slot, Wish
from bot.ports.store import Conflict
from bot.records import BuiltInCalendar, StepCalendar, check_occupancy
from tests.records.firm import ruled
from tests.records.steps import BEA, NOW, Steps
from tests.records.visitor import Visitor

THURSDAY_WEEK = Wish(date(2026, 12, 3), date(2026, 12, 3))


@pytest.fixture
def ann(steps: Steps, shears: Business) -> Visitor:
    """A customer."""
    return Visitor(steps, shears)


@pytest.fixture
def bea(steps: Steps, shears: Business) -> Visitor:
    """Another customer."""
    return Visitor(steps, shears, BEA)


async def booked(visitor: Visitor, slot: Slot) -> Booking:
    booking = await visitor.books(slot)
    assert booking is not None
    return booking


async def test_a_search_is_made_once_a_step(ann: Visitor) -> None:
    """Whoever asks for the same times twice in one step gets the very same answer; other times are looked for."""

    async def thrice(calendar: StepCalendar) -> tuple[tuple[Slot, ...], ...]:
        first = await calendar.free("cut")
        return first, await calendar.free("cut"), await calendar.free("cut", without=first)

    first, again, others = await ann.does(thrice)

    assert again is first
    assert others
    assert not set(others) & set(first)


@pytest.mark.req("A17")
async def test_no_visit_exists_before_the_customer_confirms(ann: Visitor) -> None:
    """Looking and holding leave no visit behind; only booking does."""
    slot, *_ = await ann.free()
    await ann.holds(slot)
    before = await ann.rows("SELECT id FROM bookings")
    booking = await booked(ann, slot)

    assert before == []
    assert [row[0] for row in await ann.rows("SELECT id FROM bookings")] == [booking.id]


@pytest.mark.req("A19")
async def test_a_visit_keeps_who_comes_and_what_they_answered(ann: Visitor) -> None:
    """What was asked is found with the visit."""
    slot, *_ = await ann.free()
    booking = await booked(ann, slot)
    found = await ann.does(lambda c: c.find(booking.id))

    assert found == booking
    assert (booking.name, booking.phone, booking.notes) == ("Ann", "+37491000000", {"ask": "no talk"})
    assert await ann.rows("SELECT local_start, zone, minutes FROM bookings") == [
        ("2026-11-23T11:00", "Asia/Yerevan", 60)
    ]


@pytest.mark.req("A15")
async def test_what_another_has_is_not_offered(ann: Visitor, bea: Visitor) -> None:
    """A time that another holds or has booked, and any that runs into it, is nobody else's to choose."""
    held, between, taken = await ann.free()
    await ann.holds(held)
    await booked(bea, taken)
    offers = {slot.start for slot in await bea.free(count=50)}

    assert held in await ann.free()
    assert not {held.start, between.start, taken.start} & offers
    assert await bea.holds(held) is False
    assert await bea.books(held) is None
    assert await ann.books(taken) is None


async def test_whose_claim_was_refused_is_offered_other_times_in_the_same_breath(ann: Visitor, bea: Visitor) -> None:
    """A customer who is a moment late gets new times at once, without those that have just gone."""
    slot, *_ = await ann.free()

    async def late(calendar: StepCalendar) -> tuple[Slot, ...]:
        offers = await calendar.free("cut", specialist="bob")
        if await bea.upcoming() == ():
            await booked(bea, offers[0])
        return () if await calendar.hold(offers[0]) else await calendar.free("cut", specialist="bob")

    offers = await ann.does(late)

    assert len(offers) == 3
    assert all(offer.start >= slot.end for offer in offers)


async def test_a_hold_keeps_the_time_until_its_end_and_not_a_moment_longer(ann: Visitor, bea: Visitor) -> None:
    """Fifteen minutes: at 14:59 the time is kept, at 15:00 it is free."""
    slot, *_ = await ann.free(wish=THURSDAY_WEEK)
    await ann.holds(slot)
    ann.steps.now = NOW + timedelta(minutes=14, seconds=59)
    kept = await bea.holds(slot)
    ann.steps.now = NOW + timedelta(minutes=15)

    assert kept is False
    assert slot in await bea.free(wish=THURSDAY_WEEK)
    assert await bea.holds(slot) is True
    assert await ann.books(slot) is None


async def test_a_hold_that_has_run_out_still_books_while_nobody_wants_the_time(ann: Visitor) -> None:
    """A slow customer loses nothing when nobody was faster."""
    slot, *_ = await ann.free()
    await ann.holds(slot)
    ann.steps.now = NOW + timedelta(minutes=40)

    assert await ann.books(slot) is not None
    assert await ann.steps.store.read(lambda: check_occupancy("shears")) == []


async def test_a_new_hold_replaces_the_earlier_one(ann: Visitor, bea: Visitor) -> None:
    """Who chooses another time gives back the first; who leaves gives back all."""
    first, _, later = await ann.free()
    await ann.holds(first)
    await ann.holds(later)
    freed = await bea.holds(first)
    await ann.does(lambda c: c.release())

    assert freed is True
    assert [row[0] for row in await ann.rows("SELECT DISTINCT holder FROM occupancy")] == [f"hold:{BEA}"]


@pytest.mark.req("F7")
async def test_a_double_confirm_makes_one_visit(ann: Visitor) -> None:
    """Pressing «confirm» twice, in one breath or two, books once."""
    slot, *_ = await ann.free()

    async def twice(calendar: StepCalendar) -> tuple[Booking | None, Booking | None]:
        return (
            await calendar.book(slot, name="Ann", phone="", notes={}),
            await calendar.book(slot, name="Ann", phone="", notes={}),
        )

    first, second = await ann.does(twice)
    third = await ann.books(slot)

    assert first is not None
    assert first == second == third
    assert await ann.rows("SELECT COUNT(*) FROM bookings") == [(1,)]


@pytest.mark.req("F7")
async def test_a_step_that_commits_twice_books_once(ann: Visitor) -> None:
    """A step repeated after a crash finds its own visit and changes nothing."""
    slot, *_ = await ann.free()
    scope = ann.steps.scope()
    await BuiltInCalendar(ann.business).bind(scope).book(slot, name="Ann", phone="", notes={})
    await scope.commit()
    before = await ann.rows("SELECT * FROM bookings")
    await scope.commit()

    assert await ann.rows("SELECT * FROM bookings") == before
    assert await ann.steps.store.read(lambda: check_occupancy("shears")) == []


async def test_a_number_that_another_visit_has_is_never_taken_for_a_repeat(ann: Visitor, bea: Visitor) -> None:
    """Should two visits ever draw one number, the second customer is not told that they are booked."""
    slot, _, other = await ann.free()
    booking = await booked(ann, slot)
    scope = bea.steps.scope(bea.actor)
    scope.step = booking.id.split("-")[1]
    twin = await BuiltInCalendar(bea.business).bind(scope).book(other, name="Bea", phone="", notes={})

    assert twin is not None
    assert twin.id == booking.id
    with pytest.raises(Conflict):
        await scope.commit()


@pytest.mark.req("A20")
async def test_a_visit_is_reminded_of_a_day_and_two_hours_before(ann: Visitor) -> None:
    """Two reminders, and none that would come at once."""
    far, *_ = await ann.free(wish=THURSDAY_WEEK)
    near, *_ = await ann.free(specialist="ani")
    booking, soon = await booked(ann, far), await booked(ann, near)

    assert ann.reminders() == {
        f"remind:{booking.id}:24h": far.start - timedelta(hours=24),
        f"remind:{booking.id}:2h": far.start - timedelta(hours=2),
    }
    assert soon.slot.start - NOW == timedelta(hours=2)


@pytest.mark.req("A20")
async def test_a_cancelled_visit_is_not_reminded_of(ann: Visitor, bea: Visitor) -> None:
    """Cancelling takes the reminders back and frees the time; doing it again changes nothing."""
    slot, *_ = await ann.free(wish=THURSDAY_WEEK)
    booking = await booked(ann, slot)
    await ann.cancels(booking)
    await ann.cancels(booking)
    found = await ann.does(lambda c: c.find(booking.id))

    assert ann.reminders() == {}
    assert found is not None
    assert found.status == "cancelled"
    assert await ann.upcoming() == ()
    assert await bea.holds(slot) is True


@pytest.mark.req("A22")
async def test_moving_a_visit_frees_its_old_time_in_the_same_instant(ann: Visitor, bea: Visitor) -> None:
    """The visit stands at its new time under its old number, and another customer can have the old time."""
    old, *_ = await ann.free()
    new, *_ = await ann.free(wish=THURSDAY_WEEK)
    booking = await booked(ann, old)
    await ann.holds(new)
    moved = await ann.moves(booking, new)

    assert moved == msgspec.structs.replace(booking, slot=new)
    assert await ann.upcoming() == (moved,)
    assert await bea.books(old) is not None
    assert await bea.books(new) is None
    assert await ann.steps.store.read(lambda: check_occupancy("shears")) == []


@pytest.mark.req("A22")
async def test_a_visit_can_be_moved_by_less_than_its_length(ann: Visitor) -> None:
    """Half an hour later overlaps the old time, which is the customer's own and no hindrance."""
    first, half_later, _ = await ann.free("shave", wish=THURSDAY_WEEK)
    booking = await booked(ann, first)

    assert await ann.moves(booking, half_later) is not None
    assert await ann.steps.store.read(lambda: check_occupancy("shears")) == []


@pytest.mark.req("A22")
async def test_a_visit_that_cannot_be_moved_stays_where_it_was(ann: Visitor, bea: Visitor) -> None:
    """When the new time has been taken, the old one is still the customer's."""
    old, *_ = await ann.free()
    new, *_ = await ann.free(wish=THURSDAY_WEEK)
    booking = await booked(ann, old)
    await booked(bea, new)

    assert await ann.moves(booking, new) is None
    assert await ann.upcoming() == (booking,)
    assert await bea.books(old) is None


@pytest.mark.req("A20", "A22")
async def test_a_moved_visit_is_reminded_of_at_its_new_time_only(ann: Visitor) -> None:
    """A reminder for which it is now too late is taken back, not sent for the old day."""
    far, *_ = await ann.free(wish=THURSDAY_WEEK)
    near = (await ann.free())[2]
    booking = await booked(ann, far)
    await ann.moves(booking, near)

    assert ann.reminders() == {f"remind:{booking.id}:2h": near.start - timedelta(hours=2)}


async def test_a_cancelled_visit_cannot_be_moved(ann: Visitor) -> None:
    """A late press on «move» does not bring a cancelled visit back."""
    old, _, new = await ann.free()
    booking = await booked(ann, old)
    await ann.cancels(booking)

    assert await ann.moves(booking, new) is None
    assert await ann.rows("SELECT COUNT(*) FROM occupancy") == [(0,)]


async def test_the_visits_of_others_are_not_seen(ann: Visitor, bea: Visitor) -> None:
    """A number read over a shoulder opens nothing, moves nothing, cancels nothing."""
    slot, _, other = await ann.free()
    booking = await booked(ann, slot)
    await bea.cancels(booking)

    assert await bea.does(lambda c: c.find(booking.id)) is None
    assert await bea.moves(booking, other) is None
    assert await bea.upcoming() == ()
    assert await ann.upcoming() == (booking,)


async def test_a_time_that_has_passed_cannot_be_had(ann: Visitor) -> None:
    """A button from last month still answers, but books nothing in the past."""
    slot, *_ = await ann.free()
    ann.steps.now = slot.start

    assert await ann.holds(slot) is False
    assert await ann.books(slot) is None


async def test_a_time_outside_hours_cannot_be_had(ann: Visitor) -> None:
    """Hours may change after a time was offered; the new hours hold."""
    slot, *_ = await ann.free()
    evening = msgspec.structs.replace(slot, start=slot.start + timedelta(hours=9))
    strange = msgspec.structs.replace(slot, specialist="zoe")

    assert await ann.holds(evening) is False
    assert await ann.holds(strange) is False


@pytest.mark.req("F6")
async def test_a_customer_has_no_more_visits_than_the_firm_allows(ann: Visitor, bea: Visitor) -> None:
    """With a limit of two, the third visit has to wait until one is over."""
    ann.business = bea.business = ruled(ann.business, limit=2)
    monday, later = (await ann.free())[0], (await ann.free(wish=THURSDAY_WEEK))[0]
    await booked(ann, monday)
    await booked(ann, later)
    third, *_ = await ann.free(specialist="ani")
    left = await ann.does(lambda c: c.visits_left())

    assert left == 0
    assert await ann.books(third) is None
    assert await bea.books(third) is not None


@pytest.mark.req("A22")
async def test_a_visit_cancelled_at_the_moment_it_is_moved_stays_cancelled(ann: Visitor, bea: Visitor) -> None:
    """One hand moves, the other cancels: the visit is not brought back and its new time is not taken."""
    old, _, new = await ann.free()
    booking = await booked(ann, old)
    await ann.is_known(also=bea.actor)

    async def move_while_cancelled(calendar: StepCalendar) -> Booking | None:
        moved = await calendar.move(booking, new)
        if moved is not None:
            await bea.cancels(booking)
        return moved

    assert await ann.does(move_while_cancelled) is None
    assert await ann.upcoming() == ()
    assert await ann.rows("SELECT COUNT(*) FROM occupancy") == [(0,)]


@pytest.mark.req("A20", "A22")
async def test_a_visit_moved_from_another_messenger_is_told_apart_in_the_old_reminders(
    ann: Visitor, bea: Visitor
) -> None:
    """The old reminders name the time that they were set for, so they are not said for a visit that has moved."""
    old, _, new = await ann.free(wish=THURSDAY_WEEK)
    booking = await booked(ann, old)
    await ann.is_known(also=bea.actor)
    await bea.moves(booking, new)
    (visit,) = await ann.upcoming()
    left = [data for _, data in ann.steps.timers[ann.actor].values()]

    assert visit.slot == new
    assert [(data["booking"], data["start"]) for data in left] == [(visit.id, old.start.isoformat())] * 2
    assert set(bea.reminders()) == {f"remind:{visit.id}:24h", f"remind:{visit.id}:2h"}


async def test_a_visit_keeps_its_instant_through_the_database(ann: Visitor) -> None:
    """What was chosen, held and booked is the very same time."""
    slot, *_ = await ann.free()
    await booked(ann, slot)
    (coming,) = await ann.upcoming()

    assert coming.slot == slot
    assert coming.slot.start.isoformat() == "2026-11-23T11:00:00+04:00"
    assert isinstance(coming.slot.start, datetime)
