"""A step is committed whole or not at all: state, messages, timers, records, and what it sends to others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.ports.store import ClaimRefused, Conflict, Query, Script
from bot.store.steps import TimerChange
from tests.contracts.post import ANN, Post, said, saying, words


@dataclass(frozen=True)
class Note:
    """A record that is written, and then perhaps decided against."""

    name: str
    then: Callable[[], Exception] | None = None

    @property
    def locks(self) -> tuple[str, ...]:
        return ("clinic/settings",)

    def apply(self) -> Script[None]:
        yield Query("INSERT INTO settings (business, name, value) VALUES ('clinic', ?, '1')", (self.name,))
        if self.then is not None:
            raise self.then()


@pytest.mark.parametrize("decision", [ClaimRefused("seat"), Conflict("row")])
async def test_a_step_that_is_decided_against_leaves_nothing(post: Post, decision: Exception) -> None:
    """When the seat has gone, the customer is told nothing, no timer is set, no record stays, and the event waits."""
    await post.accept(said("book"))
    (claimed,) = await post.claim()
    with pytest.raises(type(decision)):
        await post.commit(
            claimed, saying("booked"), state='{"place":"x"}', writes=[Note("one"), Note("two", lambda: decision)],
            timers=[TimerChange("remind", post.after(timedelta(hours=1)), {})], events=[said("x", actor="crm")],
        )  # fmt: skip

    assert await post.take() == []
    assert await post.rows("SELECT key FROM timers") + await post.rows("SELECT name FROM settings") == []
    assert await post.rows("SELECT actor, state, version FROM actors") == [(ANN, "{}", 0)]
    assert await post.rows("SELECT state FROM inbox") == [("waiting",)]


async def test_a_step_that_was_decided_against_can_be_committed_otherwise(post: Post) -> None:
    """The same worker goes on with the same event: «that time is taken»."""
    await post.accept(said("book"))
    (claimed,) = await post.claim()
    with pytest.raises(ClaimRefused):
        await post.commit(claimed, saying("booked"), writes=[Note("one", lambda: ClaimRefused("seat"))])
    await post.commit(claimed, saying("taken"))

    assert await post.sends() == ["taken"]


async def test_a_step_is_committed_with_all_it_asked_for(post: Post) -> None:
    """State, messages, timer, record and the event for another actor are there together."""
    await post.accept(said("book"))
    (claimed,) = await post.claim()
    numbers = await post.commit(
        claimed, saying("one"), saying("two"), state='{"place":"x"}', writes=[Note("one")],
        timers=[TimerChange("remind", post.after(timedelta(hours=1)), {})], events=[said("push", actor="crm")],
    )  # fmt: skip

    assert numbers == [2, 3]
    assert await post.rows("SELECT state, version, seq FROM actors WHERE actor = ?", ANN) == [('{"place":"x"}', 1, 3)]
    assert await post.rows("SELECT name FROM settings") == [("one",)]
    assert words(await post.steps()) == ["push"]
    assert await post.sends() == ["one", "two"]


async def test_the_transcript_numbers_customers_and_bot_together(post: Post) -> None:
    """What stands in a conversation is counted once, so a page can follow it by number without gaps or doubles."""
    await post.handles("hello", saying("one"))
    await post.handles("and?", saying("two"))

    assert await post.rows("SELECT seq, author FROM messages ORDER BY seq") == [
        (1, "customer"), (2, "bot"), (3, "customer"), (4, "bot")]  # fmt: skip


async def test_steps_of_many_conversations_commit_side_by_side(post: Post) -> None:
    """Forty steps that send to each other at once all stand, and none waits for another in a circle."""
    people = [f"webchat/site/{n}" for n in range(40)]
    await post.accept(*(said("hi", actor=each) for each in people))
    claimed = await post.claim(limit=40)
    await post.at_once(
        *(post.commit(each, saying("ho", line=each.actor), events=[said(f"from {n}", actor=people[-n])])
          for n, each in enumerate(claimed))
    )  # fmt: skip

    assert sorted(words(await post.steps())) == sorted(f"from {n}" for n in range(40))
