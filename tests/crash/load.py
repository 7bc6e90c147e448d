"""A crowd that comes and goes while the program is killed: each who leaves makes room for a new one."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from tests.crash.audit import Audit
from tests.crash.fleet import Fleet
from tests.crash.page import Page, Stuck
from tests.crash.person import Person

PATIENCE_SECONDS = 600  # between kills that come faster than answers; who still waits at the end is found in the inbox
WISHES = ("book", "book", "book and move", "book and cancel", "chat")
LATER = ("book and cancel", "book and cancel", "chat")
EAGER = (
    12  # people at each place; who comes after them keeps no visit, so that a long run does not end without free times
)


@dataclass
class Crowd:
    """`size` people at a time; `pages` are all that ever came."""

    fleet: Fleet
    http: aiohttp.ClientSession
    seed: int
    size: int
    pages: list[Page] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the beginning of a process to its first answer on a page; none where others answer meanwhile."""
    lives: tuple[float, float] = (0.02, 0.9)
    """How many seconds the program works before it is killed."""

    def __post_init__(self) -> None:
        self._enough = sys.maxsize
        self._answered = datetime.min.replace(tzinfo=UTC)
        self._people: list[asyncio.Task[None]] = []

    @property
    def sent(self) -> int:
        """How many messages were sent by now."""
        return sum(len(page.frames) for page in self.pages)

    def gather(self) -> None:
        """Let them in."""
        self._people = [asyncio.create_task(self._come_and_go(n)) for n in range(self.size)]

    async def leave(self, messages: int) -> None:
        """When so many messages were sent let nobody in any more, and wait until everybody has what they came for."""
        self._enough = messages
        await asyncio.gather(*self._people)

    async def go(self, audit: Audit) -> None:
        """Close the pages, which were open all the time, when they show what has been said."""
        last = await audit.last_said()
        for page in self.pages:
            try:
                await page.sees(last.get(page.address, 0))
            except Stuck as stuck:
                self.stuck.append(str(stuck))
            await page.close()

    async def check(self, audit: Audit) -> None:
        """Compare the database with what every page has sent and seen."""
        await audit.everything(self.pages)

    async def _come_and_go(self, place: int) -> None:
        turn = 0
        while self.sent < self._enough:
            draw = random.Random(f"{self.seed}/{place}/{turn}")
            chats = self.fleet.chats
            page = Page(self.http, draw.choice(chats), draw, draw.random() < 0.7, self._heard, PATIENCE_SECONDS,
                        chats=chats if len(chats) > 1 else ())  # fmt: skip
            self.pages.append(page)
            try:
                await Person(page, draw.choice(WISHES if turn < EAGER else LATER), draw).live()
            except Stuck as stuck:
                self.stuck.append(str(stuck))
            turn += 1

    def _heard(self, said_at: datetime) -> None:
        begun = self.fleet.first.begun
        if len(self.fleet.programs) == 1 and self._answered < begun <= said_at:
            self._answered = begun
            self.recoveries.append((datetime.now(UTC) - begun).total_seconds())


@asynccontextmanager
async def crowd(fleet: Fleet, seed: int, size: int) -> AsyncIterator[Crowd]:
    """The people who will write to the web chat of these processes."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield Crowd(fleet, http, seed, size)
