"""One account of Play Mobile over the stand-in."""

from collections.abc import AsyncIterator

import pytest

from bot.events import Contact
from bot.net import Fetcher
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Inbound
from integrations.channels.playmobile import CHANNELS, PlayMobile
from tests.integrations.kit import NOW, PUBLIC_URL, Hands, Shelf, lend
from tests.standins.playmobile import LOGIN, PASSWORD, PlayMobileServer

HOOK = f"{PUBLIC_URL}/webhooks/sms_playmobile/main"
KEY = "a-key-that-nobody-can-guess_01"
PHONE = "998901234567"


def account(api_url: str = "http://127.0.0.1:9", **settings: str) -> Account:
    given = {"login": LOGIN, "originator": "3700", "keywords": "", "api_url": api_url, **settings}
    return Account("salon", "sms_playmobile", "main", {"password": PASSWORD, "key": KEY}, given, PUBLIC_URL)


def kit(clock: Hands) -> Kit:
    return lend(clock, Fetcher(), Shelf().read)


def delivered(body: bytes, *, url: str = f"{HOOK}?key={KEY}", **headers: str) -> Inbound:
    """A delivery to the address that Play Mobile was given."""
    return Inbound("salon", "main", body, NOW, headers, url=url)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def api() -> AsyncIterator[PlayMobileServer]:
    """Play Mobile; every fault that was laid out must have been met."""
    async with PlayMobileServer() as server:
        yield server
        assert not server.codes
        assert not server.faults


@pytest.fixture
def contact() -> Contact:
    return Contact("sms_playmobile", "main", PHONE)


@pytest.fixture
async def channel(api: PlayMobileServer, clock: Hands) -> AsyncIterator[PlayMobile]:
    """The channel, as its package's descriptor opens it."""
    made = CHANNELS["sms_playmobile"].open(account(api.url), kit(clock))
    assert isinstance(made, PlayMobile)
    yield made
    await made.close()


@pytest.fixture
def deaf(clock: Hands) -> PlayMobile:
    """The channel without anybody at the other end."""
    return PlayMobile(account(), kit(clock))
