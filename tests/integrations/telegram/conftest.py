"""One account of Telegram over the stand-in, with what it would have accepted in a list."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiogram  # noqa: F401  loaded beforehand: a virtual clock does not wait for it
import pytest

from bot.events import Envelope, Event, Media
from bot.ports.accounts import Account, Commands
from bot.ports.store import StoreUnavailable
from integrations.channels.telegram import CHANNELS, Telegram
from tests.integrations.kit import PUBLIC_URL, NoFiles, Remembers, lend
from tests.standins.telegram import TOKEN, TelegramServer

SECRET = "a-Secret_of_the_webhook"
KIND = CHANNELS["telegram"]


class Hasty:
    """The real time; waits are noted and not waited for."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0.01)


class Inbox:
    """Takes events as intake does: each key once; it can be out of order for a while."""

    def __init__(self) -> None:
        self.envelopes: dict[str, Envelope] = {}
        self.broken = 0
        self.came = asyncio.Event()

    async def accept(self, envelopes: Sequence[Envelope]) -> None:
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable("the disk is full")
        for each in envelopes:
            self.envelopes.setdefault(each.dedupe_key, each)
        self.came.set()

    @property
    def events(self) -> list[Event]:
        return [each.event for each in self.envelopes.values()]

    async def until(self, count: int) -> list[Event]:
        """Wait for so many events."""
        async with asyncio.timeout(10):
            while len(self.envelopes) < count:
                self.came.clear()
                await self.came.wait()
        return self.events


FILES = {"a.jpg": b"\xff\xd8\xff a photo", "logo.svg": b"<svg/>", "x.txt": b"words"}


async def read_file(media: Media) -> bytes | None:
    """Our own files."""
    return FILES.get(media.name)


Connect = Callable[..., Telegram]


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def clock() -> Hasty:
    """A clock that does not wait."""
    return Hasty()


def account_of(api_url: str = "", *, secret: str = "", public_url: str = PUBLIC_URL, **settings: object) -> Account:
    """The account of a bot; what is not said has its default."""
    defaults = {name: each.default or "" for name, each in KIND.settings.items()}
    given = {name: str(value) for name, value in settings.items()}
    url = {"api_url": api_url} if api_url else {}
    secrets = {"token": TOKEN, "webhook_secret": secret}
    return Account("clinic", "telegram", "main", secrets, {**defaults, **url, **given}, public_url)


@pytest.fixture
async def connect(api: TelegramServer, clock: Hasty) -> AsyncIterator[Connect]:
    """Makes the channel of an account.

    `memory` is what it remembers, `commands` and `staff_commands` are those that are listed; what else is given changes the
    account.
    """
    made: list[Telegram] = []

    def make(
        *, memory: Remembers | None = None, commands: Commands | None = None, staff_commands: Commands | None = None,
        api_url: str = api.url, **changes: Any,
    ) -> Telegram:  # fmt: skip
        kit = replace(
            lend(clock, NoFiles(), read_file, memory=memory), commands=lambda: commands or {},
            staff_commands=lambda: staff_commands or {},
        )  # fmt: skip
        made.append(Telegram(account_of(api_url, **changes), kit))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def telegram(connect: Connect) -> Telegram:
    """The channel."""
    return connect()


@pytest.fixture
def inbox() -> Inbox:
    """Where events go."""
    return Inbox()


@pytest.fixture
async def listening(telegram: Telegram, inbox: Inbox) -> AsyncIterator[asyncio.Task[None]]:
    """The channel, polling."""
    task = asyncio.create_task(telegram.listen(inbox.accept))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
