"""What holds for the calendar after anything that anybody may do, in any order."""

import asyncio
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.business import Business
from bot.ports.calendar import Slot
from bot.ports.clock import instant
from bot.records import check_occupancy
from bot.records.cells import CELL_MICROS
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from tests.records.firm import firm
from tests.records.steps import NOW, Steps
from tests.records.visitor import Visitor

ACTORS = tuple(f"webchat/site/{n}" for n in range(4))
SPECIALISTS = ("ani", "bob")
SERVICES = ("cut", "shave")

what_they_do = st.lists(
    st.tuples(
        st.sampled_from(("hold", "book", "move", "cancel", "release", "wait")),
        st.sampled_from(ACTORS),
        st.sampled_from(SPECIALISTS),
        st.sampled_from(SERVICES),
        st.integers(0, 9),
    ),
    min_size=5,
    max_size=40,
)
Deed = tuple[str, str, str, str, int]


class World:
    """The calendar, and what each customer was told of it."""

    def __init__(self, store: SqliteStore, business: Business) -> None:
        self.steps = Steps(store)
        self.business = business
        self.holds: dict[str, tuple[Slot, datetime]] = {}

    async def does(self, deed: Deed) -> None:
        what, actor, specialist, service, n = deed
        visitor = Visitor(self.steps, self.business, actor)
        minutes = self.business.services[service].duration // timedelta(minutes=1)
        start = (NOW + timedelta(hours=24, minutes=15 * n)).astimezone(self.business.zone)
        slot = Slot(service, specialist, "centre", start, minutes, "Asia/Yerevan")
        visits = await visitor.upcoming()
        if what == "wait":
            self.steps.now += timedelta(minutes=n)
        elif what == "hold" and await visitor.holds(slot):
            self.holds[actor] = (slot, self.steps.now + self.business.booking.hold)
        elif what == "release" or (what == "book" and await visitor.books(slot)):
            await visitor.does(lambda c: c.release())
            self.holds.pop(actor, None)
        elif what == "move" and visits and await visitor.moves(visits[0], slot):
            self.holds.pop(actor, None)
        elif what == "cancel" and visits:
            await visitor.cancels(visits[n % len(visits)])

    async def live(self) -> list[tuple[str, datetime, datetime]]:
        """Who has which stretch, buffers included, by what the customers were told."""
        slots = [slot for slot, until in self.holds.values() if until > self.steps.now]
        for actor in ACTORS:
            slots += [visit.slot for visit in await Visitor(self.steps, self.business, actor).upcoming()]
        return [(slot.specialist, *self._stretch(slot)) for slot in slots]

    def _stretch(self, slot: Slot) -> tuple[datetime, datetime]:
        service = self.business.services[slot.service]
        return slot.start - service.buffer_before, slot.end + service.buffer_after

    async def stored(self) -> set[tuple[str, datetime]]:
        """Every live five minutes by the database."""
        rows = await Visitor(self.steps, self.business).rows("SELECT resource, cell, held_until FROM occupancy")
        live = [(resource, cell) for resource, cell, until in rows if until is None or instant(until) > self.steps.now]
        return {(resource.removeprefix("specialist:"), instant(cell * CELL_MICROS)) for resource, cell in live}


@settings(max_examples=60, deadline=None)
@given(what_they_do)
def test_no_two_live_claims_ever_overlap(deeds: list[Deed]) -> None:
    """Whatever customers do, what they were told they have is theirs alone, and is what the database says."""
    asyncio.run(live_through(deeds))


async def live_through(deeds: list[Deed]) -> None:
    store = SqliteStore(None)
    await migrate(store, shipped("sqlite"), now=0)
    world = World(store, firm())
    for deed in deeds:
        await world.does(deed)
        claims = await world.live()
        cells = [
            (who, start + n * timedelta(minutes=5))
            for who, start, end in claims
            for n in range((end - start) // timedelta(minutes=5))
        ]

        assert len(cells) == len(set(cells))
        assert set(cells) == await world.stored()
        assert await store.read(lambda: check_occupancy("shears")) == []
    await store.close()
