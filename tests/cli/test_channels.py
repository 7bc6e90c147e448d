"""`main.py channels`: how the accounts stand, and setting them up, as an owner runs it."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import aiogram  # noqa: F401  loaded beforehand, which takes a while
import pytest
from click.testing import CliRunner, Result

import main
from tests.house.pages import ROOT, blocks
from tests.standins.telegram import TOKEN, TelegramServer

KEY = "a-key-of-pigeon-0123456789"


class Owner:
    """Runs commands for one firm."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder, self._set = folder, monkeypatch.setenv
        self.has("DRAGOMAN_DATABASE_URL", f"sqlite:///{folder.parent / 'firm.db'}")
        self.has("DRAGOMAN_BUSINESS", str(folder))

    def has(self, variable: str, value: str) -> None:
        """Set a variable."""
        self._set(variable, value)

    def adds(self, account: str) -> None:
        """Write an account into business.yaml."""
        file = self.folder / "business.yaml"
        before, mark, after = file.read_text("utf-8").partition("accounts:\n")
        file.write_text(f"{before}{mark}  - {account}\n{after}", "utf-8")

    def runs(self, *words: str) -> Result:
        """One command."""
        return CliRunner().invoke(main.cli, ["channels", *words])


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Owner:
    """The owner of a copy of the demo."""
    return Owner(monkeypatch, Path(shutil.copytree("businesses/demo", tmp_path / "clinic")))


@pytest.fixture
def pigeon(owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel of docs/channels/own.md, installed beside Dragoman as that page says; the firm has an account."""
    (code,) = [each.text for each in blocks(ROOT / "docs/channels/own.md") if each.language == "python"]
    place = tmp_path / "site-packages"
    about = place / "pigeon-1.0.dist-info"
    about.mkdir(parents=True)
    (place / "pigeon.py").write_text(code, "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[dragoman.channels]\npigeon = pigeon:PIGEON\n", "utf-8")
    monkeypatch.syspath_prepend(str(place))
    owner.adds("{id: main, channel: pigeon, secret_env: PIGEON_KEY}")
    owner.has("PIGEON_KEY", KEY)
    owner.has("DRAGOMAN_PUBLIC_URL", "https://chat.example.com")


class Running:
    """The stand-in of Telegram in a thread of its own, since commands have a loop of theirs."""

    def __init__(self) -> None:
        self.api = TelegramServer()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> TelegramServer:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.api.start(), self._loop).result(10)
        return self.api

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self.api.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def telegram(owner: Owner) -> Iterator[TelegramServer]:
    """Telegram, in which the firm has a bot that fetches."""
    with Running() as api:
        owner.has("DRAGOMAN_TELEGRAM_TOKEN", TOKEN)
        owner.has("DRAGOMAN_TELEGRAM_API_URL", api.url)
        yield api


@pytest.mark.usefixtures("pigeon")
def test_a_channel_of_others_has_a_face(owner: Owner) -> None:
    """The desk and customers know it by the name and the sign that its package gives, as they know ours."""
    business = main.load(owner.folder)

    assert (business.face("pigeon").name, business.face("pigeon").sign) == ("Pigeon", "🕊")
    assert business.face("viber").name == "Viber"
    assert business.face("raven").sign == "•"


def test_the_page_needs_no_provider(owner: Owner) -> None:
    """A firm with its page alone reads that all is well."""
    result = owner.runs()

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == "clinic  webchat/site"
    assert "✓" in result.output


def test_a_bot_that_works_is_in_order(owner: Owner, telegram: TelegramServer) -> None:
    """The owner sees whose token it is; looking changes nothing at the provider."""
    result = owner.runs()

    assert result.exit_code == 0, result.output
    assert "telegram/main" in result.output
    assert "@dragoman_test_bot" in result.output
    assert telegram.record.calls("setWebhook") == telegram.record.calls("setMyCommands") == []


def test_a_token_that_was_revoked_is_told(owner: Owner, telegram: TelegramServer) -> None:
    """The command fails, says what is wrong and what to do, and shows no part of the token."""
    wrong = TOKEN.replace("TEST", "PEST")
    owner.has("DRAGOMAN_TELEGRAM_TOKEN", wrong)
    result = owner.runs()

    assert result.exit_code == 1
    assert "✗" in result.output
    assert "to mend" in result.output
    assert wrong.partition(":")[2] not in result.output


def test_a_provider_that_is_away_is_told(owner: Owner) -> None:
    """Nobody waits for long, and nothing breaks."""
    owner.has("DRAGOMAN_TELEGRAM_TOKEN", TOKEN)
    owner.has("DRAGOMAN_TELEGRAM_API_URL", "http://127.0.0.1:9")
    result = owner.runs()

    assert result.exit_code == 1
    assert "✗" in result.output
    assert not isinstance(result.exception, OSError)


def test_a_channel_is_connected(owner: Owner, telegram: TelegramServer) -> None:
    """`connect` tells the provider; doing it again does no harm."""
    results = [owner.runs("connect", "telegram", *account) for account in ([], ["main"])]

    assert [each.exit_code for each in results] == [0, 0], results[0].output
    assert telegram.record.calls()
    assert all("telegram/main" in each.output and "webchat" not in each.output for each in results)


def test_an_account_that_is_not_there_is_named_with_those_that_are(owner: Owner) -> None:
    """Who mistypes an account sees what there is."""
    result = owner.runs("connect", "vibr", "main")

    assert result.exit_code == 1
    assert "there is no such account; there are webchat/site" in result.output


@pytest.mark.usefixtures("pigeon")
def test_what_is_wrong_with_an_account_is_told_before_anything_is_asked(owner: Owner) -> None:
    """A missing variable is one line with its name, as at the start of the bot."""
    owner.has("PIGEON_KEY", "")
    result = owner.runs()

    assert result.exit_code == 1
    assert "PIGEON_KEY: missing, clinic, account main (pigeon) needs it: a key of Pigeon" in result.output


@pytest.mark.usefixtures("pigeon")
def test_a_channel_of_somebody_else_is_found(owner: Owner) -> None:
    """A package with an entry point is a channel like those that are shipped."""
    result = owner.runs("list")

    assert result.exit_code == 0, result.output
    assert "clinic  pigeon/main" in result.output
    assert KEY not in result.output
