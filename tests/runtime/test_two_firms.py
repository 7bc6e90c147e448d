"""Two firms in one process over one database: neither can tell that the other is there.

The second firm is the first once more under another name: same services, same masters, same ids. Whatever leaked from
one to the other would fit there perfectly, so nothing but the firm's key can keep them apart.
"""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import main
from bot.chat import Chat
from bot.events import Contact, Envelope, Event, Said
from bot.ports.store import Store
from bot.router import Route, Router, Stage
from bot.runtime import Engine, Tenant
from bot.store import open_store, transcript
from bot.store.reading import coming_visits, open_cases, parked_events, reading
from bot.testing import MemoryMedia
from handlers import ACTORS, ROUTES
from tests.conftest import Now
from tests.contracts.schema import OURS, columns
from tests.runtime.ear import Ear
from tests.runtime.house import MONDAY, House

ANN = Contact("webchat", "site", "ann").actor
BOOKS = ("qosh terish", "1", "Malika", "90 123 45 67", "ha")
"""Asks for the only master of brows, takes the first time offered, and is booked."""

ASKS = ("operator", "1")

SHARED = OURS | {"leases", "processes", "releases"}
"""Tables that hold nothing of any firm: the schema's own, who listens at which provider, and who is alive."""


class Street(House):
    """A house with several firms, each with an ear of its own."""

    def __init__(self, store: Store, firms: Sequence[Tenant], *routes: Route) -> None:
        super().__init__(store, tenant=firms[0])
        tenants = {each.business.slug: each for each in firms}
        self.ears = {slug: Ear() for slug in tenants}
        channels = {(slug, "webchat/site"): ear for slug, ear in self.ears.items()}
        router = Router([*routes, *ROUTES], ACTORS)
        self.engine = Engine(
            store, self.clock, tenants, router, channels, worker="one", media=MemoryMedia(), sole=False
        )

    async def tells(self, firm: str, text: str, who: str = "ann", key: str = "") -> bool:
        """Something is said to a firm and put down; whether it was new."""
        self._count += 1
        actor = Contact("webchat", "site", who).actor
        said = Envelope(firm, actor, key or f"{who}:{self._count}", self.clock.now(), Said(text))
        (accepted,) = await self.engine.intake.accept([said])
        return accepted.fresh

    async def talks(self, firm: str, *lines: str, who: str = "ann") -> list[str]:
        """Say some lines to a firm, each when all is quiet; what the firm said meanwhile."""
        before = len(self.ears[firm].got)
        for line in lines:
            await self.tells(firm, line, who)
            await self.engine.settle()
        return self.ears[firm].got[before:]


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tenant, Tenant]:
    """The salon, and its twin under another name."""
    twin = shutil.copytree("businesses/salon", tmp_path_factory.mktemp("firms") / "twin")
    return main.tenant_of(Path("businesses/salon")), main.tenant_of(twin)


@pytest.fixture
def street(store: Store, firms: tuple[Tenant, Tenant]) -> Street:
    """Both firms over each database."""
    return Street(store, firms)


@pytest.mark.req("F22")
async def test_both_firms_book_the_very_same_time(street: Street) -> None:
    """A master of one firm is nobody in the other, even under the same id: both customers get the first time."""
    here, there = await street.talks("salon", *BOOKS), await street.talks("twin", *BOOKS)

    assert "Yozib qo‘ydik." in here[-1]
    assert "Yozib qo‘ydik." in there[-1]
    assert await street.rows("SELECT business, specialist, starts_at FROM bookings ORDER BY business") == [
        ("salon", "shahnoza", start := (await street.rows("SELECT MIN(starts_at) FROM bookings"))[0][0]),
        ("twin", "shahnoza", start),
    ]


@pytest.mark.req("F22")
async def test_one_address_at_two_firms_is_two_people(street: Street) -> None:
    """Who has told one firm name and phone is asked for both by the other, and their visits stand apart."""
    await street.talks("salon", *BOOKS)
    stranger = await street.talks("twin", "yozuvlarim", "qosh terish", "1")

    assert "rejalashtirilgan tashrif yo‘q" in stranger[0]
    assert stranger[-1] == "Ismingiz nima?"
    known = await street.rows("SELECT business, name, phone FROM customers WHERE name <> ''")
    assert known == [("salon", "Malika", "+998901234567")]


@pytest.mark.req("F22")
async def test_one_key_at_two_firms_is_two_events(street: Street) -> None:
    """Two providers may number their deliveries alike; only a repeat at the same firm is one."""
    fresh = [await street.tells(firm, "menyu", key="update:1") for firm in ("salon", "twin", "salon", "twin")]

    assert fresh == [True, True, False, False]


@pytest.mark.req("F22")
async def test_a_firm_says_the_same_whether_it_is_alone_or_not(
    street: Street, firms: tuple[Tenant, Tenant], tmp_path: Path
) -> None:
    """Line by line between the lines of the other firm's customers, a conversation goes as it goes in a house of its own."""
    lines = (*BOOKS, "yozuvlarim", *ASKS)
    alone = await open_store(f"sqlite:///{tmp_path / 'alone.db'}", Now())
    expected = await Street(alone, firms[:1]).talks("salon", *lines)
    said = []
    for line in lines:
        said += await street.talks("salon", line)
        await street.talks("twin", line)
        await street.talks("twin", line, who="bea")
    await alone.close()

    assert said == expected
    assert len(said) >= len(lines)


@pytest.mark.req("F22")
async def test_lists_and_transcripts_show_one_firm(street: Street, database_url: str) -> None:
    """An owner's lists of visits and cases, and the page's transcript, hold nothing of the other firm."""
    await street.talks("salon", *BOOKS, *ASKS)
    async with reading(database_url):
        visits = {firm: len(await coming_visits(firm, MONDAY)) for firm in ("salon", "twin")}
        cases = {firm: len(await open_cases(firm)) for firm in ("salon", "twin")}
    pages = [await street.store.read(partial(transcript.before, firm, ANN, None, 50)) for firm in ("salon", "twin")]

    assert visits == {"salon": 1, "twin": 0}
    assert cases == {"salon": 1, "twin": 0}
    assert len(pages[0]) > len(BOOKS)
    assert pages[1] == []


@pytest.mark.req("F22")
async def test_what_one_firm_does_writes_nothing_of_the_other(street: Street, database_url: str) -> None:
    """Every row that a firm's conversation leaves in any table is that firm's, and there is no table without an owner."""
    tables = {table for table, _, _ in await columns(street.store, database_url)} - SHARED
    owned = {table for table, column, _ in await columns(street.store, database_url) if column == "business"}
    await street.talks("twin", *BOOKS, *ASKS)
    before = {table: await street.rows(f"SELECT * FROM {table} WHERE business = 'twin'") for table in sorted(owned)}
    await street.talks("salon", *BOOKS, *ASKS)
    await street.waits(timedelta(days=2))
    after = {table: await street.rows(f"SELECT * FROM {table} WHERE business = 'twin'") for table in sorted(owned)}

    assert tables - owned == set()
    assert {"actors", "bookings", "cases", "customers", "inbox", "messages", "occupancy"} <= {
        table for table, rows in before.items() if rows
    }
    assert {table for table in ("bookings", "cases", "customers", "contacts") if before[table] != after[table]} == set()
    assert {row[0] for table in owned for row in await street.rows(f"SELECT DISTINCT business FROM {table}")} == {
        "salon", "twin"}  # fmt: skip


@pytest.mark.req("F22")
async def test_what_one_firm_cannot_handle_stops_nothing_of_the_other(
    store: Store, firms: tuple[Tenant, Tenant], database_url: str
) -> None:
    """While a fault of one firm is tried again, and after it is parked, the other is answered; the fault is not in its list."""

    async def poison(chat: Chat, event: Event) -> bool:
        if chat.business.slug == "salon" and isinstance(event, Said) and event.text == "poison":
            raise ZeroDivisionError("a fault of this firm alone")
        return False

    street = Street(store, firms, Route(Stage.SYSTEM, poison))
    assert await street.talks("salon", "poison") == []
    assert "Yozib qo‘ydik." in (await street.talks("twin", *BOOKS))[-1]
    await street.waits(timedelta(minutes=2))
    async with reading(database_url):
        parked = {firm: [each.error for each in await parked_events(firm)] for firm in ("salon", "twin")}

    assert parked == {"salon": ["ZeroDivisionError: a fault of this firm alone"], "twin": []}
    assert await street.talks("twin", "poison") != []
    assert (await street.talks("salon", "menyu"))[-1].startswith("Assalomu alaykum!")


@pytest.mark.req("F22")
async def test_a_slow_step_of_one_firm_keeps_the_other_from_nothing(store: Store, firms: tuple[Tenant, Tenant]) -> None:
    """While one firm waits for something outside, a customer of the other is answered."""
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(chat: Chat, event: Event) -> bool:
        if chat.business.slug == "salon" and isinstance(event, Said):
            began.set()
            await go_on.wait()
        return False

    street = Street(store, firms, Route(Stage.SYSTEM, slow))
    await street.engine.start()
    await street.tells("salon", "menyu")
    await began.wait()
    await street.tells("twin", "menyu")

    assert (await street.ears["twin"].hears())[1].startswith("Assalomu alaykum!")
    assert street.ears["salon"].got == []
    go_on.set()
    assert (await street.ears["salon"].hears())[0] == "ann"
    await street.engine.stop()


@pytest.mark.req("F22")
async def test_a_process_leaves_the_work_of_firms_that_it_does_not_run(
    street: Street, firms: tuple[Tenant, Tenant]
) -> None:
    """On one database a firm may be left out for a while: its customers' messages and ours to them wait, and none is lost."""
    await street.tells("twin", "narxlar")
    await street.engine.stepper.work()
    await street.tells("twin", "menyu")
    alone = Street(street.store, firms[:1])
    for minute in range(5):
        alone.clock.move_to(street.clock.now() + timedelta(minutes=minute))
        assert await alone.talks("salon", "menyu") != []
    await street.engine.settle()

    assert "Gel-lakli manikyur" in street.ears["twin"].got[0]
    assert street.ears["twin"].got[1].startswith("Assalomu alaykum!")
