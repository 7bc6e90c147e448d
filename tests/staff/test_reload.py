"""`/reload`: new content while the bot runs, on a real folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from bot.ports.channel import Retry, Sent
from bot.runtime import Tenant
from bot.runtime.house import House
from bot.settings import Settings
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from tests.staff.office import Office, in_english


class Publisher(Office):
    """An office whose folder can be edited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(main.tenant_of(folder))

    async def read_folder(self) -> Tenant:
        """The folder as it is on disk now."""
        return in_english(main.tenant_of(self.folder))

    def edits(self, file: str, old: str, new: str) -> None:
        """Somebody changes a file."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """The demo clinic in a folder of its own."""
    folder = tmp_path / "demo"
    shutil.copytree("businesses/demo", folder)
    with Publisher(folder) as office:
        yield office


def test_new_content_is_in_force_at_once_and_open_dialogs_go_on(publisher: Publisher) -> None:
    """A customer in the middle of a booking finishes it; the next look at the menu shows the new words."""
    publisher.opens().says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    publisher.edits("business.yaml", "en: Teeth cleaning", "en: Deep cleaning of teeth")
    (answer,) = publisher.orders("/reload", "supervisor")
    publisher.says("Anna", "+374 91 123456").presses("Yes, that is right")

    assert answer == "The new content is in force. What changed: services."
    assert "Deep cleaning of teeth" in "\n".join(publisher.heard[-2:])
    assert len(publisher.orders("/bookings")) == 1


async def test_the_running_site_takes_the_new_content(tmp_path: Path) -> None:
    """Bot and pages of a real site read the folder anew, at the port that the staff's room asks."""
    folder = tmp_path / "demo"
    shutil.copytree("businesses/demo", folder)
    settings = Settings(business=folder, media=tmp_path / "media", cache=tmp_path / "cache")
    site = await main.build_site(settings, store := await memory())
    house = site.engine.providers["demo", "house"]
    path = folder / "business.yaml"
    path.write_text(path.read_text("utf-8").replace("en: Teeth cleaning", "en: Deep cleaning"), "utf-8")
    assert isinstance(house, House)
    assert isinstance(await house.push("house/x", b'{"type":"reload"}'), Retry)
    await house.idle()

    assert await house.push("house/x", b'{"type":"reload"}') == Sent("", {"changed": "services"})
    for business in (site.pages["demo"].business, site.engine.tenants["demo"].business):
        assert "Deep cleaning" in str(business.services)
    await store.close()


async def memory() -> SqliteStore:
    """An empty database in memory."""
    store = SqliteStore(None)
    await migrate(store, shipped("sqlite"), now=1)
    return store


def test_a_broken_folder_changes_nothing_and_every_fault_is_said(publisher: Publisher) -> None:
    """The room reads file and line of each fault; customers go on with what was in force."""
    old = publisher.engine.tenants[publisher.business.slug]
    publisher.edits("business.yaml", "zone: Asia/Yerevan", "zone: Asia/Nowhere")
    publisher.edits("business.yaml", "currency: AMD", "currency: XYZ")
    (answer,) = publisher.orders("/reload", "supervisor")

    assert answer.startswith("The folder cannot be used, so everything stays as it was:\n")
    assert "Asia/Nowhere" in answer
    assert "XYZ" in answer
    assert "business.yaml:" in answer
    assert publisher.engine.tenants[publisher.business.slug] is old


def test_a_dialog_of_the_firms_own_that_breaks_is_said_too(publisher: Publisher) -> None:
    """A mistake in a firm's own Python is for its staff to read, and stops nobody."""
    (publisher.folder / "dialogs").mkdir()
    (publisher.folder / "dialogs" / "own.py").write_text("1 / 0\n", "utf-8")

    assert "ZeroDivisionError: division by zero" in publisher.orders("/reload")[0]
    assert publisher.says("menu").heard


def test_a_folder_that_did_not_change_says_so(publisher: Publisher) -> None:
    """Nobody looks for what changed when nothing has."""
    publisher.orders("/reload")

    assert publisher.orders("/reload") == ["Nothing has changed."]


def test_accounts_wait_for_the_next_start(publisher: Publisher) -> None:
    """What is put together once is said to wait."""
    publisher.orders("/reload")
    publisher.edits("business.yaml", "accounts:\n", "accounts:\n  - {id: second, channel: webchat}\n")

    assert publisher.orders("/reload")[0].endswith("Accounts change at the next start of the program.")
