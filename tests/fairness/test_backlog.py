"""What an outage has left is done in turns, in order, and nobody new waits for it."""

import asyncio
from functools import partial
from random import Random

import pytest

from bot.events import BROADCAST, LIVE, Contact, Envelope, Said
from bot.ports.store import Query, Script, Store
from bot.store import inbox, outbox
from tests.contracts.post import LEASE, Post, said, saying
from tests.contracts.schema import ask
from tests.fairness.still import in_virtual_time, percentile
from tests.fairness.town import Town


async def backlog(conversations: int, each: int) -> Town:
    """A house that finds so much waiting when it starts, and a new customer every fifth of a second."""
    town = Town(businesses=("shears", "tools"))
    random = Random(1)
    steps, town.engine.intake.steps = town.engine.intake.steps, None
    await town.prepares()
    waiting = []
    for n in range(each):
        for who in range(conversations):
            town.wrote[f"old{who}"].append(f"words {n}")
            actor = Contact("webchat", "site", f"old{who}").actor
            waiting.append(Envelope("shears", actor, f"{who}:{n}", town.clock.now(), Said(f"words {n}")))
    await town.engine.intake.accept(waiting)
    town.engine.intake.steps = steps
    await town.engine.start()
    for n in range(40):
        await town.writes(f"new{n}", "hello", random.choice(("shears", "tools")))
        await asyncio.sleep(0.2)
    await asyncio.sleep(120)
    await town.closes()
    return town


@pytest.mark.req("G10")
def test_somebody_new_does_not_wait_for_what_an_outage_left() -> None:
    """Six thousand messages of two hundred customers wait: new ones are answered at once, the old ones in order."""
    town = in_virtual_time(backlog(200, 30))
    new = [wait for who in town.wrote if who.startswith("new") for wait in town.waits(who)]

    assert len(new) == 40
    assert percentile(new, 0.95) < 0.2, sorted(new)[-5:]
    assert all(town.told(who) == wrote for who, wrote in town.wrote.items())


def elsewhere(n: int, business: str, lane: int = LIVE) -> Envelope:
    return Envelope(business, f"webchat/site/{n}", f"{business}:{n}", said("x").at, Said("hello"), lane)


FIRMS = ("a", "b", "c")


async def test_businesses_take_turns(post: Post) -> None:
    """One business has forty customers waiting, two have two each: theirs are among the first that are taken."""
    await post.accept(*(elsewhere(n, "a") for n in range(40)))
    await post.accept(*(elsewhere(n, firm) for firm in ("b", "c") for n in range(2)))
    claimed = await post.store.run(partial(inbox.claim, "one", post.now, LEASE, 9, FIRMS))

    assert sorted(each.business for each in claimed if each.business != "a") == ["b", "b", "c", "c"]
    assert len(claimed) >= 7


async def test_an_urgent_lane_goes_first_over_all_businesses(post: Post) -> None:
    """News of one business wait for the customers of the others."""
    await post.accept(*(elsewhere(n, "a", BROADCAST) for n in range(5)), *(elsewhere(n, "c") for n in range(4)))
    claimed = await post.store.run(partial(inbox.claim, "one", post.now, LEASE, 4, FIRMS))

    assert [each.business for each in claimed] == ["c"] * 4


async def test_everything_is_taken_in_the_end(post: Post) -> None:
    """However many businesses there are and whoever begins: each actor is taken once."""
    firms = [f"f{n:02}" for n in range(20)]
    await post.accept(*(elsewhere(n, firm) for firm in firms for n in range(2)))
    taken = []
    for turn in range(12):
        taken += await post.store.run(partial(inbox.claim, "one", post.now, LEASE, 16, firms, newest=4, turn=turn))

    assert len(taken) == len({(each.business, each.actor) for each in taken}) == 40


async def test_a_part_is_left_for_what_is_new(post: Post) -> None:
    """Of eight places two are for those who wrote last, six for those who wait longest."""
    for n in range(20):
        post.now += 1
        await post.accept(elsewhere(n, "a"))
    claimed = await post.store.run(partial(inbox.claim, "one", post.now, LEASE, 8, ("a",), newest=2))

    assert sorted(int(each.actor.rpartition("/")[2]) for each in claimed) == [0, 1, 2, 3, 4, 5, 18, 19]


async def test_an_actor_that_has_more_keeps_its_place_by_age(post: Post) -> None:
    """Who has two messages waiting since before somebody else wrote is taken twice before them."""
    await post.accept(said("one"), said("two"))
    post.now += 1
    await post.accept(said("later", actor="webchat/site/bea"))
    (first,) = await post.claim(limit=1)
    await post.commit(first)

    assert [each.event for each in await post.claim(limit=1)] == [Said("two")]


async def test_the_lines_of_businesses_take_turns_too(post: Post) -> None:
    """What one business has to say to forty customers does not stand before the one message of another."""
    for business, count in (("a", 40), ("b", 1)):
        for n in range(count):
            await post.accept(elsewhere(n, business))
    for each in await post.claim(limit=50):
        await post.commit(each, saying("hi", line=each.actor))
    parcels = await post.store.run(partial(outbox.take, "one", post.now, LEASE, 4, ("a", "b")))

    assert sorted(each.business for each in parcels) == ["a", "a", "b"] or len(parcels) == 4
    assert "b" in {each.business for each in parcels}


async def test_what_is_looked_for_is_found_by_the_index(store: Store, database_url: str) -> None:
    """Neither the turns nor a pick walks over those that have nothing to do."""
    if database_url.startswith("postgres"):
        pytest.skip("an empty PostgreSQL table is read whole, which says nothing")
    plans: list[str] = []

    def spy(script: Script[object]) -> Script[object]:
        rows = None
        while True:
            try:
                query = next(script) if rows is None else script.send(rows)
            except StopIteration as stop:
                return stop.value
            plan = yield Query(f"EXPLAIN QUERY PLAN {query.sql}", query.params)
            plans.extend(row[3] for row in plan)
            rows = yield query

    await store.run(lambda: spy(inbox.claim("one", 10, LEASE, 8, FIRMS, newest=2)))

    assert any("actors_ready" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN actors") and "INDEX" not in plan] == []
    assert await ask(store, "SELECT COUNT(*) FROM actors") == [(0,)]
