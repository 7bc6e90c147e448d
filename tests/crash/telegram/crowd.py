"""People who come and go in Telegram while the program is killed, and the operators who serve them."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.audit import Audit
from tests.crash.balancer import Balancer, balancer
from tests.crash.fleet import Fleet
from tests.crash.page import Stuck
from tests.crash.telegram.audit import TelegramAudit
from tests.crash.telegram.customer import Customer
from tests.crash.telegram.messenger import Messenger, Unable, messenger
from tests.crash.telegram.operators import Operators
from tests.standins.telegram import TOKEN

PATIENCE_SECONDS = 600
WISHES = ("book", "book", "book and move", "book and cancel", "chat", "qualify", "human", "human")
SECRET = "a-Secret_of_the_webhook"


@dataclass
class TelegramCrowd:
    """`size` people at a time; `people` are all that ever came."""

    fleet: Fleet
    messenger: Messenger
    operators: Operators
    seed: int
    size: int
    people: list[Customer] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    lives: tuple[float, float] = (0.1, 2.5)

    def __post_init__(self) -> None:
        self._enough = sys.maxsize
        self._tasks: list[asyncio.Task[None]] = []
        self._serving: asyncio.Task[None] | None = None

    @property
    def sent(self) -> int:
        """How much has happened in Telegram by now."""
        return self.messenger.updates

    @property
    def recoveries(self) -> list[float]:
        """Seconds from the beginning of a process to its first message to a customer; none where others speak meanwhile."""
        said = sorted(note.at for chat, screen in self.messenger.screens.items() if chat > 0 for note in screen.notes)
        found = []
        if len(self.fleet.programs) > 1:
            return []
        begun = [each.timestamp() for each in self.fleet.beginnings]
        for start, following in zip(begun, [*begun[1:], sys.maxsize], strict=True):
            first = next((at for at in said if start <= at < following), None)
            found += [first - start] if first is not None else []
        return found

    def gather(self) -> None:
        """Let them in."""
        self._serving = asyncio.create_task(self.operators.work())
        self._tasks = [asyncio.create_task(self._come_and_go(n)) for n in range(self.size)]

    async def leave(self, messages: int) -> None:
        """When so much has happened let nobody in any more, and wait until everybody has what they came for."""
        self._enough = messages
        await asyncio.gather(*self._tasks)

    async def go(self, audit: Audit) -> None:
        """The operators go home when all is at rest."""
        del audit
        if self._serving is not None:
            self._serving.cancel()
            with suppress(asyncio.CancelledError):
                await self._serving
        await self.messenger.look()

    async def check(self, audit: Audit) -> None:
        """Compare the database with what everybody did and saw."""
        await TelegramAudit(audit, self.messenger, self.fleet, self.people, self.operators).everything()

    async def _come_and_go(self, place: int) -> None:
        turn = 0
        while self.sent < self._enough:
            draw = random.Random(f"{self.seed}/{place}/{turn}")
            number = await self.messenger.new_person(f"Person {place} {turn}")
            wish = WISHES[place % len(WISHES)] if not turn else draw.choice(WISHES)
            person = Customer(self.messenger, number, f"{place}-{turn}", wish, draw, PATIENCE_SECONDS)
            self.people.append(person)
            try:
                await person.live()
            except (Stuck, Unable) as stuck:
                self.stuck.append(str(stuck))
            turn += 1


@asynccontextmanager
async def telegram_crowd(fleet: Fleet, mode: str, seed: int, size: int, folder: Path) -> AsyncIterator[TelegramCrowd]:
    """The people who will write to these processes on Telegram in this mode."""
    ports = [each.port for each in fleet.programs]
    async with messenger(folder) as running, balancer(ports, random.Random(f"{seed}/balancer")) as door:
        staff = [await running.new_person(name) for name in ("Ani", "Bob")]
        group = await running.new_group("Staff", staff)
        fleet.set(settings_of(running, mode, group, door))
        operators = Operators(running, group, staff, random.Random(f"{seed}/operators"))
        yield TelegramCrowd(fleet, running, operators, seed, size)


def settings_of(running: Messenger, mode: str, group: int, door: Balancer) -> dict[str, str]:
    """What a process needs to know of its messenger."""
    settings = {
        "DRAGOMAN_TELEGRAM_TOKEN": TOKEN,
        "DRAGOMAN_TELEGRAM_API_URL": running.url,
        "DRAGOMAN_TELEGRAM_MODE": mode,
        "DRAGOMAN_TELEGRAM_RATE": "0",
        "DRAGOMAN_STAFF_GROUP_ID": str(group),
    }
    if mode == "webhook":
        settings["DRAGOMAN_PUBLIC_URL"] = f"http://127.0.0.1:{door.port}"
        settings["DRAGOMAN_TELEGRAM_WEBHOOK_SECRET"] = SECRET
    return settings
