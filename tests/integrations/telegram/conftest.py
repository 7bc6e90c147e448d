"""One account of Telegram over the stand-in, with what it would have accepted in a list."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import aiogram  # noqa: F401  loaded beforehand: a virtual clock does not wait for it
import pytest

from bot.events import Envelope, Event, Media
from bot.net import Fetcher
from bot.ports.store import StoreUnavailable
from integrations.channels.telegram import Account, Telegram
from tests.standins.telegram import TOKEN, TelegramServer

SECRET = "a-Secret_of_the_webhook"


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


class Remembers:
    """A `Memory` in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value


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


@pytest.fixture
async def connect(api: TelegramServer, clock: Hasty) -> AsyncIterator[Connect]:
    """Makes the channel of an account; what is given changes the account, `memory` what it remembers."""
    made: list[Telegram] = []
    files = Fetcher(anywhere=True)

    def make(*, memory: Remembers | None = None, **changes: object) -> Telegram:
        account = replace(Account("clinic", "main", TOKEN, api_url=api.url), **changes)  # type: ignore[arg-type]
        made.append(
            Telegram(account, clock, read=read_file, files=files, share=lambda _: "Share my number", memory=memory)
        )
        return made[-1]

    async with files:
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
