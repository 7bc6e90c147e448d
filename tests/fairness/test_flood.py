"""Whoever floods the house is written down, asked to wait, and harms nobody."""

import asyncio
from random import Random

import pytest

from bot.runtime.flood import Allowance
from tests.fairness.still import in_virtual_time, percentile
from tests.fairness.town import Town

CUSTOMERS = 200
WAIT = "One moment please: I cannot keep up with so many messages. They are kept. Write your last one again soon."


async def day(seconds: float, *, flood: float = 0.0, seed: int = 1) -> Town:
    """Two hundred customers write every eight seconds or so; one more writes `flood` times a second."""
    town, random = Town(allowance=Allowance()), Random(seed)
    await town.opens()
    people = [town.lives(f"c{n}", Random(random.random()), seconds, 8.0) for n in range(CUSTOMERS)]
    if flood:
        people.append(flooder(town, seconds, 1 / flood))
    await asyncio.gather(*people)
    await asyncio.sleep(5)
    return town


async def flooder(town: Town, until: float, every: float) -> None:
    loop, n, writing = asyncio.get_running_loop(), 0, []
    while loop.time() < until:
        writing.append(asyncio.create_task(town.writes("flooder", f"spam {n}")))
        n += 1
        await asyncio.sleep(n * every - loop.time())
    await asyncio.gather(*writing)


async def calm(seconds: float) -> float:
    """How long 95 of 100 waited at most on a day without a flood."""
    town = await day(seconds)
    await town.closes()
    return percentile(town.waits(), 0.95)


async def flooded(seconds: float) -> dict[str, float]:
    """What was seen of a day with one."""
    town = await day(seconds, flood=200.0)
    kept = {who: await town.transcript(who) for who in town.wrote}
    await town.closes()
    others = [who for who in town.wrote if who != "flooder"]
    told = town.told("flooder")
    return {
        "p95": percentile([wait for who in others for wait in town.waits(who)], 0.95),
        "not as written": sum(kept[who] != wrote for who, wrote in town.wrote.items()),
        "unanswered": sum(len(town.wrote[who]) - len(town.told(who)) for who in others),
        "flood": len(town.wrote["flooder"]),
        "asked to wait": told.count(WAIT),
        "answered": len(told) - told.count(WAIT),
    }


@pytest.mark.req("G21")
def test_one_who_floods_harms_nobody() -> None:
    """Two hundred messages a second of one: the others wait half as long again at most, and nothing of anybody is lost."""
    before, seen = in_virtual_time(calm(30)), in_virtual_time(flooded(30))

    assert seen["p95"] <= 1.5 * before, (before, seen)
    assert (seen["not as written"], seen["unanswered"], seen["flood"]) == (0, 0, 6_000)
    assert (seen["asked to wait"], seen["answered"]) == (1, 20)
