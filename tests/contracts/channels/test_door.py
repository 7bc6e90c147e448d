"""The door: what a provider delivers over HTTP is proved, stands in the inbox once, and is answered as it should be."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

import main
from bot.events import Receipt
from bot.ports.channel import Inbound, Malformed, NotSigned
from bot.ports.clock import micros
from bot.ports.store import Query, Script
from bot.settings import Settings
from bot.store import open_store, receipts
from bot.web import Site, build_app
from bot.web.policy import DELIVERY, Body
from bot.web.webhooks import Hook
from tests.conftest import Now
from tests.contracts.channels.line import ACCOUNT, BUSINESS, Line
from tests.contracts.channels.lines import LINES, those_with

DELIVERED = [name for name in those_with("proof") if name != "voice_twilio"]
"""Those that are answered at once; what is said in a call is the answer, which has a test of the whole house."""


TRACKING = [
    name for name in DELIVERED if name in those_with("receipt") and len({*LINES[name].reports} - {"failed"}) > 1
]
"""Those whose providers tell more than one thing of a message that arrives."""


class Door(NamedTuple):
    """One account of the house, from outside."""

    line: Line
    site: Site
    client: "TestClient[Any, Any]"
    most: int

    async def takes(self, inbound: Inbound) -> int:
        """The status with which a delivery is answered."""
        split = urlsplit(inbound.url)
        url = URL(f"{split.path}?{split.query}" if split.query else split.path, encoded=True)
        async with self.client.post(url, data=BytesIO(inbound.body), headers=dict(inbound.headers)) as answer:
            return answer.status

    async def kept(self, column: str, table: str) -> Counter[str]:
        """What stands in a table."""

        def script() -> Script[list[str]]:
            rows = yield Query(f"SELECT {column} FROM {table}")
            return [str(row[0]) for row in rows]

        return Counter(await self.site.store.read(script))


@pytest.fixture
async def door(line: Line, tmp_path: Path) -> AsyncIterator[Door]:
    """The demo clinic with this account; nobody handles what comes in."""
    url = f"sqlite:///{tmp_path}/house.db"
    settings = Settings(business=Path("businesses/demo"), media=tmp_path / "media", database_url=url)
    site = await main.build_site(settings, await open_store(url, Now()))
    takes = DELIVERY if line.name == "telegram" else Body(line.kind().most_bytes, ())
    hooks = {(line.name, ACCOUNT): Hook(BUSINESS, line.channel, takes)}
    site = replace(site, hooks=hooks, public_url=line.public_url)
    async with TestClient(TestServer(build_app(site))) as client:
        yield Door(line, site, client, takes.most)
    await site.store.close()


def acts(line: Line) -> list[Inbound]:
    """What a customer does, and what is told of a message."""
    found = [line.write("Բարև, мир 😀 & = + %", 1)]
    found += [line.press(line.gives(5, "0"), 2, label="Yes")] if "press" in line.can else []
    found += [line.picture(3)] if "picture" in line.can else []
    found += [line.receipt(state, "id-1", 7, 1) for state in line.reports] if "receipt" in line.can else []
    return found


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", DELIVERED, indirect=True)
async def test_what_comes_over_http_stands_in_the_inbox_once(door: Door) -> None:
    """Each delivery is answered 200 and is on disk, also when it comes three times."""
    came = acts(door.line)
    keys = [each.dedupe_key for inbound in came for each in door.line.channel.receive(inbound).envelopes]

    assert [await door.takes(inbound) for inbound in came * 3] == [200] * len(came) * 3
    assert await door.kept("dedupe_key", "inbox") == Counter(keys)
    assert keys


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", DELIVERED, indirect=True)
async def test_what_comes_in_another_order_stands_as_it_came(door: Door) -> None:
    """Providers promise no order: nothing waits for what should have come before, and a repeat does not change its place."""
    came = acts(door.line)[::-1]
    keys = [each.dedupe_key for inbound in came for each in door.line.channel.receive(inbound).envelopes]
    for place in range(len(came)):
        assert {await door.takes(inbound) for inbound in came[: place + 1][::-1]} == {200}

    assert list(await door.kept("dedupe_key", "inbox ORDER BY rowid")) == keys


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", TRACKING, indirect=True)
async def test_what_is_told_of_a_message_counts_in_any_order(door: Door) -> None:
    """Read stays read, whatever comes after it."""
    line, store = door.line, door.site.store
    states = [each for each in line.reports if each != "failed"]
    orders = list(permutations(states))
    for number, order in enumerate(orders, start=1):
        line.passes(timedelta(seconds=1))
        told = {state: line.receipt(state, f"id-{number}", number) for state in states}
        events = [each.event for inbound in told.values() for each in line.channel.receive(inbound).envelopes]
        name = next(each.provider_id for each in events if isinstance(each, Receipt) and each.provider_id)
        now = micros(door.site.clock.now())
        await store.run(partial(receipts.expect, BUSINESS, line.contact.actor, number, [(0, name)], now))
        for state in order:
            assert await door.takes(told[state]) == 200
    found = await store.read(partial(receipts.states, BUSINESS, line.contact.actor, 1))

    assert found == dict.fromkeys(range(1, len(orders) + 1), max(states, key=receipts.STATES.index))


@pytest.mark.req("F1", "G4")
@pytest.mark.parametrize("line", DELIVERED, indirect=True)
async def test_a_forged_delivery_is_answered_401_and_not_kept(door: Door) -> None:
    """Whoever cannot prove to be the provider learns nothing, and leaves nothing behind."""
    forged = door.line.forgeries(door.line.write("let me in", 1))

    assert {what: await door.takes(inbound) for what, inbound in forged.items()} == dict.fromkeys(forged, 401)
    assert await door.kept("dedupe_key", "inbox") == Counter()
    assert await door.kept("id", "quarantine") == Counter()


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", DELIVERED, indirect=True)
async def test_a_delivery_over_the_limit_is_not_taken(door: Door) -> None:
    """What is larger than a provider ever sends is turned away by its size, with its proof or without."""
    body = b" " * (door.most + 1)

    assert await door.takes(door.line.proved(body)) == 413
    assert await door.kept("id", "quarantine") == Counter()


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", DELIVERED, indirect=True)
@pytest.mark.parametrize("body", [b"{", b"[" * 30_000, b"\xff\xfe\x00", b"<x", b"%zz=%"])
async def test_what_is_proved_and_cannot_be_read_is_set_aside(door: Door, body: bytes) -> None:
    """It would come back for days, so it is answered for; once, however often it comes, it lies there to be looked at."""
    inbound, expected = door.line.proved(body), (200, 0)
    try:
        door.line.channel.receive(inbound)
    except NotSigned:
        expected = (401, 0)
    except Malformed:
        expected = (200, 1)
    statuses = {await door.takes(inbound) for _ in range(2)}

    assert (statuses, sum((await door.kept("id", "quarantine")).values())) == ({expected[0]}, expected[1])
    assert await door.kept("dedupe_key", "inbox") == Counter()


def test_every_channel_that_proves_itself_is_tried_at_the_door() -> None:
    """Who is not is web chat, whose way in is its page, and calls."""
    assert set(LINES) - set(DELIVERED) == {"webchat", "voice_twilio"}
