"""How often one address may ask, how often a password may be tried, and how deep JSON may be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.runtime.rates import Buckets
from bot.web import Site, build_app
from bot.web.addresses import networks_of
from bot.web.body import too_deep
from bot.web.desk.attempts import BY_ONE, BY_PAIR, SHARED, Attempts
from bot.web.policy import DEPTH, ENTERING

Browser = TestClient[Any, Any]
DESK = {"X-Desk": "1"}


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Browser]:
    """Whoever stands behind a reverse proxy of ours."""
    async with TestClient(TestServer(build_app(replace(site, proxies=networks_of("127.0.0.0/8"))))) as opened:
        yield opened


async def knocks(client: Browser, address: str, times: int) -> list[int]:
    statuses = []
    for _ in range(times):
        headers = DESK | ({"X-Forwarded-For": address} if address else {})
        async with client.post("/desk/demo/login", data=b"x", headers=headers) as answer:
            statuses.append(answer.status)
            assert ("Retry-After" in answer.headers) is (answer.status == 429)
    return statuses


async def test_an_address_that_asks_too_often_is_told_to_slow_down(client: Browser) -> None:
    """The doors open sixty times at once for one address; the next is told when to come again, others are let in."""
    statuses = await knocks(client, "203.0.113.7", ENTERING.burst + 10)

    assert statuses[: ENTERING.burst] == [400] * ENTERING.burst
    assert 429 in statuses[ENTERING.burst :]
    assert await knocks(client, "203.0.113.8", 1) == [400]
    assert (await client.get("/desk/demo", headers={"X-Forwarded-For": "203.0.113.7"})).status == 200


async def test_a_line_of_ipv6_is_one_address(client: Browser) -> None:
    """Changing the last half of an address makes nobody somebody else."""
    statuses = [(await knocks(client, f"2001:db8:1:2::{n:x}", 1))[0] for n in range(ENTERING.burst + 10)]

    assert 429 in statuses


async def test_this_machine_is_not_counted(client: Browser) -> None:
    """Behind a proxy that nobody has declared, all customers would count as one."""
    assert set(await knocks(client, "", ENTERING.burst + 10)) == {400}


async def test_tries_of_a_password_count_over_all_processes() -> None:
    """A guesser who spreads over many processes gets no more tries than four times those of one."""
    shared = Buckets(lambda: 0.0)
    processes = [Attempts(shared) for _ in range(50)]
    spent = [await each.spent("demo/ani", "203.0.113.7") for each in processes]

    assert spent == [n >= SHARED * BY_PAIR for n in range(50)]
    assert not await processes[0].spent("demo/ben", "203.0.113.8")
    assert not await Attempts().spent("demo/ani", "203.0.113.7")


async def test_many_addresses_at_one_login_count_together() -> None:
    """A guesser with many addresses is held at the login."""
    shared = Attempts(Buckets(lambda: 0.0))
    spent = [await shared.spent("demo/ani", f"203.0.{n}.7") for n in range(SHARED * BY_ONE + 5)]

    assert spent == [n >= SHARED * BY_ONE for n in range(SHARED * BY_ONE + 5)]


@pytest.mark.parametrize(("body", "deep"), [
    (b"[" * DEPTH + b"]" * DEPTH, False), (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), True), (b"[" * 1_000_000, True),
    (b'{"a":' * DEPTH + b"1" + b"}" * DEPTH, False), (b'{"a":' * 65 + b"1" + b"}" * 65, True), (b"[]" * 1000, False),
    (b'["' + b"[" * 100 + b'"]', False), (b'["\\"' + b"[" * 100 + b'"]', False), (b'["\\\\"' + b",[" * 100, True),
    (b'["\\\\\\"' + b"[" * 100 + b'"]', False), (b'"\\u005b' + b"[" * 70 + b'"', False), (b"", False), (b"]" * 100, False),
    (b"]" * 100 + b"[" * 70, False), (b"[" * 30 + b"]" * 30 + b"[" * 60, False), (b"[]" * 5000 + b"[" * 70, True),
])  # fmt: skip
def test_how_deep_json_is(body: bytes, deep: bool) -> None:
    """Brackets within words do not count, and neither does how many there are beside each other."""
    assert too_deep(body) is deep
