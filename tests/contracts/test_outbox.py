"""What must leave goes out line by line, in order, once; what was perhaps sent is known to have been."""

from datetime import timedelta
from functools import partial

import pytest

from bot.events import BROADCAST, LIVE, REMINDER, Bounced, Envelope
from bot.ports.clock import instant
from bot.store import leases, outbox
from tests.contracts.post import ANN, LEASE, Post, saying, text_of

MINUTE = timedelta(minutes=1)


async def test_one_customer_is_told_things_in_order(post: Post) -> None:
    """What was said in one step and in the next arrives in that order."""
    await post.handles("hello", saying("one"), saying("two"))
    await post.handles("and?", saying("three"))

    assert await post.sends() == ["one", "two", "three"]


async def test_a_line_is_in_one_pair_of_hands(post: Post) -> None:
    """While one message to a customer is on its way nobody sends them the next."""
    await post.handles("hello", saying("one"), saying("two"))
    (parcel,) = await post.take("one")

    assert await post.take("two") == []
    await post.settle(parcel)
    assert [text_of(each) for each in await post.take("two")] == ["two"]


async def test_customers_do_not_wait_for_each_other(post: Post) -> None:
    """The heads of all lines leave side by side."""
    for name in ("ann", "bea"):
        await post.handles("hi", saying(name, line=f"webchat/site/{name}"), actor=f"webchat/site/{name}")

    assert sorted(text_of(each) for each in await post.take()) == ["ann", "bea"]


async def test_an_answer_overtakes_a_broadcast(post: Post) -> None:
    """A customer who asks something is answered before the news that was due to them earlier."""
    await post.handles("campaign", saying("news", kind="broadcast", lane=BROADCAST))
    await post.handles("remind", saying("reminder", kind="reminder", lane=REMINDER))
    await post.handles("hello", saying("answer"))

    assert await post.sends() == ["answer", "reminder", "news"]


async def test_a_retry_holds_back_its_own_lane(post: Post) -> None:
    """While an answer waits for its next try later answers do not overtake it."""
    await post.handles("hello", saying("one"), saying("two"))
    (parcel,) = await post.take()
    await post.settle(parcel, "waiting", retry_at=post.after(MINUTE), error="429")

    assert await post.take() == []
    post.waits(MINUTE)
    assert await post.sends() == ["one", "two"]


async def test_a_retry_of_a_broadcast_does_not_hold_back_answers(post: Post) -> None:
    """News that a provider does not take now keeps nobody from being answered."""
    await post.handles("campaign", saying("news", kind="broadcast", lane=BROADCAST))
    (parcel,) = await post.take()
    await post.settle(parcel, "waiting", retry_at=post.after(MINUTE))
    await post.handles("hello", saying("answer"))

    assert await post.sends() == ["answer"]
    assert await post.store.read(outbox.wanted_at) == post.after(MINUTE)
    post.waits(MINUTE)
    assert await post.sends() == ["news"]


async def test_a_retry_of_an_answer_lets_the_lower_lane_go(post: Post) -> None:
    """A lane that waits blocks itself alone, also downwards."""
    await post.handles("hello", saying("answer"), saying("reminder", kind="reminder", lane=REMINDER))
    (parcel,) = await post.take()
    await post.settle(parcel, "waiting", retry_at=post.after(MINUTE))

    assert await post.sends() == ["reminder"]


async def test_what_a_dead_sender_held_was_perhaps_sent(post: Post) -> None:
    """Who takes over a row that somebody died over knows that it may have arrived."""
    await post.handles("hello", saying("one"))
    (first,) = await post.take("dead")
    post.waits(LEASE)
    (again,) = await post.take("heir")

    assert (first.perhaps, again.perhaps) == (False, True)


async def test_a_restart_knows_what_was_perhaps_sent(post: Post) -> None:
    """Freeing the leases of a dead process does not forget what it was doing."""
    await post.handles("hello", saying("one"))
    await post.take("dead")
    await post.store.run(partial(leases.take_back, post.now))

    assert [each.perhaps for each in await post.take("heir")] == [True]


async def test_a_row_that_waits_for_its_retry_was_not_perhaps_sent(post: Post) -> None:
    """A clear «not now» of the provider leaves no doubt."""
    await post.handles("hello", saying("one"))
    (parcel,) = await post.take()
    await post.settle(parcel, "waiting", retry_at=post.now)

    assert [(each.perhaps, each.attempts) for each in await post.take()] == [(False, 1)]


async def test_a_message_of_three_requests_goes_on_at_the_one_that_failed(post: Post) -> None:
    """Parts of a long message that arrived are not sent again."""
    await post.handles("hello", saying("long"))
    (parcel,) = await post.take()
    await post.settle(parcel, "waiting", retry_at=post.now, parts=[(0, "sent", "m1"), (1, "sent", "m2")])

    assert [each.sent_parts for each in await post.take()] == [2]


async def test_a_late_sender_does_not_change_what_its_heir_does(post: Post) -> None:
    """A process that lost its line cannot make the message wait, and be sent a third time, behind the heir's back."""
    await post.handles("hello", saying("one"))
    (stale,) = await post.take("slow")
    post.waits(LEASE)
    (taken,) = await post.take("heir")
    await post.settle(stale, "waiting", worker="slow", retry_at=post.now)
    await post.settle(taken, "sent", worker="heir")

    assert await post.rows("SELECT state FROM outbox") == [("sent",)]
    assert await post.take() == []


@pytest.mark.parametrize("state", ["failed", "expired"])
async def test_a_message_that_is_given_up_is_heard_of(post: Post, state: str) -> None:
    """The conversation learns in the same commit that its message did not arrive, and the next one leaves."""
    await post.handles("hello", saying("one"), saying("two"))
    (parcel,) = await post.take()
    bounced = Bounced(parcel.number or 0, "blocked", "the customer left")
    envelope = Envelope("clinic", ANN, f"bounced:{parcel.key}", instant(post.now), bounced)
    await post.settle(parcel, state, error="the customer left", events=[envelope])

    assert await post.steps() == [bounced]
    assert await post.sends() == ["two"]


async def test_a_row_names_its_event_and_its_place(post: Post) -> None:
    """A repeated step cannot write its messages twice: they would have the same keys."""
    await post.handles("hello", saying("one", lane=LIVE), saying("two"))

    assert await post.rows("SELECT key FROM outbox ORDER BY key") == [(f"{ANN}#1.0",), (f"{ANN}#1.1",)]
