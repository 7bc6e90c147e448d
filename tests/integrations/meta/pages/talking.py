"""A talk that really goes over Messenger or Instagram: what a person does is delivered, answers are what Meta took."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from bot.events import Contact
from bot.net import Fetcher
from bot.ports.channel import Channel, Outcome, Provider
from bot.testing import Talk
from bot.testing.talk import ROOM
from integrations.channels.meta.pages import PAGES
from tests.integrations.meta.pages.conftest import account_of, delivery, kit_of
from tests.standins.meta import GraphServer
from tests.standins.meta.graph import Clock
from tests.standins.meta.pages import Page
from tests.standins.meta.pages_people import Person
from tests.standins.meta.wire import Json, escaped


class SameTime(Clock):
    """The stand-in's time is the talk's."""

    def __init__(self, talk: Talk) -> None:
        super().__init__()
        self._talk = talk

    def now(self) -> float:
        return self._talk.clock.now().timestamp()


class PagesTalk(Talk):
    """One person who writes to the firm; `network` is which way, `settings` are those of the account."""

    network = "messenger"
    settings: dict[str, str] = {}  # noqa: RUF012  each test has a class of its own

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.graph = GraphServer()
        self.graph.clock = SameTime(self)
        self._do(self.graph.start())
        self.page = Page(self.graph, self.network)
        self.ani: Person = self.page.person("Ani", phone="+37491123456", written=False)
        self._files = Fetcher(anywhere=True)
        account = account_of(self.network, api_url=self.graph.url, **self.settings)
        self.pages = PAGES[self.network].open(account, kit_of(self._files))
        return Contact(self.network, "main", self.ani.id), self.pages, ROOM, self.room

    def __exit__(self, *exc: Any) -> None:
        self._do(self.pages.close())  # type: ignore[attr-defined]  # as every channel here
        self._do(self._files.close())
        self._do(self.graph.stop())
        super().__exit__(*exc)

    @property
    def screen(self) -> list[str]:
        """The words that Ani sees, oldest first."""
        return [str(words(each)) for each in self.ani.screen]

    @property
    def offered(self) -> list[str]:
        """What Ani can tap now."""
        last = self.ani.screen[-1]
        return [each["title"] for each in last.get("quick_replies", ()) if "title" in each]

    def opens(self) -> Self:
        self.ani.posts_back("Get Started", "GET_STARTED")
        return self.arrives()

    def says(self, *texts: str) -> Self:
        for text in texts:
            self.ani.says(text)
            self.arrives()
        return self

    def taps(self, title: str) -> Self:
        """Tap a quick reply; raises `AssertionError` for one that is gone."""
        self.ani.taps(title)
        return self.arrives()

    def arrives(self) -> Self:
        """Deliver what has happened, and let all of it be dealt with."""
        for _ in range(3):  # what is said comes back as echoes
            self._do(self._deliver())
        return self

    async def _deliver(self) -> None:
        for body in self.page.deliveries.take():
            inbound = replace(delivery(escaped(body), at=self.clock.now()), business=self.business.slug)
            envelopes = self.pages.receive(inbound).envelopes
            await self.engine.intake.accept(envelopes)
            await self.engine.settle()


def words(message: Json) -> object:
    """The words of a message as they stand on the screen."""
    return message.get("text") or message.get("attachment", {}).get("payload", {}).get("text", "")
