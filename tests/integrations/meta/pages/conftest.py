"""Both channels over the stand-in, and what makes a delivery of Meta's."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.events import Contact, Event, Media
from bot.net import Fetcher
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Channel, Delivery, Inbound, Outcome
from bot.replies import Message
from integrations.channels.meta.pages import PAGES
from integrations.channels.meta.pages.channel import Pages
from tests.integrations.kit import NOW, PUBLIC_URL, Hands, Shelf, lend
from tests.standins.meta import APP_SECRET, TOKEN, GraphServer
from tests.standins.meta.pages import INSTAGRAM_ID, PAGE_ID, Page
from tests.standins.meta.pages_people import Person
from tests.standins.meta.wire import Json, escaped, signature

MILLISECONDS = int(NOW.timestamp() * 1000)
HEADER = "x-hub-signature-256"
NETWORKS = ("messenger", "instagram")
OWN = {"messenger": {"page_id": PAGE_ID}, "instagram": {"instagram_id": INSTAGRAM_ID}}
SECRETS = {"token": TOKEN, "app_secret": APP_SECRET, "verify_token": "a-word-of-ours"}
FILES = {"photo.jpg": b"\xff\xd8\xff", "logo.svg": b"<svg/>", "price.pdf": b"%PDF", "song.ogg": b"OggS"}


def link_file(media: Media) -> str:
    return f"{PUBLIC_URL}/media/{media.name}" if media.name in FILES else ""


def kit_of(files: Fetcher, clock: Hands | None = None) -> Kit:
    """What a house lends."""
    return lend(clock or Hands(), files, Shelf(FILES).read, link_file)


def account_of(network: str, **settings: str) -> Account:
    """An account as a business folder names it, with what holds without a word."""
    kind = PAGES[network]
    unset = {name: each.default for name, each in kind.settings.items() if each.default is not None}
    return Account("clinic", network, "main", SECRETS, {**unset, **OWN[network], **settings}, PUBLIC_URL)


def opened(network: str, **settings: str) -> Channel:
    """A channel that reads and renders; it reaches nobody."""
    return PAGES[network].open(account_of(network, **settings), kit_of(Fetcher(anywhere=True)))


def delivery(body: bytes, *, header: str | None = None, at: datetime = NOW) -> Inbound:
    """A delivery, signed as Meta signs it unless a header is given."""
    return Inbound("clinic", "main", body, at, {HEADER: signature(body, APP_SECRET) if header is None else header})


def entry(network: str, *items: Json, kind: str = "messaging", **more: Any) -> Json:
    """A delivery of one entry."""
    topic, own = ("page", PAGE_ID) if network == "messenger" else ("instagram", INSTAGRAM_ID)
    return {"object": topic, "entry": [{"id": own, "time": MILLISECONDS, kind: list(items), **more}]}


def item(network: str, **what: Any) -> Json:
    """Something that a person did."""
    own = PAGE_ID if network == "messenger" else INSTAGRAM_ID
    return {"sender": {"id": "2002"}, "recipient": {"id": own}, "timestamp": MILLISECONDS, **what}


def taken(channel: Channel, body: Json) -> Delivery:
    """What a channel makes of a delivery."""
    return channel.receive(delivery(escaped(body)))


def events(channel: Channel, body: Json) -> list[Event]:
    """The events of a delivery."""
    return [each.event for each in taken(channel, body).envelopes]


@dataclass
class Place:
    """One channel over the stand-in, with somebody who has just written."""

    network: str
    graph: GraphServer
    page: Page
    channel: Pages
    clock: Hands
    ani: Person

    async def say(
        self, message: Message, *, silence: timedelta = timedelta(0), address: str = "", number: int = 7
    ) -> list[Outcome]:
        """Render a message and send it, to Ani or to an address."""
        contact = Contact(self.network, "main", address or self.ani.id)
        requests = self.channel.render(message, number, silence=silence)
        return [await self.channel.send(contact, request) for request in requests]

    async def hear(self) -> list[Event]:
        """What the channel makes of all that waits to be told."""
        return [event for body in self.page.deliveries.take() for event in events(self.channel, body)]

    def passes(self, span: timedelta) -> None:
        """Time passes at Meta."""
        self.graph.clock.ahead += span.total_seconds()


Connect = Callable[..., Place]


@pytest.fixture
async def graph() -> AsyncIterator[GraphServer]:
    """Meta."""
    async with GraphServer() as server:
        yield server


@pytest.fixture
async def connect(graph: GraphServer) -> AsyncIterator[Connect]:
    """Opens an account of a network, with settings."""
    places: list[Place] = []
    async with Fetcher(anywhere=True) as files:

        def make(network: str, **settings: str) -> Place:
            page, clock = Page(graph, network), Hands()
            account = account_of(network, api_url=graph.url, **settings)
            channel = PAGES[network].open(account, kit_of(files, clock))
            assert isinstance(channel, Pages)
            places.append(Place(network, graph, page, channel, clock, page.person("Ani", phone="+37491123456")))
            return places[-1]

        yield make
        for each in places:
            await each.channel.close()


@pytest.fixture(params=NETWORKS)
def place(request: pytest.FixtureRequest, connect: Connect) -> Place:
    """Each network in turn."""
    return connect(request.param)
