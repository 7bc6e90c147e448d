"""What is turned away is counted and noted, without a word of the sender's, and a flood of it stays small."""

import base64
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.ports.clock import micros
from bot.ports.store import Query, Row, Script, Store
from bot.store import turned_away
from bot.store.turned_away import MOST_KEPT
from bot.testing import VirtualClock
from bot.web import Site, build_app
from bot.web.addresses import networks_of
from bot.web.rejections import MOST, REJECTIONS, Rejections
from tests.runtime.outage import Outage
from tests.web.operator import Operator
from tests.web.test_webhooks import ADDRESS, SECRET, SIGNED, site  # noqa: F401  the account that is delivered to
from tests.web.visitor import CHAT, Visitor

Browser = TestClient[Any, Any]
NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
SECRETS = ("my words", "forged-token", SECRET)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Browser]:  # noqa: F811
    """A browser behind a reverse proxy of ours."""
    proxied = replace(site, proxies=networks_of("127.0.0.0/8"))
    async with TestClient(TestServer(build_app(proxied))) as opened:
        opened.session.headers["X-Forwarded-For"] = "203.0.113.77"
        yield opened


async def rows(store: Store, table: str) -> list[Row]:
    def script() -> Script[list[Row]]:
        return (yield Query(f"SELECT * FROM {table}"))

    return await store.read(script)


async def noted(client: Browser, store: Store) -> list[tuple[Any, ...]]:
    """The rows as (business, route, account, reason, address, count)."""
    app = client.server.app  # type: ignore[attr-defined]  # a TestServer has it
    await app[REJECTIONS].flush()

    def script() -> Script[list[Row]]:
        return (yield Query("SELECT business, route, account, reason, address, count FROM rejections"))

    return sorted(tuple(row) for row in await store.read(script))


async def test_each_rejection_leaves_one_row_without_its_words(client: Browser, outage: Outage) -> None:
    """Unsigned, unproved, too large, of a wrong kind, unreadable: where and why stands there, never what or who."""
    visitor = await Visitor(client).arrives()
    await client.post(ADDRESS, data=b'{"text":"my words"}', headers={"X-Telegram-Bot-Api-Secret-Token": "forged-token"})
    await client.post("/webhooks/telegram/nobody", data=b'{"text":"my words"}', headers=SIGNED)
    await client.post(f"{CHAT}/messages", data=b"my words", headers={"Authorization": "Bearer forged-token"})
    await client.post(f"{CHAT}/messages", data=b"my words", headers=visitor.proof)
    await client.post(f"{CHAT}/messages", data={"text": "my words"}, headers=visitor.proof)
    await client.post(f"{CHAT}/messages", data=b"x" * 70_000, headers=visitor.proof)
    await client.post(f"{CHAT}/session", json={"page": "my words"}, headers={"Origin": "https://evil.example"})
    await client.get("/media/forged-token")
    found = await noted(client, outage)

    network, hook = "203.0.113.0/24", "/webhooks/{channel}/{account}"
    assert found == [
        ("", "/media/{name}", "", "nothing there", network, 1),
        ("", hook, "", "nothing there", network, 1),
        ("demo", "/chat/{business}/messages", "", "no proof", network, 1),
        ("demo", "/chat/{business}/messages", "", "too large", network, 1),
        ("demo", "/chat/{business}/messages", "", "unreadable", network, 1),
        ("demo", "/chat/{business}/messages", "", "wrong kind", network, 1),
        ("demo", "/chat/{business}/session", "", "forbidden", network, 1),
        ("demo", hook, "telegram/main", "no proof", network, 1),
    ]
    assert not [secret for secret in SECRETS if secret in str(await rows(outage, "rejections"))]


async def test_a_flood_of_rejections_is_a_few_rows(outage: Outage) -> None:
    """A hundred thousand of them, from everywhere, in a minute: the disk gets fifty rows and all of them are counted."""
    rejections = Rejections(outage, VirtualClock(NOON))
    for n in range(100_000):
        rejections.note("no proof", route=f"/{n % 7}", address=f"{n % 200 + 1}.{n % 251}.0.1")
        if n % 20_000 == 0:
            await rejections.flush()
    await rejections.flush()
    found = await rows(outage, "rejections")

    assert len(found) <= MOST + 1
    assert sum(row[-1] for row in found) == rejections.counts["no proof"] == 100_000


async def test_two_processes_count_into_one_row(outage: Outage) -> None:
    """What several processes turned away in one minute stands together; the next minute is a row of its own."""
    clock = VirtualClock(NOON)
    one, two = Rejections(outage, clock), Rejections(outage, clock)
    for each in (one, two, two):
        each.note("no proof", route="/x", business="demo", address="203.0.113.7")
        await each.flush()
    later = Rejections(outage, VirtualClock(NOON + timedelta(minutes=1)))
    later.note("no proof", route="/x", business="demo", address="203.0.113.8")
    await later.flush()

    assert sorted(row[-1] for row in await rows(outage, "rejections")) == [1, 3]


async def test_while_the_database_is_away_the_count_goes_on(outage: Outage) -> None:
    """Nothing is lost of the count, and the outage does not fill the memory."""
    rejections = Rejections(outage, VirtualClock(NOON))
    outage.writes = -1
    for n in range(1000):
        rejections.note("no proof", route="/x", address=f"198.51.{n % 250}.1")
        if n % 100 == 0:
            await rejections.flush()
    outage.writes = 0
    await rejections.flush()
    found = await rows(outage, "rejections")

    assert sum(row[-1] for row in found) == 1000
    assert len(found) <= 3 * MOST


async def test_a_delivery_that_is_theirs_and_cannot_be_read_is_kept(
    client: Browser, outage: Outage, logged: list[MutableMapping[str, Any]]
) -> None:
    """It is answered for, stands in quarantine as it came, once however often it comes, and no log repeats its words."""
    bodies = [b'{"update_id": "my words"}', b"\xff\x00nonsense", b"", b"[" * 100_000, b'{"update_id":1,"x":' + b"[" * 70 +
              b"]" * 70 + b"}"]  # fmt: skip
    for body in bodies * 3:
        async with client.post(ADDRESS, data=body, headers=SIGNED) as answer:
            assert answer.status == 200
    kept = await rows(outage, "quarantine")

    assert {base64.b64decode(row[-1]) for row in kept} == set(bodies)
    assert len(kept) == len(bodies)
    assert [row[:3] + row[5:] for row in await noted(client, outage) if row[3] == "quarantined"] == [
        ("demo", "/webhooks/{channel}/{account}", "telegram/main", 3 * len(bodies))
    ]
    assert "my words" not in str(logged)


async def test_while_it_cannot_be_kept_the_provider_comes_again(client: Browser, outage: Outage) -> None:
    """Not even a broken delivery is thrown away because the disk is full."""
    outage.writes = -1
    async with client.post(ADDRESS, data=b"{", headers=SIGNED) as answer:
        assert answer.status == 503
    outage.writes = 0
    async with client.post(ADDRESS, data=b"{", headers=SIGNED) as answer:
        assert answer.status == 200

    assert len(await rows(outage, "quarantine")) == 1


async def test_the_quarantine_has_room_for_so_many(store: Store) -> None:
    """A provider that has gone mad fills nothing: the newest two hundred of each business stay, a part of each."""
    for n in range(MOST_KEPT + 20):
        await store.run(partial(turned_away.quarantine, "demo", "telegram/main", "x", str(n).encode(), n))
    await store.run(partial(turned_away.quarantine, "other", "telegram/main", "x", bytes(2_000_000), 0))
    kept = await rows(store, "quarantine")

    ours = sorted(int(base64.b64decode(row[-1])) for row in kept if row[0] == "demo")
    ((size, body),) = [row[-2:] for row in kept if row[0] == "other"]
    assert ours == list(range(20, MOST_KEPT + 20))
    assert (size, len(base64.b64decode(body))) == (2_000_000, 1024 * 1024)


async def test_both_go_when_their_time_is_over(store: Store) -> None:
    """Notes after a fortnight, deliveries when they expire; what is younger stays."""
    clock = VirtualClock(NOON)
    rejections = Rejections(store, clock)
    rejections.note("no proof", route="/x")
    await rejections.flush()
    await store.run(partial(turned_away.quarantine, "demo", "telegram/main", "x", b"x", micros(NOON)))
    fortnight = timedelta(days=14)
    young = await store.run(partial(turned_away.prune, micros(NOON - timedelta(minutes=2)), micros(NOON + fortnight)))
    old = await store.run(partial(turned_away.prune, micros(NOON), micros(NOON + fortnight) + 1))

    assert (young, old) == (0, 2)
    assert await rows(store, "rejections") == await rows(store, "quarantine") == []


async def test_who_is_let_in_leaves_no_row(client: Browser, site: Site, outage: Outage) -> None:  # noqa: F811
    """An ordinary day notes nothing."""
    visitor = await Visitor(client).arrives()
    await visitor.writes("hello")
    ani = await Operator(client, site).arrives()
    await ani.cases()

    assert await noted(client, outage) == []
