"""One number of WhatsApp over the stand-in."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.events import Contact, Media
from bot.net import Fetcher
from bot.ports.accounts import Account, Wanted, Written, read_account
from bot.ports.channel import Inbound, Outcome
from bot.replies import Message
from integrations.channels.meta import CHANNELS
from integrations.channels.meta.whatsapp import WhatsApp
from tests.integrations.kit import PUBLIC_URL, Hands, Shelf, lend, link_to
from tests.standins.meta import APP_SECRET, TOKEN, GraphServer
from tests.standins.meta.whatsapp import ACCOUNT, NUMBER, WhatsAppPart
from tests.standins.meta.whatsapp_people import Person
from tests.standins.meta.wire import Json, escaped, signature

VERIFY_TOKEN = "a-token-that-Meta-is-told"
ENVIRON = {"WA_TOKEN": TOKEN, "WA_SECRET": APP_SECRET, "WA_VERIFY": VERIFY_TOKEN}
VARIABLES = {"token": "WA_TOKEN", "app_secret": "WA_SECRET", "verify_token": "WA_VERIFY"}
FILES = {
    "a.jpg": b"\xff\xd8\xff a photo",
    "big.jpg": b"\xff" * 5_000_001,
    "list.pdf": b"%PDF",
    "word.ogg": b"OggS",
    "film.mp4": b"film",
}


def account(api_url: str, *, public_url: str = PUBLIC_URL, **settings: str) -> Account:
    """The account as a business folder names it."""
    given = {"phone_number_id": NUMBER, "business_account_id": ACCOUNT, "api_url": api_url} | settings
    written = Written("salon", "whatsapp_cloud", "main", VARIABLES, {k: v for k, v in given.items() if v})
    return read_account(written, CHANNELS["whatsapp_cloud"], ENVIRON, public_url)


def delivered(body: bytes | Json, *, header: str | None = None) -> Inbound:
    """A delivery with its proof, or another header."""
    raw = body if isinstance(body, bytes) else escaped(body)
    headers = {"x-hub-signature-256": signature(raw, APP_SECRET) if header is None else header}
    return Inbound("salon", "main", raw, datetime.now(UTC), headers)


Connect = Callable[..., WhatsApp]


@pytest.fixture
def clock() -> Hands:
    return Hands(datetime.now(UTC))


@pytest.fixture
def reads() -> Shelf:
    return Shelf(FILES)


@pytest.fixture
async def graph() -> AsyncIterator[GraphServer]:
    """The Graph API."""
    async with GraphServer() as server:
        yield server


@pytest.fixture
def cloud(graph: GraphServer) -> WhatsAppPart:
    """WhatsApp."""
    return WhatsAppPart(graph)


@pytest.fixture
def ani(cloud: WhatsAppPart) -> Person:
    """Somebody who has just written."""
    return cloud.person("37491123456", "Ani")


@pytest.fixture
async def connect(cloud: WhatsAppPart, clock: Hands, reads: Shelf) -> AsyncIterator[Connect]:
    """Opens the account; what is given changes its settings, `link` what addresses files have."""
    made: list[WhatsApp] = []
    files = Fetcher(anywhere=True)

    def make(link: Callable[[Media], str] = link_to, *, templates: Sequence[Wanted] = (), **settings: str) -> WhatsApp:
        kit = replace(lend(clock, files, reads.read, link), templates=templates)
        made.append(WhatsApp(account(settings.pop("api_url", cloud.graph.url), **settings), kit, now=clock.monotonic))
        return made[-1]

    async with files:
        yield make
        for each in made:
            await each.close()


@pytest.fixture
def whatsapp(connect: Connect) -> WhatsApp:
    """The channel."""
    return connect()


def address(who: Person, *, by_phone: bool = False) -> Contact:
    """Where somebody is written to: by their id, or by the phone that the firm knew before they wrote."""
    return Contact("whatsapp_cloud", "main", who.phone if by_phone else who.user_id)


async def say(
    channel: WhatsApp,
    who: Person,
    message: Message,
    *,
    silence: timedelta | None = timedelta(minutes=1),
    number: int = 7,
    by_phone: bool = False,
) -> list[Outcome]:
    """Say a message to somebody, all of it."""
    contact = address(who, by_phone=by_phone)
    return [await channel.send(contact, each) for each in channel.render(message, number, "", silence)]
