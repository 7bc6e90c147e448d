"""The house while it runs by itself: side by side, awake at once, and whole when it is stopped."""

import asyncio
from datetime import timedelta

import msgspec

from bot.chat import Chat
from bot.events import Contact, Event, Said
from bot.ports.channel import Outcome
from bot.ports.store import Store
from bot.router import Route, Stage
from bot.texts import spoken
from tests.runtime.ear import Ear
from tests.runtime.house import House, echo
from tests.runtime.outage import Outage


class Slow:
    """A handler that waits over one word until it is let go."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()

    async def takes(self, chat: Chat, event: Event) -> None:
        if isinstance(event, Said) and event.text == "slow":
            self.began.set()
            await self.go_on.wait()
        await echo(chat, event)


async def test_a_slow_answer_keeps_nobody_else_waiting(store: Store) -> None:
    """While the bot looks something up for one customer for as long as it takes, another is answered."""
    slow = Slow()
    house = House(store, slow.takes)
    await house.engine.start()
    await house.hears("slow", "ann")
    await slow.began.wait()
    await house.hears("hello", "bea")

    assert await house.ear.hears() == ("bea", "You said: hello")
    slow.go_on.set()
    assert await house.ear.hears() == ("ann", "You said: slow")
    await house.engine.stop()


class SlowLine(Ear):
    """A channel over which one word takes until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()

    async def send(self, contact: Contact, request: str) -> Outcome:
        if "slow" in request:
            self.began.set()
            await self.go_on.wait()
        return await super().send(contact, request)


async def test_a_message_that_takes_long_to_send_is_sent_once(store: Store) -> None:
    """What another customer was told meanwhile is written down, and so is the slow message when it has arrived."""
    line = SlowLine()
    house = House(store, ear=line)
    await house.engine.start()
    await house.hears("slow", "ann")
    await line.began.wait()
    for word in ("hello", "are you there?"):  # the second leaves when the first one is written down as sent
        await house.hears(word, "bea")
        await line.hears()
    line.go_on.set()
    await line.hears()
    await house.engine.stop()

    assert await house.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]


async def test_a_customer_waits_for_their_own_slow_answer(store: Store) -> None:
    """What the same customer writes meanwhile is answered after it, in order."""
    slow = Slow()
    house = House(store, slow.takes)
    await house.engine.start()
    await house.hears("slow")
    await slow.began.wait()
    await house.hears("hello")
    slow.go_on.set()

    assert [(await house.ear.hears())[1] for _ in range(2)] == ["You said: slow", "You said: hello"]
    await house.engine.stop()


async def test_stopping_ends_the_steps_that_have_begun(store: Store) -> None:
    """On SIGTERM a step in hand is finished, written and said, and nothing new is begun."""
    slow = Slow()
    house = House(store, slow.takes)
    await house.engine.start()
    await house.hears("slow", "ann")
    await slow.began.wait()
    stopping = asyncio.create_task(house.engine.stop())
    await asyncio.sleep(0)
    await house.hears("too late", "bea")
    assert not stopping.done()
    slow.go_on.set()
    await stopping

    assert await house.rows("SELECT actor, state FROM inbox ORDER BY actor") == [
        ("webchat/site/ann", "done"), ("webchat/site/bea", "waiting")]  # fmt: skip
    assert house.ear.got == ["You said: slow"]
    assert house.engine.failed() is None


async def test_what_was_left_at_a_stop_is_taken_up_at_the_next_start(store: Store) -> None:
    """After a deploy every message that was accepted before it is answered, once, in order."""
    before = House(store)
    for n in range(5):
        await before.hears(f"message {n}")
    await before.engine.start()
    await before.engine.stop()
    after = House(store)
    after.ear.got = before.ear.got
    await after.settles()

    assert after.ear.got == [f"You said: message {n}" for n in range(5)]


async def test_the_house_gets_over_an_outage_by_itself(store: Store) -> None:
    """When the database comes back, stepping, sending and timers go on without anybody restarting anything."""
    outage = Outage(store)
    house = House(outage)
    await house.hears("hello")
    await house.engine.start()
    outage.writes = outage.reads = 7

    assert await house.ear.hears() == ("ann", "You said: hello")
    assert house.engine.failed() is None
    await house.engine.stop()


async def test_a_timer_fires_while_the_house_runs(store: Store) -> None:
    """A timer comes due by the clock, without anybody writing."""

    async def takes(chat: Chat, event: Event) -> None:
        if isinstance(event, Said):
            chat.remind("nudge", chat.scope.now + timedelta(minutes=1), about="x")
            chat.say(spoken("set"))
        else:
            chat.say(spoken("due"))

    async def all_of_it(chat: Chat, event: Event) -> bool:
        await takes(chat, event)
        return True

    house = House(store, route=[Route(Stage.FALLBACK, all_of_it)])
    await house.engine.start()
    await house.hears("remind me")
    assert (await house.ear.hears())[1] == "set"
    house.clock.move_to(house.clock.now() + timedelta(minutes=1))
    house.engine.wakeups.ring("timer")

    assert (await house.ear.hears())[1] == "due"
    await house.engine.stop()


async def test_two_processes_answer_everybody_once(store: Store) -> None:
    """Sixty customers, two processes over one database: each customer is answered once, whoever does it."""
    one, two = House(store, worker="one"), House(store, worker="two")
    two.ear = one.ear
    two.engine.sender._channels = one.engine.sender._channels
    await one.engine.start()
    await two.engine.start()
    await asyncio.gather(*(one.hears(f"I am {n}", f"c{n}") for n in range(60)))
    heard = [await one.ear.hears() for _ in range(60)]
    await asyncio.gather(one.engine.stop(), two.engine.stop())

    assert sorted(heard) == sorted((f"c{n}", f"You said: I am {n}") for n in range(60))
    assert one.ear.said.empty()


async def test_an_answer_can_leave_in_the_response(store: Store) -> None:
    """A provider that wants the answer in its HTTP response gets it, and gets the same when it asks again."""
    house = House(store)
    await house.engine.start()
    call = msgspec.structs.replace(house.envelope("hello", key="call:1"), answer=True)
    first = await house.engine.intake.answer(call, seconds=20)
    again = await house.engine.intake.answer(call, seconds=20)
    await house.engine.stop()

    assert first[1] == '[{"text":"You said: hello"}]'
    assert (again[0].fresh, again[1]) == (False, first[1])


async def test_two_that_ask_for_one_answer_at_once_both_get_it(store: Store) -> None:
    """A provider that repeats its call before the first was answered is not left waiting."""
    slow = Slow()
    house = House(store, slow.takes)
    await house.engine.start()
    call = msgspec.structs.replace(house.envelope("slow", key="call:1"), answer=True)
    both = asyncio.gather(*(house.engine.intake.answer(call, seconds=20) for _ in range(2)))
    await slow.began.wait()
    slow.go_on.set()

    assert {said for _, said in await both} == {'[{"text":"You said: slow"}]'}
    await house.engine.stop()


async def test_an_answer_that_takes_too_long_is_there_for_who_asks_again(store: Store) -> None:
    """When the provider's patience ends first, it gets its holding answer, and the real one with its next call; only there."""
    house = House(store)
    call = msgspec.structs.replace(house.envelope("hello"), answer=True)

    assert (await house.engine.intake.answer(call, seconds=0))[1] is None
    assert await house.settles() == []
    assert (await house.engine.intake.answer(call, seconds=0))[1] == '[{"text":"You said: hello"}]'
