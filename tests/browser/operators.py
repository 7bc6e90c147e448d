"""The web desk as an operator uses it, and what tests put past it straight into the program's database."""

from functools import partial

from playwright.async_api import FrameLocator, Page, expect

from bot.desk import staffing
from bot.events import Envelope, Event
from bot.ports.clock import micros
from bot.ports.store import Query, Script
from bot.records import Role, passwords
from bot.store import inbox, open_store
from tests.conftest import Now
from tests.crash.program import Program

LOGIN, PASSWORD = "ani", "correct horse battery"


class Desk:
    """One open desk. `inside` is where its elements are looked for."""

    def __init__(self, page: Page, inside: Page | FrameLocator | None = None) -> None:
        self.page = page
        self.inside = inside or page
        self.cases = self.inside.locator(".case")
        self.lines = self.inside.locator(".line")
        self.field = self.inside.locator("#text")
        self.state = self.inside.locator("#talk-state")

    async def logs_in(self) -> "Desk":
        """Through the door to the list."""
        await self.inside.locator('[name="login"]').fill(LOGIN)
        await self.inside.locator('[name="password"]').fill(PASSWORD)
        await self.inside.locator("#go").click()
        await expect(self.inside.locator("#cases > *").first).to_be_visible()
        return self

    async def speaks(self, language: str) -> "Desk":
        """Choose a language."""
        await self.inside.locator("#language").click()
        await self.inside.locator(f'[data-language="{language}"]').click()
        await expect(self.inside.locator("html")).to_have_attribute("lang", language)
        return self

    async def opens(self, words: str) -> None:
        """Open the case whose line in the list has these words."""
        await self.cases.filter(has_text=words).click()
        await expect(self.lines.first).to_be_visible()

    async def says(self, text: str) -> None:
        """Answer the customer, and see the answer stand in the talk."""
        said = self.lines.and_(self.inside.locator('[data-from="human"]'))
        count = await said.count()
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(said).to_have_count(count + 1)


async def engage(program: Program) -> None:
    """Give the demo firm an operator, as the command line does."""
    store = await open_store(program.database_url, Now())
    now = micros(Now().now())
    await store.run(partial(staffing.add, "demo", "Ani", LOGIN, Role.OPERATOR, now))
    await store.run(partial(staffing.set_password, "demo", LOGIN, passwords.stored(PASSWORD), now))
    await store.close()


async def newest_case(program: Program) -> tuple[str, str]:
    """The id and the conversation of the case that was opened last."""
    store = await open_store(program.database_url, Now())
    found = await store.read(_newest)
    await store.close()
    return found


def _newest() -> Script[tuple[str, str]]:
    rows = yield Query("SELECT id, actor FROM cases ORDER BY opened_at DESC LIMIT 1")
    return rows[0][0], rows[0][1]


async def call_the_customer(program: Program, case: str, name: str) -> None:
    """Give the customer of a case a name."""

    def script() -> Script[None]:
        yield Query(
            "INSERT INTO customers (business, id, name, version, created_at, changed_at)"
            " SELECT business, customer, ?, 1, 0, 0 FROM cases WHERE id = ?"
            " ON CONFLICT (business, id) DO UPDATE SET name = excluded.name",
            (name, case),
        )
        yield Query(
            "INSERT INTO contacts (business, actor, customer, linked_at) SELECT business, actor, customer, 0 FROM cases"
            " WHERE id = ? ON CONFLICT DO NOTHING",
            (case,),
        )

    store = await open_store(program.database_url, Now())
    await store.run(script)
    await store.close()


async def happens(program: Program, actor: str, *events: Event) -> None:
    """Let something happen to a conversation, as another channel of the same program would."""
    store, now = await open_store(program.database_url, Now()), Now().now()
    found = [Envelope("demo", actor, f"test:{id(event)}:{now}", now, event) for event in events]
    await store.run(partial(inbox.accept, found, micros(now)))
    await store.close()
