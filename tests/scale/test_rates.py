"""Buckets that all processes take from."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from bot.ports.rates import Rates
from bot.redis import SharedRates
from bot.runtime.rates import Buckets
from integrations.channels.telegram.sharing import Shared


@pytest.fixture
async def shared(shared_valkey: str) -> AsyncIterator[tuple[SharedRates, SharedRates]]:
    """Two processes' ends."""
    ends = SharedRates(shared_valkey, Buckets()), SharedRates(shared_valkey, Buckets())
    yield ends
    for each in ends:
        await each.close()


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


@pytest.fixture(params=["in this process", "over all"])
def rates(request: pytest.FixtureRequest) -> Rates:
    """Both kinds of buckets."""
    if request.param == "over all":
        ends: tuple[SharedRates, SharedRates] = request.getfixturevalue("shared")
        return ends[0]
    return Buckets()


async def test_a_bucket_gives_its_burst_and_then_says_how_long(rates: Rates, key: str) -> None:
    """Three at once are let through, the fourth reads when its turn comes, and a refusal takes nothing."""
    taken = [await rates.take(key, per_second=0.01, burst=3) for _ in range(3)]
    waits = [await rates.take(key, per_second=0.01, burst=3) for _ in range(5)]

    assert taken == [0.0] * 3
    assert all(99 < wait <= 100 for wait in waits)


async def test_a_bucket_is_one_for_all_processes(shared: tuple[SharedRates, SharedRates], key: str) -> None:
    """Twenty tries of two processes at once take as many tokens as there are."""
    tries = [end.take(key, per_second=0.01, burst=7) for end in shared * 10]
    taken = await asyncio.gather(*tries)

    assert taken.count(0.0) == 7


async def test_what_costs_more_takes_more(rates: Rates, key: str) -> None:
    """A cost of five leaves nothing of five."""
    assert await rates.take(key, per_second=0.01, burst=5, cost=5) == 0.0
    assert await rates.take(key, per_second=0.01, burst=5) > 0.0


async def test_three_senders_keep_to_the_speed_of_one_bot(shared: tuple[SharedRates, SharedRates], key: str) -> None:
    """Whoever speaks for a bot counts with the others: in all, in a chat, in a group."""
    bot = int(key[:12], 16)
    ends = [Shared(rates, bot, 25) for rates in (*shared, shared[0])]
    at_once = [await end.take(chat) for chat in range(1, 5) for end in ends]
    in_a_group = [await end.take(-7) for end in ends * 3]

    assert [at_once[n : n + 3].count(0.0) for n in (0, 3)] == [2, 2]
    assert in_a_group.count(0.0) <= 5
    assert at_once.count(0.0) + in_a_group.count(0.0) <= 5 + 25


async def test_an_account_without_limits_asks_nobody(key: str) -> None:
    """A local Bot API server has no limits, so no bucket is touched."""
    buckets = Buckets()

    assert [await Shared(buckets, 1, 0).take(1) for _ in range(100)] == [0.0] * 100
    assert len(buckets) == 0
