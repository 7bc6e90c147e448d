"""A town of customers who write to one house, in virtual time, and what became of each of their messages."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

from bot.chat import Chat
from bot.events import Contact, Envelope, Event, Said
from bot.ports.channel import Delivery, Inbound, Outcome, Sent
from bot.ports.clock import micros
from bot.replies import Message
from bot.router import Route, Router, Stage
from bot.runtime import Engine, Tenant
from bot.runtime.flood import Allowance
from bot.store import transcript
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from bot.testing import MemoryMedia
from bot.texts import spoken
from handlers import ACTORS, desk, system, unheard, words
from tests.fairness.still import Costly, LoopClock
from tests.runtime.house import barber

TRANSACTION = 0.0003  # seconds, disk included
HANDLER = 0.0007  # with the transactions an update comes to what `make bench` measures at full load


ROUTES = (
    Route(Stage.SYSTEM, unheard.handle),
    Route(Stage.SYSTEM, system.handle),
    Route(Stage.SYSTEM, desk.handle),
    Route(Stage.SYSTEM, desk.listen),
    Route(Stage.HUMAN, desk.keep_silent),
    Route(Stage.WORDS, words.handle),
)


class Line:
    """A channel that takes no time, so that all waiting is the house’s, and keeps when it said what to whom."""

    name = "webchat"

    def __init__(self) -> None:
        self.said: list[tuple[float, str, str]] = []

    def receive(self, inbound: Inbound) -> Delivery:
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        return (message.text,)

    async def send(self, contact: Contact, request: str) -> Outcome:
        await asyncio.sleep(0)
        self.said.append((asyncio.get_running_loop().time(), contact.address, request))
        return Sent(str(len(self.said)))


class Town:
    """One house and its customers; businesses are copies of one firm under other names."""

    def __init__(self, *, businesses: Sequence[str] = ("shears",), allowance: Allowance | None = None) -> None:
        self.inner = SqliteStore(None)
        self.store = Costly(self.inner, TRANSACTION)
        self.line, self.clock = Line(), LoopClock()
        self.wrote: dict[str, list[str]] = defaultdict(list)
        self.at: dict[tuple[str, str], float] = {}
        tenants = {name: self._firm(name) for name in businesses}
        router = Router([*ROUTES, Route(Stage.FALLBACK, self._echo)], ACTORS)
        self.engine = Engine(
            self.store, self.clock, tenants, router, {(name, "webchat/site"): self.line for name in tenants},
            worker="one", media=MemoryMedia(), allowance=allowance,
        )  # fmt: skip

    @staticmethod
    def _firm(name: str) -> Tenant:
        tenant = barber()
        return replace(tenant, business=tenant.business.model_copy(update={"slug": name}))

    async def _echo(self, chat: Chat, event: Event) -> bool:
        """Say back what was said."""
        await self.store.works(HANDLER)
        if isinstance(event, Said):
            chat.say(spoken(event.text))
        return True

    async def prepares(self) -> None:
        await migrate(self.inner, shipped("sqlite"), now=micros(self.clock.now()))

    async def opens(self) -> None:
        await self.prepares()
        await self.engine.start()

    async def closes(self) -> None:
        await self.engine.stop()
        await self.inner.close()

    async def writes(self, who: str, text: str, business: str = "shears") -> None:
        """Somebody writes; what they write must be new for them."""
        self.wrote[who].append(text)
        self.at[who, text] = asyncio.get_running_loop().time()
        actor = Contact("webchat", "site", who).actor
        envelope = Envelope(business, actor, f"{business}:{who}:{text}", self.clock.now(), Said(text))
        await self.engine.intake.accept([envelope])

    async def lives(self, who: str, random: Random, until: float, every: float, business: str = "shears") -> None:
        """Somebody writes now and then, in irregular turns."""
        loop, n = asyncio.get_running_loop(), 0
        await asyncio.sleep(random.random() * every)
        while loop.time() < until:
            await self.writes(who, f"message {n}", business)
            n += 1
            await asyncio.sleep(random.uniform(0.5, 1.5) * every)

    def waits(self, who: str = "") -> list[float]:
        """How long the answers took, of one customer or of all; an answer that never came is not among them."""
        return [at - self.at[to, text] for at, to, text in self.line.said if who in ("", to) and (to, text) in self.at]

    def told(self, who: str) -> list[str]:
        """What somebody was told, in order."""
        return [text for _, to, text in self.line.said if to == who]

    async def transcript(self, who: str, business: str = "shears") -> list[str]:
        """What somebody wrote, as it is kept, in order."""
        actor = Contact("webchat", "site", who).actor
        lines = await self.inner.read(partial(transcript.after, business, actor, 0, 1_000_000))
        return [line.message.text for line in lines if line.author == "customer"]
