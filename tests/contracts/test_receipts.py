"""What a provider tells later about a message is written down once it is known, whatever came first."""

from typing import Any

import pytest

from bot.events import Bounced, Envelope, Receipt
from bot.ports.clock import instant
from bot.store import receipts
from bot.store.outbox import Parcel
from tests.contracts.post import ANN, Post, saying


def receipt(
    state: Any, provider_id: str = "wamid.1", *, key: str = "", actor: str = ANN, at: int, **more: Any
) -> Envelope:
    event = Receipt(state, provider_id, **more)
    return Envelope("clinic", actor, key or f"{provider_id}:{state}", instant(at), event)


async def sent(post: Post, provider_id: str = "wamid.1") -> Parcel:
    """A message has left and is tracked; gives its row."""
    await post.handles("hello", saying("one"))
    (parcel,) = await post.take()
    await post.settle(parcel, parts=[(0, "sent", provider_id)], tracked=True)
    return parcel


async def states(post: Post) -> dict[int, str]:
    return await post.store.read(lambda: receipts.states("clinic", ANN, 0))


async def test_a_state_only_goes_up(post: Post) -> None:
    """Receipts that overtake each other leave the best news standing."""
    parcel = await sent(post)
    for state in ("read", "delivered", "sent"):
        await post.accept(receipt(state, at=post.now))

    assert await states(post) == {parcel.number: "read"}


async def test_nobody_has_to_handle_good_news(post: Post) -> None:
    """That a message was read wakes nobody."""
    await sent(post)
    await post.accept(receipt("read", at=post.now))

    assert await post.claim() == []


async def test_a_message_that_failed_later_has_bounced(post: Post) -> None:
    """The conversation hears of it as of one that was refused at once; told twice, it hears it once."""
    parcel = await sent(post)
    for _ in range(2):
        await post.accept(receipt("failed", outcome="window", reason="131047", at=post.now))
    (claimed,) = await post.claim()
    await post.commit(claimed)

    assert claimed.event == Bounced(parcel.number or 0, "window", "131047")
    assert await post.claim() == []


@pytest.mark.parametrize("first", ["failed", "delivered"])
async def test_a_receipt_may_come_before_we_know_that_it_left(post: Post, first: str) -> None:
    """The provider is quicker than our own note: its word is kept, and a failure is heard of then."""
    await post.handles("hello", saying("one"))
    (parcel,) = await post.take()
    await post.accept(receipt(first, at=post.now))
    await post.settle(parcel, parts=[(0, "sent", "wamid.1")], tracked=True)

    assert await states(post) == {parcel.number: first}
    bounced = Bounced(parcel.number or 0, "refused", "the provider could not deliver it")
    assert [each.event for each in await post.claim()] == ([bounced] if first == "failed" else [])


async def test_what_the_provider_has_is_not_sent_again(post: Post) -> None:
    """We died over a message of two parts; the receipt of the first, which names it, says that it had left."""
    await post.handles("hello", saying("one"))
    (parcel,) = await post.take()
    await post.accept(receipt("sent", message=parcel.number or 0, part=0, at=post.now))
    await post.settle(parcel, "waiting", retry_at=post.now)
    (again,) = await post.take()

    assert (parcel.sent_parts, again.sent_parts) == (0, 1)


async def test_all_before_an_instant_may_have_been_read(post: Post) -> None:
    """A provider that only names a time means everything before it."""
    parcel = await sent(post)
    await post.accept(receipt("read", "", key="early", at=post.now - 1))
    before = await states(post)
    await post.accept(receipt("read", "", key="late", at=post.now))

    assert (before, await states(post)) == ({parcel.number: ""}, {parcel.number: "read"})


async def test_a_receipt_for_another_conversation_moves_nobody(post: Post) -> None:
    """An id of somebody else's message does not make this conversation hear of it."""
    await sent(post)
    await post.accept(receipt("failed", actor="webchat/site/bea", at=post.now))

    assert await post.claim() == []
