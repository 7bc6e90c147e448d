"""One Viber bot over the stand-in."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.events import Contact
from bot.net import Fetcher
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Inbound
from integrations.channels.viber import CHANNELS, Viber
from tests.integrations.kit import NOW, PUBLIC_URL, Hands, Shelf, lend
from tests.standins.viber import TOKEN, ViberServer
from tests.standins.viber.delivering import signature
from tests.standins.viber.server import Customer

FILES = {
    "a.jpg": b"\xff\xd8\xff a photo",
    "big.jpg": b"\xff" * 1_000_001,
    "list.pdf": b"%PDF",
    "huge.zip": b"\0" * 50_000_001,
    "film.mp4": b"film",
    "long.mp4": b"\0" * 26_000_001,
}


def account(api_url: str = "http://127.0.0.1:9", **settings: str) -> Account:
    given = {"name": "Salon Ani", "avatar": "", "api_url": api_url, **settings}
    return Account("salon", "viber", "main", {"token": TOKEN}, given, PUBLIC_URL)


def kit(clock: Hands) -> Kit:
    return lend(clock, Fetcher(anywhere=True), Shelf(FILES).read)


def delivered(body: bytes, *, token: str = TOKEN, url: str = "", **headers: str) -> Inbound:
    """A delivery with its proof."""
    given = headers or {"x-viber-content-signature": signature(token, body)}
    return Inbound("salon", "main", body, NOW, given, url=url)


Connect = Callable[..., Viber]


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def api() -> AsyncIterator[ViberServer]:
    """Viber; every fault that was laid out must have been met."""
    async with ViberServer() as server:
        yield server
        assert not server.statuses
        assert not server.faults


@pytest.fixture
def ani(api: ViberServer) -> Customer:
    return api.person()


@pytest.fixture
def contact(ani: Customer) -> Contact:
    return Contact("viber", "main", ani.id)


@pytest.fixture
async def viber(api: ViberServer, clock: Hands) -> AsyncIterator[Viber]:
    """The channel, as its package's descriptor opens it."""
    lent = kit(clock)
    made = CHANNELS["viber"].open(account(api.url), lent)
    assert isinstance(made, Viber)
    yield made
    await made.close()
    assert isinstance(lent.files, Fetcher)
    await lent.files.close()
