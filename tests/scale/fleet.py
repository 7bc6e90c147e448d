"""Several processes of the house over one PostgreSQL, here as several sites in one test's process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import main
from bot.events import Contact, Envelope, Event, Said
from bot.runtime import Engine
from bot.settings import Settings
from bot.store import open_store, transcript
from bot.web import Site
from tests.conftest import Now

DEMO = Path("businesses/demo")
SLUG = "demo"


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; a test that waits in vain fails."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)


class Patient:
    """Waits for a ring however long it takes, so that what happens has happened because somebody rang."""

    def __init__(self, engine: Engine) -> None:
        self._wait = engine.wakeups.wait
        self.rings = 0

    async def wait(self, work: str, seconds: float) -> None:
        del seconds
        await self._wait(work, 3600.0)
        self.rings += 1


@dataclass
class Fleet:
    """Processes on one database; `redis` is set where they share a Redis."""

    url: str
    folder: Path
    redis: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    running: list[Site] = field(default_factory=list)
    _ports: Any = field(default_factory=lambda: count(1))
    _said: Any = field(default_factory=lambda: count(1))

    async def join(self, role: str = "all", *, patient: bool = False, started: bool = True, **changes: Any) -> Site:
        """One process more. A `patient` one looks for work only when it is woken."""
        given = {"business": DEMO, "redis_url": SecretStr(self.redis), **changes}
        settings = Settings(
            database_url=self.url, media=self.folder / "media", cache=self.folder / "cache", role=role,
            http_port=next(self._ports), **given,
        )  # fmt: skip
        store = await open_store(self.url, Now())
        self.stack.push_async_callback(store.close)
        site = await main.build_site(settings, store, self.stack)
        if patient:
            setattr(site.engine.wakeups, "wait", Patient(site.engine).wait)  # noqa: B010  an instance's own method
        if started:
            await self.start(site)
        return site

    async def start(self, site: Site) -> None:
        """Run a process that has joined."""
        await site.engine.start()
        self.stack.push_async_callback(site.engine.stop)
        self.running.append(site)

    async def connected(self) -> None:
        """Wait until every process hears the others."""
        await until(lambda: all(site.engine.relay is not None and site.engine.relay.up for site in self.running))

    async def says(self, site: Site, who: str, text: str) -> Contact:
        """A visitor's words come in at one process."""
        contact = contact_of(site, who)
        await self.happens(site, contact, Said(text))
        return contact

    async def happens(self, site: Site, contact: Contact, event: Event) -> None:
        """Something happens to a visitor, at one process."""
        key = f"test:{next(self._said)}"
        await site.intake.accept([Envelope(SLUG, contact.actor, key, site.clock.now(), event)])


def contact_of(site: Site, who: str) -> Contact:
    """A visitor of the demo firm's page."""
    return Contact("webchat", site.pages[SLUG].account, who)


async def lines(site: Site, contact: Contact) -> list[str]:
    """What stands in a visitor's transcript, ours with a dash before it."""
    found = await site.store.read(partial(transcript.after, SLUG, contact.actor, 0, 200))
    return [("" if line.author == "customer" else "– ") + line.message.text for line in found]


async def answered(site: Site, contact: Contact, answers: int = 1) -> list[str]:
    """Wait until we have said so many things; gives the transcript."""
    async with asyncio.timeout(30):
        while True:
            found = await lines(site, contact)
            if sum(line.startswith("– ") for line in found) >= answers:
                return found
            await asyncio.sleep(0.01)


@asynccontextmanager
async def fleet_on(url: str, folder: Path, redis: str = "") -> AsyncIterator[Fleet]:
    """A fleet that is gone after the block."""
    fleet = Fleet(url, folder, redis)
    async with fleet.stack:
        yield fleet
