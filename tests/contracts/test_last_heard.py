"""When a customer was last there: what opens the time in which some channels let us write."""

import json
from datetime import timedelta
from functools import partial

import pytest

from bot.events import (
    Bounced,
    Edited,
    Envelope,
    Event,
    HungUp,
    LanguageChosen,
    Opened,
    Pressed,
    Reachable,
    Receipt,
    Said,
    Unheard,
)
from bot.ports.clock import instant, micros
from bot.store import at_once, transcript
from bot.store.steps import Step
from tests.contracts.post import ANN, Post, said, saying

DAY = timedelta(days=1)
DEEDS = (
    Said("hello"), Pressed(1, "0"), Opened(), Opened(source="ad"), LanguageChosen("ru"), HungUp(3),
    Reachable(ok=True),
)  # fmt: skip
NO_DEEDS = (
    Edited("c1", "hi!"), Edited("c1", ""), Reachable(ok=False), Receipt("read"), Opened(via="comment"),
    Bounced(1, "refused", "no"), Unheard(),
)  # fmt: skip


def now(post: Post, event: Event, key: str = "now", *, handled: bool = True) -> Envelope:
    return Envelope("clinic", ANN, key, instant(post.now), event, heard=handled)


async def heard(post: Post) -> int | None:
    last = await post.store.read(partial(transcript.last_heard, "clinic", ANN))
    return None if last is None else micros(last)


@pytest.mark.req("F15")
@pytest.mark.parametrize("handled", [True, False])
@pytest.mark.parametrize("event", DEEDS)
async def test_whatever_a_customer_does_says_when_they_were_last_there(post: Post, event: Event, handled: bool) -> None:
    """A word, a press, a link that was followed: each opens the window, also one that came too fast to be handled."""
    await post.accept(said("hi"))
    post.waits(DAY)
    await post.accept(now(post, event, handled=handled))

    assert await heard(post) == post.now


@pytest.mark.parametrize("event", [Said("hello"), Opened()])
async def test_a_step_that_is_taken_at_once_says_it_as_well(post: Post, event: Event) -> None:
    """Whether an event is written down before its step or together with it makes no difference."""
    envelope = now(post, event)
    claimed = await post.store.read(partial(at_once.foresee, envelope, post.now))
    assert claimed is not None
    step = Step(claimed, "{}")
    await post.store.run(partial(at_once.commit, envelope, step, "one", post.now), locks=step.locks)

    assert await heard(post) == post.now


@pytest.mark.parametrize("event", NO_DEEDS)
async def test_what_opens_no_window_says_nothing_of_them(post: Post, event: Event) -> None:
    """A receipt, a bounced message, a comment under a post, a word that was changed or taken back: the window stays."""
    assert await heard(post) is None
    await post.accept(now(post, Said("hi", client_id="c1"), "first"))
    before = post.now
    post.waits(DAY)
    await post.accept(now(post, event))

    assert await heard(post) == before


@pytest.mark.parametrize("event", [Said("hello"), Opened()])
async def test_what_a_provider_delivers_late_is_not_the_last(post: Post, event: Event) -> None:
    """After an outage an older event comes behind a newer one, and the window stays as the newer one opened it."""
    late = now(post, event, "late")
    post.waits(DAY)
    await post.accept(now(post, event))
    await post.accept(late)

    assert await heard(post) == post.now


async def test_what_was_said_in_public_counts_until_it_is_answered(post: Post) -> None:
    """A comment may be answered once, days later too; it opens no window for more."""
    await post.accept(said("hi"))
    await post.steps()
    before = post.now
    post.waits(DAY)
    await post.accept(now(post, Said('"public":true', via="comment")))
    unanswered = await heard(post)
    (claimed,) = await post.claim()
    await post.commit(claimed, saying("Thank you"))

    assert (unanswered, await heard(post)) == (post.now, before)


async def test_what_is_withdrawn_stands_nowhere_any_more(post: Post) -> None:
    """The words, and what they were corrected to, are gone from the transcript; that something stood there is not."""
    wrote: list[Event] = [Said("secret", client_id="1"), Edited("1", "secrets"), Said("hi", client_id="2")]
    for n, event in enumerate([*wrote, Edited("1", "")]):
        await post.accept(now(post, event, f"e{n}"))
    bodies = [json.loads(row[0]) for row in await post.rows("SELECT body FROM messages ORDER BY seq")]

    gone = {"text": "", "replaces": 1}
    assert bodies == [{"text": ""}, gone, {"text": "hi"}, gone]


async def test_a_comment_that_is_withdrawn_opens_no_window(post: Post) -> None:
    """It was said in public and answered; what is left of it was too."""
    await post.accept(now(post, Said("nice", client_id="c1", via="comment"), "first"))
    (claimed,) = await post.claim()
    await post.commit(claimed, saying("Thank you"))
    await post.accept(now(post, Edited("c1", "")))

    assert await heard(post) is None


async def test_what_we_never_had_can_be_withdrawn(post: Post) -> None:
    """It leaves no line, and says nothing of when they were there."""
    await post.accept(said("hi"))
    before = post.now
    post.waits(DAY)
    await post.accept(now(post, Edited("of another bot", "")))

    assert await heard(post) == before
    assert len(await post.rows("SELECT seq FROM messages")) == 1
