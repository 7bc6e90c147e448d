"""A restored copy works and keeps quiet until a person has confirmed it."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

from bot.chat import Chat
from bot.events import Event, JobFinished, Said, TimerFired
from bot.ports.channel import Retry
from bot.ports.step import Push
from bot.ports.store import Store
from bot.router import Route, Stage
from bot.store import fence
from bot.texts import spoken
from tests.backup.copies import DAY, lift, restored
from tests.runtime.ear import Ear
from tests.runtime.house import House, echo

pytestmark = pytest.mark.req("G18")


async def remind(chat: Chat, event: Event) -> bool:
    """Say back what was said, and once more an hour later."""
    await echo(chat, event)
    if isinstance(event, TimerFired):
        chat.say(spoken(f"A reminder: {event.data['of']}"))
    elif isinstance(event, Said):
        chat.scope.schedule(event.text, chat.scope.now + timedelta(hours=1), {"of": event.text})
    return True


REMINDING = (Route(Stage.FALLBACK, remind),)


async def test_nothing_of_before_is_said_again(store: Store) -> None:
    """What waited in the outbox, in the inbox and on a timer when the backup was made is done, and told to nobody."""
    original = House(store, route=REMINDING, ear=Ear(Retry(timedelta(minutes=5), "busy")))
    await original.hears("waits in the outbox")
    await original.settles()
    await original.hears("waits in the inbox", "bea")

    copy = await restored(original, store, route=REMINDING)
    await copy.settles()
    await lift(copy)
    await copy.settles()

    assert copy.ear.tried == []
    assert await copy.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert await copy.rows("SELECT COUNT(*) FROM timers WHERE due_at IS NOT NULL") == [(0,)]
    assert await copy.rows("SELECT DISTINCT state FROM outbox") == [("expired",)]


async def test_the_lost_hours_are_relived_at_their_moments(store: Store) -> None:
    """What the original said an hour after a message is said by the copy at that hour too, so nobody hears it again."""
    original = House(store, route=REMINDING)
    await original.answers("hello")
    copy = await restored(original, store, route=REMINDING)
    await lift(copy)

    assert await copy.waits(DAY) == []
    said = await copy.rows("SELECT at FROM messages WHERE author = 'bot' ORDER BY at")
    assert said[1][0] - said[0][0] == timedelta(hours=1) // timedelta(microseconds=1)


async def test_a_fenced_house_takes_in_and_keeps_quiet(store: Store) -> None:
    """Who writes before the copy is confirmed is heard at once and answered after it."""
    copy = await restored(House(store), store)

    before = await copy.answers("hello")
    lifted = await lift(copy)

    assert before == []
    assert lifted == fence.Lifted(let_go=0, leaving=1)
    assert await copy.settles() == ["You said: hello"]


async def test_a_running_house_sees_by_itself_that_it_was_confirmed(store: Store) -> None:
    """The process need not be started again after the word of the operator."""
    copy = await restored(House(store), store)
    await copy.engine.start()
    await copy.hears("hello")
    now = round(copy.clock.now().timestamp() * 1e6)
    await store.run(partial(fence.lift, copy.slug, now))

    assert await copy.ear.hears() == ("ann", "You said: hello")
    await copy.engine.stop()


async def test_what_a_provider_delivers_again_is_not_answered_again(store: Store) -> None:
    """A message from before the restore is news to the copy: it is kept, and an answer does not leave by itself."""
    copy = await restored(House(store), store)
    earlier = replace(copy.envelope("written yesterday"), at=copy.clock.now() - DAY / 2)
    await copy.engine.intake.accept([earlier])
    await copy.hears("written today", "bea")
    await copy.settles()
    lifted = await lift(copy)

    assert lifted == fence.Lifted(let_go=1, leaving=1)
    assert await copy.settles() == ["You said: written today"]


async def test_answers_of_the_last_minutes_leave_when_the_operator_says_so(store: Store) -> None:
    """An operator who knows when the old house fell silent lets the answers since then leave."""
    copy = await restored(House(store), store)
    for who, ago in (("ann", timedelta(hours=2)), ("bea", timedelta(minutes=5))):
        event = replace(copy.envelope(who, who), at=copy.clock.now() - ago)
        await copy.engine.intake.accept([event])
    await copy.settles()
    await lift(copy, timedelta(minutes=10))

    assert await copy.settles() == ["You said: bea"]


async def test_a_planned_move_sends_what_waited(store: Store) -> None:
    """When the old house was stopped before the backup, what it owed is sent by the new one, once."""
    original = House(store)
    await original.hears("hello")
    copy = await restored(original, store, after=timedelta(minutes=3))
    between = replace(copy.envelope("between", "bea"), at=copy.clock.now() - timedelta(minutes=1))
    await copy.engine.intake.accept([between])
    await copy.settles()
    await lift(copy, send_held=True)

    assert sorted(await copy.settles()) == ["You said: between", "You said: hello"]


async def test_numbers_of_the_lost_hours_are_not_given_twice(store: Store) -> None:
    """A button from the hours that the copy does not know means nothing here, rather than something else."""
    original = House(store)
    await original.answers("one")
    (newest,) = (await original.rows("SELECT seq FROM actors"))[0]
    copy = await restored(original, store)
    await copy.hears("two", key="later")

    rows = await copy.rows("SELECT MAX(seq) FROM inbox")
    assert rows[0][0] > newest + fence.APART


async def test_a_crash_while_catching_up_repeats_it(store: Store) -> None:
    """A copy that is killed before it has caught up does the rest after the next start, quietly."""
    original = House(store)
    for n in range(3):
        await original.hears(f"{n}", f"who{n}")
    now = round(original.clock.now().timestamp() * 1e6)
    await store.run(partial(fence.put_up, now, now))
    dying = House(store, clock=original.clock, worker="dying")
    await dying.engine.stepper.step((await dying.claims(1))[0])
    copy = await restored(original, store)

    assert await copy.settles() == []
    assert await copy.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state") == [("held", 3)]


async def test_who_ordered_something_hears_that_it_was_done_elsewhere(store: Store) -> None:
    """A push that the backup holds is not carried out again, and whoever waits for it goes on."""

    async def order(chat: Chat, event: Event) -> None:
        chat.scope.push(Push("crm", "crm/1", "note", {"text": "new lead"}))

    original = House(store, order)
    original.engine.sender.fenced = frozenset({original.slug})
    await original.answers("hello")
    copy = await restored(original, store, order)
    await lift(copy)
    await copy.settles()

    assert await copy.rows("SELECT state FROM outbox") == [("expired",)]
    body = (await copy.rows("SELECT body FROM inbox ORDER BY seq DESC"))[0][0]
    event = msgspec.json.decode(body, type=JobFinished)
    assert (event.key, event.ok, event.error) == ("note", False, fence.RESTORED)
