"""Deliveries of providers: 200 only for what is on disk."""

import json
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.ports.store import Query, Script
from bot.web import Site, build_app
from bot.web.webhooks import Hook
from integrations.channels.telegram import Telegram
from tests.conftest import Now
from tests.integrations.kit import NoFiles, Shelf, lend
from tests.integrations.telegram.conftest import account_of
from tests.runtime.outage import Outage

SECRET = "a-secret"
SIGNED = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
ADDRESS = "/webhooks/telegram/main"
PRESS = {
    "update_id": 1,
    "callback_query": {
        "id": "77",
        "from": {"id": 5, "first_name": "Ani"},
        "data": "1.0",
        "message": {"message_id": 9, "date": 0, "chat": {"id": 5, "type": "private"}},
    },
}


def delivered(business: str) -> Telegram:
    """A bot whose updates are delivered."""
    account = account_of(mode="webhook", secret=SECRET)
    return Telegram(replace(account, business=business), lend(Now(), NoFiles(), Shelf().read))


@pytest.fixture
def site(site: Site) -> Site:
    """The site, with an account that is delivered to."""
    return replace(site, hooks={("telegram", "main"): Hook("demo", delivered("demo"))})


@pytest.fixture
async def client(site: Site) -> Any:
    """Whoever sends to that address."""
    async with TestClient(TestServer(build_app(site))) as opened:
        yield opened


def _keys() -> Script[list[str]]:
    rows = yield Query("SELECT dedupe_key FROM inbox WHERE dedupe_key LIKE 'telegram:%'")
    return [str(row[0]) for row in rows]


async def deliver(client: "TestClient[Any, Any]", body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    async with client.post(ADDRESS, data=body, headers=headers) as response:
        return response.status, await response.read()


async def test_a_delivery_is_answered_when_it_is_on_disk(client: "TestClient[Any, Any]", outage: Outage) -> None:
    """A press is written down, and acknowledged in the answer; a repeat is answered alike and changes nothing."""
    first = await deliver(client, json.dumps(PRESS).encode(), SIGNED)
    again = await deliver(client, json.dumps(PRESS).encode(), SIGNED)

    assert first == again
    assert first[0] == 200
    assert json.loads(first[1]) == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    assert await outage.read(_keys) == ["telegram:main:1"]


async def test_while_nothing_can_be_written_the_sender_is_asked_to_come_again(
    client: "TestClient[Any, Any]", outage: Outage
) -> None:
    """A full disk loses nothing: Telegram keeps what we do not take."""
    outage.writes = -1
    async with client.post(ADDRESS, data=json.dumps(PRESS).encode(), headers=SIGNED) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
    outage.writes = 0
    await deliver(client, json.dumps(PRESS).encode(), SIGNED)

    assert await outage.read(_keys) == ["telegram:main:1"]


async def test_nonsense_is_taken_and_noted_without_its_words(
    client: "TestClient[Any, Any]", logged: list[MutableMapping[str, Any]]
) -> None:
    """What is theirs but cannot be read would come back for days; a line in the log says that it came."""
    assert await deliver(client, b'{"update_id": "my secret"}', SIGNED) == (200, b"")

    (line,) = [each for each in logged if "cannot be read" in each["event"]]
    assert "my secret" not in str(line)


async def test_who_is_not_known_learns_nothing(client: "TestClient[Any, Any]", outage: Outage) -> None:
    """All who cannot prove who they are get the same answer, whatever they send."""
    body = json.dumps(PRESS).encode()
    tried = [{}, {"X-Telegram-Bot-Api-Secret-Token": "x"}, {"X-Telegram-Bot-Api-Secret-Token": "\u00e9" * 300}]
    answers = {await deliver(client, given, headers) for given in (body, b"{") for headers in tried}

    assert answers == {(401, b"Who are you?")}
    assert await outage.read(_keys) == []


async def test_the_secret_twice_is_none(client: "TestClient[Any, Any]") -> None:
    """Two headers of one name are not the header."""
    name = "X-Telegram-Bot-Api-Secret-Token"
    async with client.post(ADDRESS, data=json.dumps(PRESS).encode(), headers=[(name, SECRET), (name, "x")]) as response:
        assert response.status == 401
