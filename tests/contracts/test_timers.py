"""A timer is a message to yourself, later: once, at its time, and only as it was set last."""

from datetime import timedelta
from functools import partial

from bot.events import TimerFired
from bot.store import timers
from bot.store.steps import TimerChange
from tests.contracts.post import ANN, Post

HOUR = timedelta(hours=1)


async def fired(post: Post) -> list[TimerFired]:
    """The timers that come through now and still count."""
    await post.fire(await post.due())
    events = [each for each in await post.steps() if isinstance(each, TimerFired)]
    return [each for each in events if await post.store.read(partial(timers.is_current, "clinic", ANN, each))]


async def test_a_timer_fires_when_it_is_due_and_not_before(post: Post) -> None:
    """A reminder comes at its time, with what it is about, and never again."""
    await post.sets("remind", post.after(HOUR))

    assert await fired(post) == []
    post.waits(HOUR)
    assert await fired(post) == [TimerFired("remind", 1, {"about": "B1"})]
    post.waits(HOUR)
    assert await fired(post) == []


async def test_setting_a_timer_again_replaces_it(post: Post) -> None:
    """A reminder that was moved comes at the new time only."""
    await post.sets("remind", post.after(HOUR))
    await post.sets("remind", post.after(2 * HOUR))
    post.waits(HOUR)

    assert await fired(post) == []
    post.waits(HOUR)
    assert [each.generation for each in await fired(post)] == [2]


async def test_a_timer_that_is_taken_back_stays_silent(post: Post) -> None:
    """A cancelled visit is not reminded of."""
    await post.sets("remind", post.after(HOUR))
    await post.sets("remind", None)
    post.waits(HOUR)

    assert await fired(post) == []


async def test_a_timer_set_again_after_it_fired_makes_the_old_one_void(post: Post) -> None:
    """When the customer moves the visit while the reminder is on its way to them, the old reminder does nothing."""
    await post.sets("remind", post.after(HOUR))
    post.waits(HOUR)
    due = await post.due()
    await post.sets("remind", post.after(HOUR))
    await post.fire(due)
    events = await post.steps()

    assert [each for each in events if isinstance(each, TimerFired)] == []
    post.waits(HOUR)
    assert [each.generation for each in await fired(post)] == [2]


async def test_a_timer_taken_back_while_it_waits_in_the_inbox_is_void(post: Post) -> None:
    """The answer that makes a reminder needless may stand before it in the inbox; then it says nothing."""
    await post.sets("remind", post.after(HOUR))
    post.waits(HOUR)
    due = await post.due()
    await post.fire(due)
    event = TimerFired("remind", due[0].generation, {"about": "B1"})
    assert await post.store.read(partial(timers.is_current, "clinic", ANN, event))
    await post.steps()
    await post.sets("remind", None)

    assert not await post.store.read(partial(timers.is_current, "clinic", ANN, event))


async def test_two_processes_that_see_a_timer_fire_it_once(post: Post) -> None:
    """Every process looks at the clock; the customer hears one reminder."""
    await post.sets("remind", post.after(HOUR))
    post.waits(HOUR)
    due = await post.due()
    results = await post.at_once(*(post.fire(due) for _ in range(6)))

    assert sum(len(each) for each in results) == 1
    assert len(await post.steps()) == 1


async def test_timers_say_when_the_next_one_is(post: Post) -> None:
    """Nobody has to ask the database every second."""
    await post.sets("soon", post.after(HOUR))
    await post.sets("later", post.after(2 * HOUR))

    assert await post.store.read(partial(timers.due, post.now, 10)) == ([], post.after(HOUR))


async def test_timers_of_one_name_belong_to_their_actors(post: Post) -> None:
    """A customer who cancels does not silence the reminder of another."""
    await post.sets("remind", post.after(HOUR))
    await post.handles("x", actor="webchat/site/bea", timers=[timer_taken_back()])
    post.waits(HOUR)

    assert [each.actor for each in await post.due()] == [ANN]


def timer_taken_back() -> TimerChange:
    return TimerChange("remind", None, {})
