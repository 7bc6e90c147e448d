"""Many want the same time at once, on both databases."""

import asyncio
import random
from datetime import timedelta
from functools import partial

import pytest

from bot.business import Business
from bot.ports.calendar import Booking, Slot
from bot.records import check_occupancy
from bot.records.cells import Cells
from bot.records.occupancy import Claim, claim_seat
from tests.records.steps import Steps
from tests.records.visitor import Visitor

CROWD = 200


def crowd(steps: Steps, business: Business) -> list[Visitor]:
    return [Visitor(steps, business, f"webchat/site/{n}") for n in range(CROWD)]


def overlap(one: Slot, other: Slot) -> bool:
    return one.specialist == other.specialist and one.start < other.end and other.start < one.end


@pytest.mark.req("F7")
async def test_of_two_hundred_who_want_one_time_one_gets_it(steps: Steps, shears: Business) -> None:
    """200 customers confirm the same time at once: one visit, 199 who are told at once that it is taken."""
    visitors = crowd(steps, shears)
    slot, *_ = await visitors[0].free()
    booked = await asyncio.gather(*(visitor.books(slot) for visitor in visitors))

    assert sum(booking is not None for booking in booked) == 1
    assert await visitors[0].rows("SELECT COUNT(*) FROM bookings") == [(1,)]
    assert await steps.store.read(lambda: check_occupancy("shears")) == []


@pytest.mark.req("F7")
async def test_visits_of_different_length_never_overlap(steps: Steps, shears: Business) -> None:
    """200 customers want cuts, shaves and colourings that overlap by a part: nobody is booked into another's time."""
    visitors = crowd(steps, shears)
    offers = [
        slot for service in ("cut", "shave", "colour") for slot in await visitors[0].free(service, "ani", count=4)
    ]
    booked = await asyncio.gather(*(visitor.books(offers[n % len(offers)]) for n, visitor in enumerate(visitors)))
    visits = [booking.slot for booking in booked if booking]

    assert visits
    assert not [pair for n, one in enumerate(visits) for pair in visits[n + 1 :] if overlap(one, pair)]
    assert await steps.store.read(lambda: check_occupancy("shears")) == []


@pytest.mark.req("F7")
async def test_holds_moves_and_cancels_at_once_leave_the_calendar_whole(steps: Steps, shears: Business) -> None:
    """Whatever forty customers do at the same time, every visit owns its own time and nothing else is owned."""
    draw = random.Random(7)
    visitors = crowd(steps, shears)[:40]
    offers = [
        *await visitors[0].free("shave", "ani", count=12),
        *await visitors[0].free("shave", "bob", count=12),
    ]

    async def act(visitor: Visitor) -> None:
        booking: Booking | None = None
        for _ in range(6):
            slot = draw.choice(offers)
            await visitor.holds(slot)
            if booking is None:
                booking = await visitor.books(slot)
            elif draw.random() < 0.4:
                await visitor.cancels(booking)
                booking = None
            else:
                booking = await visitor.moves(booking, slot) or booking

    await asyncio.gather(*(act(visitor) for visitor in visitors))
    visits = [booking.slot for visitor in visitors for booking in await visitor.upcoming()]

    assert visits
    assert not [pair for n, one in enumerate(visits) for pair in visits[n + 1 :] if overlap(one, pair)]
    assert await steps.store.read(lambda: check_occupancy("shears")) == []


@pytest.mark.req("F6")
async def test_as_many_are_seated_as_there_are_seats(steps: Steps, shears: Business) -> None:
    """Of thirty who want one of three seats three get one, and a seat is free or taken for the whole time."""
    cells = Cells.covering(steps.now, steps.now + timedelta(hours=1))
    claims = [Claim("shears", "room:1", Cells(cells.first + n % 3, cells.end), seats=3) for n in range(30)]
    seated = await asyncio.gather(
        *(
            steps.store.run(partial(claim_seat, claim, f"visit:{n}", now=0), locks=[claim.lock])
            for n, claim in enumerate(claims)
        )
    )
    owned = await Visitor(steps, shears).rows(
        "SELECT holder, COUNT(*), COUNT(DISTINCT seat) FROM occupancy GROUP BY holder"
    )

    assert sum(seated) == 3
    assert len(owned) == 3
    assert all(seats == 1 for _, _, seats in owned)
