"""Redis is killed, flushed or slow: answers come later, nothing is lost, and it is said once."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from bot.redis import RedisWire, SharedRates
from bot.runtime.rates import Buckets
from tests.scale.fleet import Fleet, answered, fleet_on, until
from tests.standins.proxy import line_to
from tests.standins.valkey import Valkey

Entries = list[MutableMapping[str, Any]]


def said(entries: Entries, words: str) -> int:
    return sum(words in str(each["event"]) for each in entries)


@pytest.mark.req("F22")
async def test_redis_that_is_killed_costs_time_and_no_message(
    served: str, tmp_path: Path, own_valkey: Valkey, logged: Entries
) -> None:
    """Redis dies between two messages and comes back: both are answered, one warning, one «is back»."""
    async with fleet_on(served, tmp_path, own_valkey.url) as fleet:
        web, _ = await fleet.join("web"), await fleet.join("worker")
        await fleet.connected()
        own_valkey.kill()
        contact = await fleet.says(web, "ann", "menu")
        await answered(web, contact)
        await until(lambda: not any(_up(fleet)))
        own_valkey.start()
        await fleet.connected()
        await fleet.says(web, "ann", "menu")

        assert len([line for line in await answered(web, contact, 2) if line == "menu"]) == 2
    assert said(logged, "Redis is away; processes look") == 2  # each process says it once
    assert said(logged, "Redis is back") == 2


def _up(fleet: Fleet) -> list[bool]:
    return [site.engine.relay is not None and site.engine.relay.up for site in fleet.running]


async def test_redis_that_was_flushed_is_as_good_as_before(served: str, tmp_path: Path, own_valkey: Valkey) -> None:
    """What stands in Redis may go at any time; words go on and buckets are full again."""
    async with fleet_on(served, tmp_path, own_valkey.url) as fleet:
        web, _ = await fleet.join("web"), await fleet.join("worker", patient=True)
        await fleet.connected()
        rates = SharedRates(own_valkey.url, Buckets())
        taken = [await rates.take("k", per_second=0.001, burst=1) for _ in range(2)]
        own_valkey.flush()
        contact = await fleet.says(web, "ann", "menu")

        assert len(await answered(web, contact)) == 2
        assert taken[0] == 0.0
        assert taken[1] > 0.0
        assert await rates.take("k", per_second=0.001, burst=1) == 0.0
        await rates.close()


async def test_redis_that_is_slow_holds_nobody_up(
    served: str, tmp_path: Path, own_valkey: Valkey, logged: Entries
) -> None:
    """A Redis that takes two seconds for a word is passed over; the answer comes from a look at the database."""
    async with (
        line_to(own_valkey.port) as line,
        fleet_on(served, tmp_path, f"redis://127.0.0.1:{line.port}/0") as fleet,
    ):
        web, _ = await fleet.join("web"), await fleet.join("worker")
        await fleet.connected()
        line.delay = 2.0
        contact = await fleet.says(web, "ann", "menu")
        await answered(web, contact)
        rates = SharedRates(f"redis://127.0.0.1:{line.port}/0", Buckets())

        assert [await rates.take("k", per_second=0.001, burst=1) == 0.0 for _ in range(2)] == [True, False]
        line.delay = 0.0
        await rates.close()
    assert said(logged, "each process counts its rates alone") == 1


async def test_a_word_for_a_line_that_is_down_is_dropped(own_valkey: Valkey) -> None:
    """Nothing piles up for a Redis that is away, and nobody who speaks waits."""
    own_valkey.kill()
    wire = RedisWire(own_valkey.url, "x")
    for _ in range(10_000):
        wire.send(b"word")

    assert wire._words.empty()
    assert not wire.up
