"""A talk that really goes over a channel: acts become its provider's deliveries, and answers are what its provider took.

A choice is pressed where the customer's screen has a button or a row for it, else its number is typed, else its words.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any, Self

from bot.events import Contact
from bot.ports.channel import Answer, Channel, Closes, Inbound, Outcome, Provider, Showing
from bot.ports.clock import instant
from bot.ports.store import Query
from bot.rendering import pressed
from bot.replies import Message
from bot.store import outbox
from bot.store.transcript import Line as Told
from bot.testing import Talk
from bot.testing.talk import ROOM
from bot.web import webhooks
from tests.contracts.channels.line import Line, Option, Shown
from tests.contracts.channels.lines import LINES
from tests.contracts.channels.lines.webchat import shown

GREETINGS = {"en": "Hello", "ru": "Здравствуйте", "hy": "Բարև", "ka": "გამარჯობა", "uz": "Salom"}
SOON = timedelta(seconds=30)
TAKEN = ("cancel", "stop")  # Twilio makes STOP of both, and says so itself


class LineTalk(Talk):
    """One person on a channel, who hides their phone where they can; the staff sit in the room of the kit."""

    def __init__(self, channel: str, *given: Any, **more: Any) -> None:
        self._channel = channel
        self._acts = count(1)
        self._answers: list[Shown] = []
        super().__init__(*given, **more)

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.line = self._line()
        self.line.hidden = True
        self._do(self.line.start())
        return self.line.contact, self.line.channel, ROOM, self.room

    def _line(self) -> Line:
        return LINES[self._channel](self.clock)

    def __exit__(self, *exc: Any) -> None:
        if isinstance(self.line.channel, Closes):
            self._do(self.line.channel.close())
        self._do(self.line.stop())
        self._do(self.line.files.close())
        super().__exit__(*exc)

    # What the customer does.

    def opens(self) -> Self:
        """Open the chat, where that tells the firm anything; else greet."""
        opened = self.line.opens(next(self._acts), self._language)
        return self.delivers(opened or self.line.write(GREETINGS[self._language], next(self._acts)))

    def says(self, *texts: str) -> Self:
        """Write; a word that the provider keeps for itself is given as the command of that name."""
        for text in texts:
            taken = text.upper() in self.line.limits.reserved and text.lower() in TAKEN
            self.delivers(self.line.write(f"/{text.lower()}" if taken else text, next(self._acts)))
        return self

    def presses(self, label: str) -> Self:
        """Press what says this where it stands on the screen; else type its number under the newest question, or its words."""
        offered = self._offered(label)
        if not offered:
            raise LookupError(f"no button {label!r}; the last ones are {self.buttons}")
        for told, place in offered:
            choice = told.message.choices[place]
            option = self._option(told.seq, choice.id)
            if option is not None:
                return self.delivers(self.line.press(option.gives, next(self._acts), label=option.label))
        told, place = offered[0]
        choice = told.message.choices[place]
        typed = {each.label for each in self.screen[-1].options if not each.gives} if self.screen else set()
        if label in typed or not told.message.numbered or told.seq != self._newest_question():
            return self.says(choice.label)
        return self.says(str(place + 1))

    def _offered(self, label: str) -> list[tuple[Told, int]]:
        """The messages with this choice and its place there, the newest first."""
        return [
            (told, place)
            for told in reversed(self._lines())
            for place, choice in enumerate(told.message.choices)
            if label in (choice.label, choice.short)
        ]

    def _newest_question(self) -> int:
        return next((told.seq for told in reversed(self._lines()) if told.message.choices), 0)

    def _option(self, number: int, choice: str) -> Option | None:
        """What stands on the screen and gives this choice back."""
        for seen in reversed(self.screen):
            for each in seen.options:
                if pressed(each.gives.rpartition(":")[2]) == (number, choice):
                    return each
        return None

    # What comes of it.

    @property
    def screen(self) -> list[Shown]:
        """What the customer sees of us, the oldest first; what came in an answer before all else."""
        if isinstance(self.line.channel, Showing):
            return [shown(each.seq, each.message) for each in self._lines() if each.author != "customer"]
        return [*self._answers, *self.line.shown]

    @property
    def undelivered(self) -> list[Message]:
        """What could not be said, and is known to be so."""
        lines = {line.seq: line for line in self._lines()}
        return [lines[number].message for number in self._lost() if number in lines]

    def _lost(self) -> list[int]:
        rows = self.reads(Query("SELECT message FROM outbox WHERE actor = ? AND state IN ('failed', 'expired')",
                                (self.contact.actor,)))  # fmt: skip
        return [number for (number,) in rows]

    @property
    def stored(self) -> str:
        """All that the database keeps of it."""
        tables = [name for (name,) in self.reads(Query("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return repr([row for name in tables for row in self.reads(Query(f"SELECT * FROM {name}"))])

    @property
    def taken(self) -> list[tuple[int, int, str]]:
        """What the provider took: number, part and its own id of each."""
        return self.reads(
            Query("SELECT message, part, provider_id FROM receipts WHERE message > 0 ORDER BY at, message, part")
        )

    def delivers(self, inbound: Inbound) -> Self:
        """Deliver it as the provider would, and let all of it be dealt with."""
        answer = self._do(self._take(inbound))
        if (shown := self.line.answered(answer)) is not None:
            self._answers.append(shown)
        return self._rests()

    async def _take(self, inbound: Inbound) -> Answer:
        delivery = self.line.channel.receive(inbound)
        house: Any = SimpleNamespace(intake=self.engine.intake, store=self.store)
        taking = asyncio.create_task(webhooks._accept(house, self.business.slug, delivery))
        while not taking.done():
            await self.engine.settle()
            await asyncio.sleep(0)
        await self.engine.settle()
        return taking.result()

    def _rests(self) -> Self:
        """A provider takes so many messages at a time; what is left waits its turn."""
        soon = self.clock.now() + SOON
        while (due := self._do(self.store.read(outbox.wanted_at))) is not None and instant(due) < soon:
            self.waits(instant(due) - self.clock.now())
        return self
