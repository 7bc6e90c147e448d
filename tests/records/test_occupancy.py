"""The check that a calendar is whole finds what is not."""

import pytest

from bot.business import Business
from bot.ports.store import Query, Script
from bot.records import check_occupancy
from tests.records.steps import Steps
from tests.records.visitor import Visitor

BREAKS = {
    "a visit that lost a cell": "DELETE FROM occupancy WHERE cell = (SELECT MIN(cell) + 1 FROM occupancy)",
    "a visit that lost its first cell": "DELETE FROM occupancy WHERE cell = (SELECT MIN(cell) FROM occupancy)",
    "a visit that lost its time": "DELETE FROM occupancy",
    "time owned by a cancelled visit": "UPDATE bookings SET status = 'cancelled'",
    "time owned by nobody": "DELETE FROM bookings",
    "a visit on two seats": "UPDATE occupancy SET seat = 1 WHERE cell = (SELECT MIN(cell) FROM occupancy)",
    "a visit that would run out": "UPDATE occupancy SET held_until = 1",
    "a hold without an end": "INSERT INTO occupancy VALUES ('shears', 'specialist:ani', 1, 0, 'hold:x', NULL)",
    "a visit moved without its time": "UPDATE bookings SET starts_at = starts_at + 3600000000",
    "a visit with another's resource": "UPDATE bookings SET resource = 'specialist:ani'",
}


@pytest.mark.parametrize("broken", BREAKS)
async def test_a_calendar_that_is_not_whole_is_found(steps: Steps, shears: Business, broken: str) -> None:
    """Whatever loses or doubles time is one line of the check."""
    visitor = Visitor(steps, shears)
    slot, *_ = await visitor.free()
    await visitor.books(slot)
    whole = await steps.store.read(lambda: check_occupancy("shears"))

    def damage() -> Script[None]:
        yield Query(BREAKS[broken])

    await steps.store.run(damage)

    assert whole == []
    assert len(await steps.store.read(lambda: check_occupancy("shears"))) == 1
    assert await steps.store.read(lambda: check_occupancy("another")) == []
