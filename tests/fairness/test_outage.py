"""After an outage what has piled up leaves within the provider's limits, in order, and nobody new waits for it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from bot.runtime.breaker import LONGEST
from tests.fairness.outage import Branch, Messenger
from tests.fairness.still import in_virtual_time, percentile

GROUP = -1001
FRESH = 900_000  # chats from here on write after the outage


class Seen(NamedTuple):
    """What was seen of an outage and the time after it."""

    took: dict[int, list[str]]
    owed: dict[int, list[str]]
    seconds: float
    theoretical: float
    fresh_p95: float
    too_fast: int
    impatient: int
    tries_while_away: int
    expired: int
    states: Sequence[str]


async def outage(chats: int, each: int, away: float) -> Seen:
    """`chats` customers write `each` messages during an outage, and one new customer every two seconds after it."""
    loop = asyncio.get_running_loop()
    messenger = Messenger(back=loop.time() + away, moody={7})
    branch, owed, states = Branch(messenger), defaultdict[int, list[str]](list), []
    await branch.opens()
    for n in range(each):
        for chat in [*range(1, chats + 1), *([GROUP] * 4)]:
            owed[chat].append(f"words {n} {len(owed[chat])}")
            await branch.hears(chat, owed[chat][-1])
            await asyncio.sleep(away * 0.9 / each / (chats + 4))
    states.append(branch.engine.sender.outlets.known[branch.slug, "telegram/main"].breaker.state)
    await asyncio.sleep(max(messenger.back - loop.time(), 0))
    tries, count = messenger.tried, sum(map(len, owed.values()))
    wrote: dict[int, float] = {}
    while (left := count - sum(chat < FRESH for _, chat, _ in messenger.took)) and loop.time() < messenger.back + 3600:
        wrote[FRESH + len(wrote)] = loop.time()
        await branch.hears(FRESH + len(wrote) - 1, "hello")
        await asyncio.sleep(min(2.0, left / 25 + 0.2))
    states.append(branch.engine.sender.outlets.known[branch.slug, "telegram/main"].breaker.state)
    await asyncio.sleep(20)
    took = defaultdict[int, list[str]](list)
    for _, chat, text in messenger.took:
        took[chat].append(text)
    waits = [at - wrote[chat] for at, chat, _ in messenger.took if chat in wrote]
    assert len(waits) == len(wrote)
    ends = max(at for at, chat, _ in messenger.took if 0 < chat < FRESH)  # a group has a limit of its own
    await branch.closes()
    return Seen(
        took, owed, ends - messenger.back, (count + len(wrote)) / 25, percentile(waits, 0.95), messenger.too_fast,
        messenger.impatient, tries, branch.bounced["expired"], states,
    )  # fmt: skip


@pytest.mark.req("G11")
def test_what_an_outage_left_leaves_in_order_and_harms_nobody() -> None:
    """Two hundred chats wait for an hour: all is said in order, at the allowed speed, and a new customer waits a moment."""
    seen = in_virtual_time(outage(chats=200, each=5, away=3600))

    assert all(seen.took[chat] == texts for chat, texts in seen.owed.items())
    assert (seen.too_fast, seen.impatient) == (0, 0)
    assert seen.seconds <= 1.2 * seen.theoretical + LONGEST, seen[2:]
    assert seen.fresh_p95 <= 5.0, seen[2:]
    assert seen.tries_while_away <= 400, seen[2:]
    assert seen.states == ["open", "closed"]


async def expiring() -> dict[str, list[str]]:
    messenger = Messenger(back=2 * 3600)
    branch = Branch(messenger)
    await branch.opens()
    for when in (0, 3300, 3590):
        await asyncio.sleep(when - asyncio.get_running_loop().time() + (3600 if when else 0))
        for chat, kind in enumerate(("fleeting", "reminder", "money"), 1):
            await branch.hears(chat, f"{kind} {when}")
    await asyncio.sleep(120)
    await branch.closes()
    return {"took": [text for *_, text in messenger.took], "bounced": [f"{branch.bounced['expired']}"]}


@pytest.mark.req("G11")
def test_what_is_not_worth_sending_any_more_is_given_up() -> None:
    """After two hours «is typing» is sent when it is minutes old at most, a reminder within its hour, a receipt always."""
    seen = in_virtual_time(expiring())

    assert sorted(seen["took"]) == [
        "fleeting 3590", "money 0", "money 3300", "money 3590", "reminder 3300", "reminder 3590",
    ]  # fmt: skip
    assert seen["bounced"] == ["3"]
