"""Talk to a bot in a test.

The store is a real SQLite in memory, the engine is the real one; only the clock and the channel are fakes. Time moves
when all is quiet, so a month passes in milliseconds.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.conversation import Conversation, thaw
from bot.desk import thread
from bot.events import Contact, Envelope, Event, LanguageChosen, Opened, Pressed, RoomSaid, Said
from bot.ports.channel import Channel, Outcome, Provider
from bot.ports.clock import instant, micros
from bot.ports.room import port_of
from bot.ports.store import Query, Script
from bot.replies import Message
from bot.router import ActorHandler, Route, Router
from bot.runtime import Engine, Tenant
from bot.store import outbox, transcript
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from bot.testing.clock import VirtualClock
from bot.testing.fakes import MemoryMedia, Mouthpiece
from bot.testing.room import Room

T = TypeVar("T")

ROOM = "staff/room/main/-1001"
"""The key of the staff's room, whose provider is a `bot.testing.Room`."""


class Talk:
    """One customer's conversation with a bot; a context manager.

    `heard` is everything that was said to the customer, oldest first; `room` is what the staff see. Calls return when
    all is quiet.
    """

    def __init__(
        self,
        tenant: Tenant,
        routes: Sequence[Route],
        *,
        now: datetime,
        language: str = "",
        address: str = "visitor",
        outcomes: Sequence[Outcome] = (),
        actors: Mapping[str, ActorHandler] | None = None,
    ) -> None:
        self.business = tenant.business
        self.clock = VirtualClock(now if now.tzinfo else now.replace(tzinfo=tenant.business.zone))
        self.room = Room()
        self.store = SqliteStore(None)
        self._runner = asyncio.Runner()
        self._language = language
        self._sent = 0
        self.contact, self.channel, self.staff_room, provider = self._outside(address, outcomes)
        tenant = replace(tenant, rooms=(self.staff_room,))
        slug, account = self.business.slug, f"{self.contact.channel}/{self.contact.account}"
        port = port_of(self.staff_room)
        self._do(migrate(self.store, shipped("sqlite"), now=micros(self.clock.now())))
        self.engine = Engine(
            self.store, self.clock, {slug: tenant}, Router(routes, {"thread": thread.handle, **(actors or {})}),
            {(slug, account): self.channel}, worker="test", media=MemoryMedia(), providers={(slug, port): provider},
        )  # fmt: skip

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        """Where the customer is, the channel that leads there, the staff's room and what stands behind it."""
        return Contact("webchat", "test", address), Mouthpiece("webchat", outcomes), ROOM, self.room

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self.store.close())
        self._runner.close()

    # What the customer does.

    def opens(self) -> Self:
        """The customer opens the chat, in the talk's language."""
        return self.happens(Opened(self._language))

    def says(self, *texts: str) -> Self:
        """The customer writes these messages, one after another."""
        for text in texts:
            self.happens(Said(text, client_id=f"c{self._sent}"))
        return self

    def presses(self, label: str) -> Self:
        """The customer presses the newest button with this label; raises `LookupError` when there never was one."""
        for line in reversed(self._lines()):
            for choice in line.message.choices:
                if label in (choice.label, choice.short):
                    return self.happens(Pressed(line.seq, choice.id, client_id=f"c{self._sent}"))
        raise LookupError(f"no button {label!r}; the last ones are {self.buttons}")

    def chooses_language(self, language: str) -> Self:
        """The customer chooses a language in the page's menu."""
        return self.happens(LanguageChosen(language))

    def staff(self, text: str, *, name: str = "Ani", user: str = "7", reply_to: str = "", **more: Any) -> Self:
        """A member of the staff writes in the newest topic of the room, or gives a command there."""
        self._sent += 1
        thread = "" if reply_to else next(reversed(self.room.topics), "")
        said = RoomSaid(f"{9000 + self._sent}", user, name, text, thread, reply_to=reply_to, **more)
        return self.happens(said, actor=self.staff_room)

    def happens(self, event: Event, *, key: str = "", actor: str = "") -> Self:
        """Any event happens to the conversation, or to another `actor`; the same `key` again is a repeat."""
        self._sent += 1
        envelope = Envelope(
            self.business.slug, actor or self.contact.actor, key or f"test:{self._sent}", self.clock.now(), event
        )
        self._do(self.engine.intake.accept([envelope]))
        self._do(self.engine.settle())
        return self

    def waits(self, span: timedelta) -> Self:
        """Time passes; everything that comes due meanwhile happens in order, at its own moment."""
        target = self.clock.now() + span
        while (due := self._next_due()) is not None and due <= target:
            self.clock.move_to(max(due, self.clock.now()))
            self._do(self.engine.settle())
        self.clock.move_to(target)
        self._do(self.engine.settle())
        return self

    # What can be seen.

    @property
    def messages(self) -> list[Message]:
        """What the bot has said."""
        return [line.message for line in self._lines() if line.author != "customer"]

    @property
    def heard(self) -> list[str]:
        """The texts of what the bot has said."""
        return [message.text for message in self.messages]

    @property
    def buttons(self) -> list[str]:
        """The labels under the bot's last message."""
        return [choice.label for choice in self.messages[-1].choices] if self.messages else []

    @property
    def state(self) -> Conversation:
        """The conversation as it is stored."""
        rows = self.reads(
            Query("SELECT state FROM actors WHERE business = ? AND actor = ?", (self.business.slug, self.contact.actor))
        )
        return thaw(rows[0][0]) if rows else Conversation()

    @property
    def asking(self) -> str:
        """The question that is open, or an empty string."""
        frame = self.state.frame
        return frame.at if frame else ""

    def reads(self, query: Query) -> list[Any]:
        """Rows of the talk's own database."""

        def script() -> Script[list[Any]]:
            return (yield query)

        return self._do(self.store.read(script))

    def does(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something asynchronous in the talk's own loop."""
        return self._do(work)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _lines(self) -> list[transcript.Line]:
        script = partial(transcript.after, self.business.slug, self.contact.actor, 0, 100_000)
        return self._do(self.store.read(script))

    def _next_due(self) -> datetime | None:
        rows = self.reads(Query("SELECT MIN(due_at) FROM timers UNION ALL SELECT MIN(ready_at) FROM actors"))
        moments = [row[0] for row in rows] + [self._do(self.store.read(outbox.wanted_at))]
        coming = [moment for moment in moments if moment is not None]
        return instant(min(coming)).astimezone(UTC) if coming else None
