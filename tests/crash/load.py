"""A crowd that comes and goes while the program is killed: each who leaves makes room for a new one."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from tests.crash.audit import Audit
from tests.crash.page import Page, Stuck
from tests.crash.person import Person
from tests.crash.program import Program

PATIENCE_SECONDS = 600  # between kills that come faster than answers; who still waits at the end is found in the inbox
WISHES = ("book", "book", "book and move", "book and cancel", "chat")


@dataclass
class Crowd:
    """`size` people at a time; `pages` are all that ever came."""

    program: Program
    http: aiohttp.ClientSession
    seed: int
    size: int
    pages: list[Page] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the beginning of a process to its first answer on a page."""
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
        for page in self.pages:
            await page.close()

    async def check(self, audit: Audit) -> None:
        """Compare the database with what every page has sent and seen."""
        await audit.everything(self.pages)

    async def _come_and_go(self, place: int) -> None:
        turn = 0
        while self.sent < self._enough:
            draw = random.Random(f"{self.seed}/{place}/{turn}")
            page = Page(self.http, self.program.chat, draw, draw.random() < 0.7, self._heard, PATIENCE_SECONDS)
            self.pages.append(page)
            try:
                await Person(page, draw.choice(WISHES), draw).live()
            except Stuck as stuck:
                self.stuck.append(str(stuck))
            turn += 1

    def _heard(self, said_at: datetime) -> None:
        if self._answered < self.program.begun <= said_at:
            self._answered = self.program.begun
            self.recoveries.append((datetime.now(UTC) - self.program.begun).total_seconds())


@asynccontextmanager
async def crowd(folder: Path, database_url: str, seed: int, size: int) -> AsyncIterator[Crowd]:
    """A program that is to run on this database, and the people who will write to its web chat."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield Crowd(Program(folder, database_url), http, seed, size)


@dataclass(frozen=True, slots=True)
class Reaper:
    """Kills the program at moments that the seed decides, and starts it again each time."""

    program: Program
    draw: random.Random
    lives: tuple[float, float]

    async def kill_once(self) -> None:
        """Let it work for a moment, or not even finish starting, kill it, and start it again."""
        if self.draw.random() < 0.15:
            await self.program.kill()
            await self.program.spawn()
            await asyncio.sleep(self.draw.uniform(0, 0.8))
        else:
            await asyncio.sleep(self.draw.uniform(*self.lives))
        await self.program.kill()
        await self.program.start()
