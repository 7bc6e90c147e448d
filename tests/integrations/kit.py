"""What the tests of every channel lend to its account: a clock that is moved by hand, a memory, and files of ours."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.events import Media
from bot.ports.accounts import Kit, Memory
from bot.ports.clock import Clock
from bot.ports.files import Fetched, Files

PUBLIC_URL = "https://chat.example.com"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that is moved by hand, with the monotonic one beside it."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Remembers:
    """A `Memory` in a dict."""

    kept: dict[str, str] = field(default_factory=dict)

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value


@dataclass
class Shelf:
    """Our own files by name; `asked` are those that were wanted."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def read(self, media: Media) -> bytes | None:
        self.asked.append(media.name)
        return self.files.get(media.name)


class NoFiles:
    """`Files` of which none is fetched."""

    async def fetch(self, url: str, *, hosts: Collection[str] = (), headers: dict[str, str] | None = None) -> Fetched:
        raise AssertionError(url)


def link_to(media: Media) -> str:
    """Where a file of ours can be fetched; nowhere for a place."""
    return f"{PUBLIC_URL}/media/{media.name}" if media.kind != "place" else ""


def lend(
    clock: Clock, files: Files, read: Callable[[Media], Awaitable[bytes | None]], link: Callable[[Media], str] = link_to,
    *, memory: Memory | None = None, choose: Callable[[str], str] = lambda _: "Choose",
) -> Kit:  # fmt: skip
    """What the house lends."""
    return Kit(clock, files, read, link, memory or Remembers(), lambda _: "Share my phone", choose)
