"""What happens to an actor is written down once and handled one at a time, in order, by one worker."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest

from bot.events import BROADCAST, LIVE, Apology, Envelope, Pressed
from bot.ports.clock import instant
from bot.ports.store import Conflict
from bot.replies import Choice, Message, Speak
from bot.store import inbox, leases, pruning, transcript
from bot.store.steps import Outgoing
from tests.contracts.post import ANN, LEASE, Post, said, saying, words


async def test_a_repeated_delivery_changes_nothing(post: Post) -> None:
    """A provider that delivers a message twice is answered twice and heard once."""
    (first,) = await post.accept(said("hello", key="update:1"))
    (again,) = await post.accept(said("hello", key="update:1"))

    assert (first.fresh, again.fresh) == (True, False)
    assert again.seq == first.seq
    assert words(await post.steps()) == ["hello"]


async def test_twenty_copies_at_the_same_instant_are_one(post: Post) -> None:
    """However many processes receive one delivery at once, it happens once."""
    accepted = await post.at_once(*(post.accept(said("hello", key="update:1")) for _ in range(20)))

    assert sum(each.fresh for (each,) in accepted) == 1
    assert len({each.seq for (each,) in accepted}) == 1
    assert words(await post.steps()) == ["hello"]


async def test_a_repeat_inside_one_delivery_is_one(post: Post) -> None:
    """Two equal entries of one delivery are one event, and the others keep their places."""
    accepted = await post.accept(said("a"), said("b"), said("a"))

    assert [each.fresh for each in accepted] == [True, True, False]
    assert words(await post.steps()) == ["a", "b"]


async def test_one_conversation_is_handled_in_order(post: Post) -> None:
    """What a customer wrote first is answered first, and the second waits until the first is done."""
    await post.accept(said("one"), said("two"))
    (first,) = await post.claim()

    assert words([first.event]) == ["one"]
    assert await post.claim("other") == []
    await post.commit(first)
    assert words(await post.steps()) == ["two"]


async def test_a_message_that_comes_while_one_is_handled_is_not_forgotten(post: Post) -> None:
    """A customer who writes again while the bot thinks is heard afterwards."""
    await post.accept(said("one"))
    (first,) = await post.claim()
    await post.accept(said("two"))
    await post.commit(first)

    assert words(await post.steps()) == ["two"]


async def test_two_workers_never_hold_one_conversation(post: Post) -> None:
    """Thirty conversations, two workers: each is taken by one of them."""
    await post.accept(*(said("hello", actor=f"webchat/site/{n}") for n in range(30)))
    one, two = await post.at_once(post.claim("one", 30), post.claim("two", 30))

    assert sorted(each.actor for each in (*one, *two)) == sorted(f"webchat/site/{n}" for n in range(30))


async def test_what_a_dead_worker_held_is_taken_over(post: Post) -> None:
    """When a process dies over a step, another takes the step after the lease, and not before."""
    await post.accept(said("hello"))
    await post.claim("dead")
    post.waits(LEASE - timedelta(seconds=1))

    assert await post.claim("heir") == []
    post.waits(timedelta(seconds=1))
    assert [each.starts for each in await post.claim("heir")] == [2]


async def test_a_worker_that_comes_back_too_late_is_refused(post: Post) -> None:
    """Whoever lost its lease cannot commit over the one who took the step: the customer is answered once."""
    await post.accept(said("hello"))
    (stale,) = await post.claim("slow")
    post.waits(LEASE)
    (taken,) = await post.claim("heir")
    with pytest.raises(Conflict):
        await post.commit(stale, saying("late"), worker="slow")
    await post.commit(taken, saying("hello"), worker="heir")
    with pytest.raises(Conflict):
        await post.commit(stale, saying("later"), worker="slow")

    assert await post.sends() == ["hello"]


async def test_the_same_worker_cannot_commit_one_step_twice(post: Post) -> None:
    """A step that was repeated by the same process counts once, too."""
    await post.accept(said("hello"))
    (before,) = await post.claim()
    post.waits(LEASE)
    (after,) = await post.claim()
    await post.commit(after, saying("hello"))
    with pytest.raises(Conflict):
        await post.commit(before, saying("again"))

    assert await post.sends() == ["hello"]


async def test_a_restart_takes_up_at_once_what_was_held(post: Post) -> None:
    """The one process of a SQLite file need not wait for leases of the one that died before it."""
    await post.accept(said("hello"))
    await post.claim("dead")
    await post.store.run(partial(leases.take_back, post.now))

    assert words(await post.steps()) == ["hello"]


async def test_a_worker_takes_back_only_its_own(post: Post) -> None:
    """A process of several that restarts leaves alone what the others are doing."""
    await post.accept(said("a", actor="webchat/site/a"), said("b", actor="webchat/site/b"))
    await post.claim("mine", 1)
    await post.claim("theirs", 1)
    await post.store.run(partial(leases.take_back, post.now, "mine"))

    assert len(await post.claim("mine")) == 1


async def test_a_customer_goes_before_a_campaign(post: Post) -> None:
    """Somebody who writes now does not wait behind a thousand events of a broadcast."""
    await post.accept(*(said("news", actor=f"webchat/site/{n}", lane=BROADCAST) for n in range(5)))
    post.waits(timedelta(seconds=5))
    await post.accept(said("hello", lane=LIVE))

    assert [each.actor for each in await post.claim(limit=1)] == [ANN]


async def test_a_failed_step_waits_and_holds_back_what_follows(post: Post) -> None:
    """While an event waits for its next try, later ones of the same customer do not overtake it."""
    await post.accept(said("one"), said("two"))
    (first,) = await post.claim()
    await post.fail(first, timedelta(seconds=4))

    assert await post.claim() == []
    post.waits(timedelta(seconds=4))
    assert [(*words([each.event]), each.attempts) for each in await post.claim()] == [("one", 1)]


async def test_a_new_message_does_not_hasten_a_failed_one(post: Post) -> None:
    """A customer who writes again does not use up the tries of the event that fails."""
    await post.accept(said("one"))
    (first,) = await post.claim()
    await post.fail(first, timedelta(seconds=4))
    await post.accept(said("two"))

    assert await post.claim() == []


async def test_a_parked_event_lets_the_conversation_go_on(post: Post) -> None:
    """What cannot be handled is set aside for a human; the customer's next message is handled."""
    await post.accept(said("poison"), said("hello"))
    (first,) = await post.claim()
    await post.park(first, Envelope("clinic", ANN, "apology:1", instant(post.now), Apology(first.seq)))
    (parked,) = await post.store.read(partial(inbox.parked, "clinic"))

    assert words(await post.steps()) == ["hello"]
    assert (parked[1], parked[2], parked[6]) == (ANN, first.seq, "Broken: no")


async def test_the_apology_for_a_parked_event_is_owed_once(post: Post) -> None:
    """The event and what is owed for it change together; a worker that lost the event owes nothing."""
    await post.accept(said("poison"))
    (first,) = await post.claim()
    apology = Envelope("clinic", ANN, "apology:1", instant(post.now), Apology(first.seq))
    await post.park(first, apology)
    with pytest.raises(Conflict):
        await post.park(first, apology)

    assert await post.steps() == [Apology(first.seq)]


async def test_a_parked_event_is_handled_again_when_an_operator_says_so(post: Post) -> None:
    """After the fault is mended the event runs as if it were new, before anything that came later."""
    await post.accept(said("poison"))
    (first,) = await post.claim()
    await post.park(first)
    await post.accept(said("later"))

    assert await post.store.run(partial(inbox.replay, "clinic", ANN, first.seq, post.now))
    assert words(await post.steps()) == ["poison", "later"]
    assert not await post.store.run(partial(inbox.replay, "clinic", ANN, first.seq, post.now))


async def test_every_start_of_a_step_is_counted(post: Post) -> None:
    """An event that kills its process every time is known by how often it was begun."""
    await post.accept(said("killer"))
    for n in range(1, 4):
        (claimed,) = await post.claim()
        assert claimed.starts == n
        post.waits(LEASE)


async def test_a_repeat_is_given_the_answer_of_the_first(post: Post) -> None:
    """A provider that asks again because our answer got lost is told the very same."""
    question = msgspec.structs.replace(said("pay?", key="call:1"), answer=True)
    await post.accept(question)
    (claimed,) = await post.claim()
    assert claimed.wants_answer
    assert await post.store.read(partial(inbox.response, "clinic", ANN, claimed.seq)) is None
    await post.commit(claimed, response='["yes"]')
    (again,) = await post.accept(question)

    assert not again.fresh
    assert await post.store.read(partial(inbox.response, "clinic", ANN, again.seq)) == '["yes"]'


async def test_a_press_stands_in_the_transcript_in_words(post: Post) -> None:
    """Operators read what the button said, and a button that never was is not made up."""
    shown = Outgoing(ANN, "webchat", "question", LIVE, Message("Well?", (Choice("0", "Menu", Speak("menu")),)))
    (number,) = await post.handles("hello", shown)
    await post.accept(Envelope("clinic", ANN, "p1", instant(post.now), Pressed(number, "0", "c1")))
    await post.accept(Envelope("clinic", ANN, "p2", instant(post.now), Pressed(number, "9")))
    lines = await post.store.read(partial(transcript.after, "clinic", ANN, number, 10))

    assert [(line.author, line.message.text, line.client_id) for line in lines] == [
        ("customer", "Menu", "c1"), ("customer", "…", "")]  # fmt: skip
    assert [each.about for each in await post.claim()] == [(number, shown.message)]


async def test_a_typed_number_is_about_what_the_customer_saw(post: Post) -> None:
    """Who types «1» twice in haste has answered one question twice, not a second one that they had not seen."""
    (seen,) = await post.handles("hello", saying("First?"))
    await post.accept(said("1", key="a"), said(" 1.", key="b"))
    (first,) = await post.claim()
    await post.commit(first, saying("Second?"))
    (second,) = await post.claim()

    assert [each.about and each.about[0] for each in (first, second)] == [seen, seen]


async def test_words_with_a_number_are_no_choice(post: Post) -> None:
    """«12 people» and a phone number are read by the question, not as a choice."""
    await post.handles("hello", saying("First?"))
    await post.accept(said("12 people"))

    assert [each.about for each in await post.claim()] == [None]


async def test_pruning_keeps_what_is_not_done(post: Post) -> None:
    """After its time a handled event goes; one that waits or is parked stays, however old it is."""
    await post.handles("done", saying("sent"))
    await post.sends()
    await post.accept(said("poison"))
    await post.park((await post.claim())[0])
    await post.handles("also done", saying("unsent"), actor="webchat/site/bea")
    await post.accept(said("waiting"))
    post.waits(timedelta(days=15))
    while await post.store.run(partial(pruning.prune, post.now)):
        pass

    assert await post.rows("SELECT state FROM inbox ORDER BY seq") == [("parked",), ("waiting",)]
    assert await post.rows("SELECT state FROM outbox") == [("waiting",)]
    assert len(await post.rows("SELECT seq FROM messages")) == 6, "the transcript has a retention of its own"


async def test_pruning_leaves_alone_what_is_still_young(post: Post) -> None:
    """A repeat is recognised as long as providers repeat."""
    await post.handles("done", saying("sent"))
    await post.sends()

    assert await post.store.run(partial(pruning.prune, post.now)) == 0
    assert not (await post.accept(said("done")))[0].fresh
