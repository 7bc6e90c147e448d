"""A messenger that is away for a while and has limits; what the house does with what it has to say meanwhile.

The channel's own speaker and limits stand in front of it, only the wire is not there. The messenger measures who speaks
to whom and when, and refuses what is too fast.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from bot.chat import Chat
from bot.events import REMINDER, Bounced, Contact, Envelope, Event, Said
from bot.net.lines import Unreached
from bot.net.standing import Standing
from bot.ports.channel import Delivery, Inbound, Outcome
from bot.ports.clock import micros
from bot.replies import Message
from bot.router import Route, Router, Stage
from bot.runtime import Engine
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from bot.testing import MemoryMedia
from bot.texts import spoken
from handlers import ACTORS
from integrations.channels.telegram.client import Answer, Parameters
from integrations.channels.telegram.rates import Rates
from integrations.channels.telegram.render import Call
from integrations.channels.telegram.speaking import Speaker
from tests.fairness.still import Costly, LoopClock
from tests.fairness.town import TRANSACTION
from tests.runtime.house import barber

ROUND_TRIP = 0.05


@dataclass
class Messenger:
    """The provider's side: away until `back`, then it takes 30 messages a second, 1 of a chat, 20 a minute of a group.

    `moody` are chats that it refuses once, asking them alone to wait half a minute.
    """

    back: float = 0.0
    moody: set[int] = field(default_factory=set)
    took: list[tuple[float, int, str]] = field(default_factory=list)
    tried: int = 0
    too_fast: int = 0
    impatient: int = 0
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _waits: dict[int, float] = field(default_factory=dict)

    async def call(self, method: str, fields: Mapping[str, Any], *, upload: object = None) -> Answer:
        await asyncio.sleep(ROUND_TRIP / 2)
        now, chat = asyncio.get_running_loop().time(), int(fields["chat_id"])
        self.tried += 1
        if now < self.back:
            raise Unreached("away")
        if chat in self.moody:
            self.moody.remove(chat)
            self._waits[chat] = now + 30
            return Answer(ok=False, error_code=429, description="Too Many Requests", parameters=Parameters(30))
        self.impatient += now < self._waits.get(chat, 0.0)
        self.too_fast += self._measure(now, chat)
        self.took.append((now, chat, fields["text"]))
        await asyncio.sleep(ROUND_TRIP / 2)
        return Answer(ok=True, result=msgspec.Raw(b'{"message_id":%d}' % len(self.took)))

    def _measure(self, now: float, chat: int) -> bool:
        most, seconds = (20, 60.0) if chat < 0 else (4, 4.0)
        worst = False
        for times, count, span in ((self._all, 30, 1.0), (self._chats[chat], most, seconds)):
            times.append(now)
            while times[0] <= now - span + ROUND_TRIP:  # on the way they may come closer together
                times.popleft()
            worst = worst or len(times) > count
        return worst


class Simulated:
    """The channel over that messenger."""

    name = "telegram"
    per_second = 25

    def __init__(self, messenger: Messenger) -> None:
        now = asyncio.get_running_loop().time
        rates = Rates(now, all_in_a_second=self.per_second)
        standing = Standing("Telegram", "telegram/main", LoopClock())
        messages: Any = messenger  # the wire, which counts as a client here
        self._speaker = Speaker(messages, rates, standing, self._read, "telegram/main")

    def receive(self, inbound: Inbound) -> Delivery:
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        return (Call("sendMessage", {"text": message.text}),)

    async def send(self, contact: Contact, request: Call) -> Outcome:
        return await self._speaker.say(int(contact.address), request)

    async def _read(self, media: object) -> bytes | None:
        return None


MANNERS: dict[str, dict[str, Any]] = {
    "fleeting": {"kind": "fleeting"},
    "reminder": {"kind": "reminder", "lane": REMINDER, "expires_after": timedelta(hours=1)},
    "money": {"kind": "money"},
}


class Branch:
    """The house behind that channel; it says back what it hears, in the manner that the first word names."""

    def __init__(self, messenger: Messenger) -> None:
        self.clock, self.inner = LoopClock(), SqliteStore(None)
        self.store = Costly(self.inner, TRANSACTION)
        self.bounced: Counter[str] = Counter()
        tenant = barber()
        self.slug = tenant.business.slug
        self.engine = Engine(
            self.store, self.clock, {self.slug: tenant}, Router([Route(Stage.FALLBACK, self._takes)], ACTORS),
            {(self.slug, "telegram/main"): Simulated(messenger)}, worker="one", media=MemoryMedia(),
        )  # fmt: skip

    async def _takes(self, chat: Chat, event: Event) -> bool:
        if isinstance(event, Said):
            chat.say(spoken(event.text), **MANNERS.get(event.text.split()[0], {}))
        if isinstance(event, Bounced):
            self.bounced[event.outcome] += 1
        return True

    async def opens(self) -> None:
        await migrate(self.inner, shipped("sqlite"), now=micros(self.clock.now()))
        await self.engine.start()

    async def closes(self) -> None:
        await self.engine.stop()
        await self.inner.close()

    async def hears(self, chat: int, text: str) -> None:
        actor = Contact("telegram", "main", str(chat)).actor
        await self.engine.intake.accept([Envelope(self.slug, actor, f"{chat}:{text}", self.clock.now(), Said(text))])
