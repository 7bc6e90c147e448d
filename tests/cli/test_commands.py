"""The command line, as an owner or an editor uses it."""

import asyncio
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import main
from bot.dialog import Dialog, ask
from bot.dialog.graph import findings
from bot.ports.store import Query, Script
from bot.store import open_store
from bot.store.migrating import shipped
from bot.texts import t
from tests.conftest import Now


class Shell:
    """Runs commands in a database of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = f"sqlite:///{folder / 'firm.db'}"
        self.folder = folder
        monkeypatch.setenv("DRAGOMAN_DATABASE_URL", self.url)
        self._set = monkeypatch.setenv

    def run(self, *words: str) -> Result:
        """One command."""
        return CliRunner().invoke(main.cli, words)

    def of(self, business: Path) -> "Shell":
        """The same for another business folder."""
        self._set("DRAGOMAN_BUSINESS", str(business))
        return self

    def write(self, sql: str) -> None:
        """Change the database behind the program's back."""

        async def work() -> None:
            store = await open_store(self.url, Now())

            def script() -> Script[None]:
                yield Query(sql)

            await store.run(script)
            await store.close()

        asyncio.run(work())


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell with an empty database."""
    return Shell(tmp_path, monkeypatch)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A copy of the demo that a test may spoil."""
    return Path(shutil.copytree("businesses/demo", tmp_path / "clinic"))


def test_the_demo_is_in_order(shell: Shell) -> None:
    """An editor who checks the shipped clinic hears that it can go live."""
    result = shell.run("check")

    assert result.exit_code == 0
    assert "is in order: 8 services" in result.output


def test_a_broken_folder_is_told_with_file_and_line(shell: Shell, clinic: Path) -> None:
    """An editor who mistypes a place of the menu is told where."""
    menu = clinic / "menu.yaml"
    menu.write_text(menu.read_text("utf-8").replace("go: prices", "go: pricse", 1), "utf-8")

    result = shell.run("check", str(clinic))

    assert result.exit_code == 1
    assert "menu.yaml:" in result.output
    assert "did you mean 'prices'?" in result.output


def test_settings_that_are_wrong_are_listed_at_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the bot with three wrong settings mends them in one go."""
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", "mysql://x")
    monkeypatch.setenv("DRAGOMAN_HTTP_PORT", "99999")
    monkeypatch.setenv("DRAGOMAN_BUSINESS", "no/such/folder")

    result = shell.run("run")

    assert result.exit_code == 1
    for variable in ("DRAGOMAN_DATABASE_URL", "DRAGOMAN_HTTP_PORT", "DRAGOMAN_BUSINESS"):
        assert variable in result.output


def test_a_dialog_is_drawn(shell: Shell, tmp_path: Path) -> None:
    """A developer sees the states of a dialog as text and as a picture."""
    text, picture = shell.run("draw", "booking"), tmp_path / "booking.svg"
    shell.run("draw", "booking", "--svg", str(picture))

    assert "slot --> name" in text.output
    assert "agreed --> slot: nudge, 15 min silent" in text.output
    assert picture.read_text("utf-8").startswith("<svg")


def test_an_unknown_dialog_is_named_with_those_that_exist(shell: Shell) -> None:
    """A developer who mistypes a dialog sees what there is."""
    result = shell.run("draw", "boking")

    assert "booking, cancel_visit" in result.output


def test_a_conversation_can_be_tried_and_recorded(shell: Shell, tmp_path: Path) -> None:
    """An editor writes the customer's side, has the bot's side filled in, and may then hold the bot to it."""
    talk = tmp_path / "talk.yaml"
    talk.write_text("language: en\nstart: 2026-11-23 10:00\ntalk:\n- open: ''\n- customer: parking\n", "utf-8")

    wrong = shell.run("try", str(talk))
    shell.run("try", "--write", str(talk))
    right = shell.run("try", str(talk))

    assert "the bot also says" in wrong.output
    assert right.exit_code == 0
    assert "free parking" in talk.read_text("utf-8")


def test_a_parked_event_is_listed_and_put_back_to_work(shell: Shell) -> None:
    """An owner sees what failed and has it tried again."""
    shell.write(
        "INSERT INTO inbox (business, actor, seq, dedupe_key, body, lane, accepted_at, state, error)"
        " VALUES ('demo', 'webchat/main/a', 3, 'k', '{}', 0, 1795428000000000, 'parked', 'KeyError: x')"
    )

    listed = shell.run("parked")
    replayed = shell.run("parked", "replay", "webchat/main/a#3")

    assert "webchat/main/a#3  2026-11-23 10:00 UTC  KeyError: x" in listed.output
    assert "webchat/main/a#3 is back at work." in replayed.output
    assert "Nothing is parked." in shell.run("parked").output
    assert "webchat/main/a#3 is not parked." in shell.run("parked", "replay", "webchat/main/a#3").output


def test_an_empty_firm_has_nothing_to_list(shell: Shell) -> None:
    """An owner of a new bot sees that nobody waits."""
    shell.run("migrate")

    assert "Nobody waits." in shell.run("cases").output
    assert "No visit is booked." in shell.run("visits").output


def test_a_migration_can_be_undone(shell: Shell) -> None:
    """An operator steps a release back by one migration and forward again."""
    newest = shipped("sqlite")[-1]

    assert "up to date" in shell.run("migrate").output
    assert f"Undone: {newest.number:04} {newest.name}" in shell.run("migrate", "--down").output
    assert "up to date" in shell.run("migrate").output


def test_a_firms_own_dialog_runs_beside_the_shipped_ones(shell: Shell, clinic: Path) -> None:
    """A developer puts a dialog into the business folder, and it is drawn like any other."""
    (clinic / "dialogs").mkdir()
    (clinic / "dialogs" / "gift.py").write_text(
        "from bot.dialog import Dialog, ask\nfrom bot.texts import t\n\n"
        "class Gift(Dialog):\n    amount = ask.number(t('How much is the gift?'))\n",
        "utf-8",
    )
    business = clinic / "business.yaml"
    business.write_text(business.read_text("utf-8").replace("dialogs: [booking,", "dialogs: [gift, booking,"), "utf-8")

    result = shell.of(clinic).run("draw", "gift")

    assert "amount: amount (number)" in result.output


class Snake(Dialog):
    """A dialog that contains itself."""

    tail = ask.dialog("snake")
    word = ask.text(t("What is your name?"))


@pytest.mark.req("F5")
def test_a_dialog_that_contains_itself_is_found() -> None:
    """An author who nests dialogs in a circle hears of it before any customer does."""
    assert findings({"snake": Snake}) == ["snake contains itself: snake > snake"]
