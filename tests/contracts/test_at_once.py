"""What one worker accepts and commits it may take up at once: leased in the same transaction, by the same rules."""

from datetime import timedelta
from functools import partial

import pytest

from bot.events import BROADCAST
from bot.store import inbox, outbox, steps
from bot.store.inbox import Accepted, Hands
from bot.store.steps import Committed, Outgoing, Step
from tests.contracts.post import ANN, LEASE, Post, said, saying, text_of, words


async def accept_with_hands(post: Post, *texts: str, free: int = 10) -> list[Accepted]:
    hands = Hands("one", post.after(LEASE), free)
    return await post.store.run(partial(inbox.accept, [said(text) for text in texts], post.now, hands))


async def commit_and_take(post: Post, accepted: Accepted, *outgoing: Outgoing) -> Committed:
    assert accepted.claimed is not None
    step = Step(accepted.claimed, "{}", outgoing)
    return await post.store.run(partial(steps.commit, step, "one", post.now, post.after(LEASE)), locks=step.locks)


async def test_what_comes_to_an_idle_customer_is_leased_as_it_is_accepted(post: Post) -> None:
    """Nobody else can take the step, and it is the same step that a look would have found."""
    (accepted,) = await accept_with_hands(post, "hello")

    assert accepted.claimed is not None
    assert (accepted.claimed.starts, words([accepted.claimed.event])) == (1, ["hello"])
    assert await post.claim("two") == []
    post.waits(LEASE)
    (again,) = await post.claim("two")
    assert again == accepted.claimed._replace(starts=2)


async def test_a_customer_who_is_being_answered_is_not_taken_a_second_time(post: Post) -> None:
    """The second message waits for the first step's end, however many hands are free."""
    first, second = await accept_with_hands(post, "one", "two")
    (third,) = await accept_with_hands(post, "three")

    assert (first.claimed is None, second.claimed, third.claimed) == (False, None, None)
    assert (await commit_and_take(post, first)).more


async def test_nothing_overtakes_an_event_that_waits_for_its_next_try(post: Post) -> None:
    """An earlier message whose step failed is handled before a new one."""
    await post.accept(said("one"))
    (claimed,) = await post.claim()
    await post.fail(claimed, timedelta(minutes=1))

    (accepted,) = await accept_with_hands(post, "two")
    assert accepted.claimed is None


async def test_full_hands_take_nothing(post: Post) -> None:
    """What is more than the worker offered to take is left to whoever looks."""
    (accepted,) = await accept_with_hands(post, "hello", free=0)

    assert accepted.claimed is None
    assert words([each.event for each in await post.claim("two")]) == ["hello"]


async def test_a_repeat_is_not_taken_again(post: Post) -> None:
    """A provider that delivers twice does not begin a second step."""
    event = said("hello")
    hands = Hands("one", post.after(LEASE), 10)
    first, again = await post.store.run(partial(inbox.accept, [event, event], post.now, hands))

    assert (first.claimed is not None, again) == (True, Accepted(ANN, first.seq, fresh=False))


async def test_the_first_answer_is_in_the_hands_of_who_committed_it(post: Post) -> None:
    """It stands as being sent, the next waits for it, and after it is written down nothing is left behind."""
    (accepted,) = await accept_with_hands(post, "hello")
    committed = await commit_and_take(post, accepted, saying("one"), saying("two"))
    (parcel,) = committed.parcels

    assert (text_of(parcel), parcel.perhaps, committed.left) == ("one", False, True)
    assert await post.take("two") == []
    await post.settle(parcel)
    assert await post.sends() == ["two"]
    assert await post.rows("SELECT ready_at, lease_until FROM lines") == [(None, 0)]


async def test_who_dies_with_an_answer_in_hand_has_perhaps_sent_it(post: Post) -> None:
    """The heir knows that it may have left."""
    (accepted,) = await accept_with_hands(post, "hello")
    await commit_and_take(post, accepted, saying("one"))
    post.waits(LEASE)

    assert [(text_of(each), each.perhaps) for each in await post.take("heir")] == [("one", True)]


@pytest.mark.parametrize("busy", ["sending", "waiting"])
async def test_an_answer_does_not_overtake_what_its_line_has_left(post: Post, busy: str) -> None:
    """While an earlier message is under way, or waits for its next try, the new one stands behind it."""
    await post.handles("hello", saying("one"))
    (parcel,) = await post.take()
    if busy == "waiting":
        await post.settle(parcel, "waiting", retry_at=post.after(timedelta(minutes=1)))
    (accepted,) = await accept_with_hands(post, "and?")
    committed = await commit_and_take(post, accepted, saying("two"))

    assert (committed.parcels, committed.left) == ([], True)


async def test_news_are_left_to_be_looked_for(post: Post) -> None:
    """What is never sent twice is marked only by who is about to send it."""
    (accepted,) = await accept_with_hands(post, "hello")
    committed = await commit_and_take(post, accepted, saying("news", kind="broadcast", lane=BROADCAST))

    assert (committed.parcels, committed.left) == ([], True)


async def test_what_is_read_from_the_transcript_is_sent_when_it_stands_there(post: Post) -> None:
    """A page that reads the transcript needs no line and nobody's hands."""
    (accepted,) = await accept_with_hands(post, "hello")
    committed = await commit_and_take(
        post, accepted, Outgoing(ANN, "webchat", "question", 0, saying("x").message, shown=True)
    )

    assert (committed.parcels, committed.left, await post.store.read(outbox.wanted_at)) == ([], False, None)
    assert await post.rows("SELECT state FROM outbox") == [("sent",)]
