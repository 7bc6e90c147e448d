"""Accounts of Twilio over the stand-in."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.events import Contact, Event, Media
from bot.net import Fetcher
from bot.ports.accounts import Account
from bot.ports.channel import Delivery, Inbound, Outcome
from bot.replies import Choice, Message, Speak
from integrations.channels.twilio import CHANNELS
from integrations.channels.twilio.sms.channel import Sms
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from tests.integrations.kit import Hands, NoFiles, Remembers, lend
from tests.standins.twilio import ACCOUNT, TOKEN, TwilioServer, form_signature
from tests.standins.twilio.settings import SMS_NUMBER, WHATSAPP_NUMBER

PUBLIC_URL = "https://bot.example.am"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANI = "+37491123456"
MENU = Speak("menu")
JUST_NOW = timedelta(minutes=1)
FROM = {"whatsapp_twilio": WHATSAPP_NUMBER, "sms_twilio": SMS_NUMBER}


async def read_file(media: Media) -> bytes | None:
    """Our own files are linked to, never read."""
    raise AssertionError(media)


def link(media: Media) -> str:
    """Where a file of ours can be fetched; nowhere for a place, and for what is gone."""
    return "" if media.kind == "place" or media.name == "gone" else f"{PUBLIC_URL}/media/{media.name}"


def choose(text: str) -> str:
    """The label of the button that opens a list."""
    return "Выбрать" if any("а" <= letter <= "я" for letter in text) else "Choose"


def account(name: str, api_url: str = "", public_url: str = PUBLIC_URL, **settings: str) -> Account:
    """An account as it is read from a business folder."""
    kind = CHANNELS[name]
    given = {key: each.default for key, each in kind.settings.items() if each.default is not None}
    given |= {"account_sid": ACCOUNT, "from": FROM[name], "api_url": api_url} | settings
    spare = {key: each.default for key, each in kind.secrets.items() if each.default is not None}
    secrets = spare | {"auth_token": TOKEN}
    for key in [key for key in given if key in secrets]:
        secrets[key] = given.pop(key)
    return Account("clinic", name, "main", secrets, given, public_url)


def alone(name: str, api_url: str = "") -> Any:
    """A channel that fetches nothing and has nobody behind it but who listens at `api_url`."""
    kit = lend(Hands(NOW), NoFiles(), read_file, link, choose=choose)
    return CHANNELS[name].open(account(name, api_url), kit)


Open = Callable[..., Any]


@pytest.fixture
async def api() -> AsyncIterator[TwilioServer]:
    """Twilio."""
    async with TwilioServer(now=NOW.timestamp) as server:
        yield server
        assert server.faults.left == []


@pytest.fixture
def clock() -> Hands:
    return Hands(NOW)


@pytest.fixture
def memory() -> Remembers:
    """What is known from an earlier run."""
    return Remembers()


@pytest.fixture
async def connect(api: TwilioServer, memory: Remembers, clock: Hands) -> AsyncIterator[Open]:
    """Opens an account of a channel as its descriptor does."""
    made: list[Any] = []
    files = Fetcher(anywhere=True)

    def make(name: str, **settings: str) -> Any:
        kit = lend(clock, files, read_file, link, memory=memory, choose=choose)
        made.append(CHANNELS[name].open(account(name, api.url, **settings), kit))
        return made[-1]

    async with files:
        yield make
    for each in made:
        await each.close()


@pytest.fixture
def whatsapp(connect: Open) -> WhatsApp:
    """WhatsApp by Twilio."""
    found: WhatsApp = connect("whatsapp_twilio")
    return found


@pytest.fixture
def sms(connect: Open) -> Sms:
    """SMS by Twilio."""
    found: Sms = connect("sms_twilio")
    return found


def inbound(name: str, pairs: Iterable[tuple[str, str]], *, query: str = "", token: str = TOKEN) -> Inbound:
    """A form as it arrives, signed by Twilio."""
    form = list(pairs)
    url = f"{PUBLIC_URL}/webhooks/{name}/main{query}"
    headers = {"x-twilio-signature": form_signature(url, form, token)}
    return Inbound("clinic", "main", urlencode(form).encode(), NOW, headers, url=url)


def events(delivery: Delivery) -> list[Event]:
    """What a delivery holds."""
    return [each.event for each in delivery.envelopes]


def to(name: str) -> Contact:
    """Ani, on a channel."""
    return Contact(name, "main", ANI)


async def say(
    channel: Any, message: Message, number: int = 42, *, silence: timedelta | None = JUST_NOW
) -> list[Outcome]:
    """Everything that a message becomes, sent."""
    requests = channel.render(message, number, silence=silence)
    return [await channel.send(to(channel.name), each) for each in requests]


def choices(count: int, label: str = "Choice {}", **more: str) -> tuple[Choice, ...]:
    """So many choices."""
    return tuple(
        Choice(str(n), label.format(n), MENU, **{key: each.format(n) for key, each in more.items()})
        for n in range(count)
    )
