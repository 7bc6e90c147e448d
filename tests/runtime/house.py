"""A whole house over one store: the real engine, a clock that is moved by hand, and an ear for a channel."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.chat import Chat
from bot.dialog import Machine
from bot.events import Contact, Envelope, Event, Said
from bot.ports.clock import instant
from bot.ports.store import Row, Store
from bot.records import BuiltInCalendar, Cases, Ratings
from bot.router import Route, Router, Stage
from bot.runtime import Engine, Tenant
from bot.store import inbox, outbox
from bot.store.inbox import Claimed
from bot.testing import MemoryMedia, VirtualClock
from bot.texts import Phrasebook, spoken
from bot.understanding import Understander, Vocabulary
from handlers import ACTORS, system
from tests.contracts.post import LEASE
from tests.contracts.schema import ask
from tests.records.firm import firm
from tests.runtime.ear import Ear

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
Takes = Callable[[Chat, Event], Coroutine[Any, Any, None]]


async def echo(chat: Chat, event: Event) -> None:
    """Say back what was said."""
    if isinstance(event, Said):
        chat.say(spoken(f"You said: {event.text}"))


def routes(takes: Takes) -> Sequence[Route]:
    """The shipped handling of timers and apologies; everything else to `takes`."""

    async def all_else(chat: Chat, event: Event) -> bool:
        await takes(chat, event)
        return True

    return (Route(Stage.SYSTEM, system.handle), Route(Stage.FALLBACK, all_else))


def barber() -> Tenant:
    """A small firm without dialogs."""
    business = firm()
    ports = {"calendar": BuiltInCalendar(business).bind, "cases": Cases.bind, "ratings": Ratings.bind}
    return Tenant(business, Machine({}), ports, Phrasebook("en"), Understander.of(Vocabulary({})))


class House:
    """One process of the house; several over one store are several processes."""

    def __init__(
        self,
        store: Store,
        takes: Takes = echo,
        *,
        tenant: Tenant | None = None,
        ear: Ear | None = None,
        clock: VirtualClock | None = None,
        worker: str = "one",
        route: Sequence[Route] = (),
    ) -> None:
        tenant = tenant or barber()
        self.slug = tenant.business.slug
        self.store, self.clock, self.ear = store, clock or VirtualClock(MONDAY), ear or Ear()
        self.engine = Engine(
            store, self.clock, {self.slug: tenant}, Router(route or routes(takes), ACTORS),
            {(self.slug, "webchat/site"): self.ear}, worker=worker, media=MemoryMedia(), sole=False,
        )  # fmt: skip
        self._count = 0

    def envelope(self, event: Event | str, who: str = "ann", key: str = "") -> Envelope:
        self._count += 1
        what = Said(event) if isinstance(event, str) else event
        actor = Contact("webchat", "site", who).actor
        return Envelope(self.slug, actor, key or f"{who}:{self._count}", self.clock.now(), what)

    async def hears(self, event: Event | str, who: str = "ann", key: str = "") -> None:
        """Something happens to a conversation; nothing is done about it yet."""
        await self.engine.intake.accept([self.envelope(event, who, key)])

    async def settles(self) -> list[str]:
        """Work until all is quiet; everything that was ever said."""
        await self.engine.settle()
        return self.ear.got

    async def answers(self, event: Event | str, who: str = "ann") -> list[str]:
        """Something happens and is dealt with; what was said about it."""
        before = len(self.ear.got)
        await self.hears(event, who)
        return (await self.settles())[before:]

    async def waits(self, span: timedelta) -> list[str]:
        """Time passes, and whatever comes due happens at its moment; everything that was ever said."""
        target = self.clock.now() + span
        while (due := await self._due()) is not None and due <= target:
            self.clock.move_to(max(due, self.clock.now()))
            await self.engine.settle()
        self.clock.move_to(target)
        return await self.settles()

    async def claims(self, limit: int = 64) -> list[Claimed]:
        """Take steps in hand as the engine does, without beginning them."""
        now = round(self.clock.now().timestamp() * 1_000_000)
        return await self.store.run(partial(inbox.claim, self.engine.worker, now, LEASE, limit))

    async def rows(self, sql: str, *params: Any) -> list[Row]:
        return await ask(self.store, sql, *params)

    async def _due(self) -> datetime | None:
        rows = await self.rows(
            "SELECT MIN(due_at) FROM timers UNION ALL"
            " SELECT MIN(CASE WHEN lease_until > ready_at THEN lease_until ELSE ready_at END) FROM actors"
        )
        moments = [row[0] for row in rows] + [await self.store.read(outbox.wanted_at)]
        coming = [moment for moment in moments if moment is not None]
        return instant(min(coming)) if coming else None
