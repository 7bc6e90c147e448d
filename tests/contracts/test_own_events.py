"""A step may leave its own actor an event; it is taken next, also where the step was taken at once."""

from functools import partial

import pytest

from bot.events import Envelope, Linking
from bot.ports.clock import instant
from bot.store import at_once
from bot.store.steps import Step
from tests.contracts.post import ANN, START, Post, said, saying


@pytest.fixture
def own() -> Envelope:
    """What a step tells itself."""
    return Envelope("clinic", ANN, f"{ANN}#1.e0", instant(START), Linking(phone="+37491000001"))


async def test_what_a_step_tells_itself_comes_next(post: Post, own: Envelope) -> None:
    """It stands behind what has come meanwhile, and the actor is ready for it."""
    await post.accept(said("hello"), said("more"))
    (first,) = await post.claim()
    await post.commit(first, saying("hi"), events=[own])
    (second,) = await post.claim()
    await post.commit(second)
    (third,) = await post.claim()

    assert second.event != own.event
    assert third.event == own.event


async def test_a_step_that_is_taken_at_once_may_tell_itself_something(post: Post, own: Envelope) -> None:
    """The event is numbered behind the answer and taken as any other; told twice, it happens once."""
    for text in ("hello", "again"):
        envelope = said(text)
        claimed = await post.store.read(partial(at_once.foresee, envelope, post.now))
        assert claimed is not None
        step = Step(claimed, "{}", [saying("hi")], events=[own])
        await post.store.run(partial(at_once.commit, envelope, step, "one", post.now), locks=step.locks)
        for mine in await post.claim():
            assert (text, mine.event) == ("hello", own.event)
            await post.commit(mine)

    assert await post.claim() == []
