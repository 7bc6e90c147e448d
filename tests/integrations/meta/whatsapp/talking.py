"""A talk that really goes over WhatsApp: what a person does is delivered, answers are what WhatsApp took."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import main
from bot.events import Contact
from bot.net import Fetcher
from bot.ports.channel import Channel, Outcome, Provider
from bot.ports.store import Query
from bot.runtime import Tenant
from bot.testing import Talk
from bot.testing.talk import ROOM
from integrations.channels.meta.whatsapp.channel import WhatsApp
from tests.integrations.kit import Hands, Shelf, lend
from tests.integrations.meta.pages.talking import SameTime
from tests.integrations.meta.whatsapp.conftest import account, delivered
from tests.standins.meta import GraphServer
from tests.standins.meta.whatsapp import WhatsAppPart
from tests.standins.meta.wire import Json


@cache
def clinic() -> Tenant:
    """The shipped sample firm."""
    return main.tenant_of(Path("businesses/demo"))


class Over(Talk):
    """Ani's talk over WhatsApp; `contact` is where she is written to by her id."""

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.graph = GraphServer()
        self.graph.clock = SameTime(self)
        self._do(self.graph.start())
        self.cloud = WhatsAppPart(self.graph)
        self.ani = self.cloud.person("37491123456", "Ani", written=False)
        self._files = Fetcher(anywhere=True)
        kit = lend(Hands(), self._files, Shelf({}).read, lambda _: "")
        self.whatsapp = WhatsApp(account(self.graph.url), kit, now=self.graph.clock.now)
        return Contact("whatsapp_cloud", "main", self.ani.user_id), self.whatsapp, ROOM, self.room

    def __exit__(self, *exc: Any) -> None:
        self._do(self.whatsapp.close())
        self._do(self._files.close())
        self._do(self.graph.stop())
        super().__exit__(*exc)

    @property
    def screen(self) -> list[str]:
        """The words that Ani sees, oldest first."""
        return [each.words for each in self.ani.screen]

    def says(self, *texts: str, nameless: bool = False) -> Self:
        """Ani writes; `nameless` is a delivery with her phone and without an id, as all were before there were ids."""
        for text in texts:
            message, contact = self.ani.message("text", {"body": text}), self.ani.contact()
            if nameless:
                del message["from_user_id"], contact["user_id"]
            self.delivers({**self.cloud.value(messages=[message]), "contacts": [contact]})
        return self

    def taps(self, label: str) -> Self:
        """Ani presses a button, or picks a row, of the newest message that has it."""
        shown = next(each for each in reversed(self.ani.screen) if label in each.options)
        reply = {"type": "button_reply", "button_reply": {"id": shown.options[label], "title": label}}
        note = self.ani.message("interactive", reply)
        return self.delivers(self.cloud.value(messages=[note], people=[self.ani]))

    def delivers(self, value: Json) -> Self:
        """WhatsApp tells of something, and all of it is dealt with."""
        self._do(self._deliver(value))
        return self

    async def _deliver(self, value: Json) -> None:
        inbound = replace(delivered(self.cloud.body(value)), business=self.business.slug, at=self.clock.now())
        await self.engine.intake.accept(self.whatsapp.receive(inbound).envelopes)
        await self.engine.settle()

    @property
    def conversations(self) -> dict[str, str]:
        """Whose each conversation is, by its address."""
        rows = self.reads(Query("SELECT actor, customer FROM contacts WHERE unlinked_at IS NULL"))
        return {actor.rpartition("/")[2]: customer for actor, customer in rows}

    @property
    def cases(self) -> list[str]:
        """The addresses of the conversations that have an open case."""
        rows = self.reads(Query("SELECT actor FROM cases WHERE closed_at IS NULL"))
        return [actor.rpartition("/")[2] for (actor,) in rows]
