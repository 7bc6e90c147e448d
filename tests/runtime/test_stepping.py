"""A step sees one world, however often it runs, and leaves its mark once."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.chat import Chat, Option
from bot.events import Event, Pressed, Said
from bot.ports.store import ClaimRefused, Query, Script, Store, StoreUnavailable
from bot.replies import Speak
from bot.texts import spoken
from tests.contracts.post import LEASE
from tests.contracts.schema import change
from tests.runtime.house import House
from tests.runtime.outage import Outage


@dataclass(frozen=True)
class Seat:
    """A claim that the database refuses."""

    name: str
    locks: tuple[str, ...] = ()

    def apply(self) -> Script[None]:
        yield Query("SELECT 1")
        raise ClaimRefused(self.name)


@pytest.mark.req("F7")
async def test_a_refused_claim_runs_the_step_again_in_the_same_world(store: Store) -> None:
    """The second run has the same clock, ids and readings; only the claim is known to be refused."""
    seen = []
    count = [0]

    def growing() -> Script[int]:
        count[0] += 1
        yield Query("SELECT 1")
        return count[0]

    async def takes(chat: Chat, event: Event) -> None:
        refused = chat.scope.refused("seat")
        seen.append((chat.scope.now, chat.scope.new_id("visit"), await chat.scope.read("n", growing), refused))
        house.clock.move_to(house.clock.now() + timedelta(seconds=3))
        if not refused:
            chat.scope.write(Seat("seat"))
        chat.say(spoken("taken" if refused else "yours"))

    house = House(store, takes)

    assert await house.answers("book") == ["taken"]
    assert [each[:3] for each in seen[:1]] == [each[:3] for each in seen[1:]]
    assert [each[3] for each in seen] == [False, True]


async def test_a_step_whose_every_claim_is_refused_comes_to_an_end(store: Store) -> None:
    """A handler that claims something new after each refusal is parked like any fault, not run for ever."""
    runs = [0]

    async def takes(chat: Chat, event: Event) -> None:
        if isinstance(event, Said):
            runs[0] += 1
            chat.scope.write(Seat(f"seat {runs[0]}"))

    house = House(store, takes)
    await house.answers("book")
    heard = await house.waits(timedelta(minutes=2))

    assert runs[0] == 5 * 20
    assert heard[0].startswith("Sorry")


async def test_a_customer_who_changed_meanwhile_is_read_again(store: Store) -> None:
    """When the person told something elsewhere during the step, the step runs again on what is known now."""
    seen = []

    async def takes(chat: Chat, event: Event) -> None:
        seen.append(chat.customer.name)
        if len(seen) == 2:
            await change(store, "UPDATE customers SET name = 'Anna', version = version + 1")
        chat.know(phone="+37491123456" if len(seen) > 1 else "", name="" if len(seen) > 1 else "Ann")
        chat.say(spoken(f"Thank you, {chat.customer.name}"))

    house = House(store, takes)
    await house.answers("I am Ann")

    assert await house.answers("091 123456") == ["Thank you, Anna"]
    assert seen == ["", "Ann", "Anna"]
    assert await house.rows("SELECT name, phone FROM customers") == [("Anna", "+37491123456")]


async def test_a_person_who_writes_for_the_first_time_twice_at_once_is_one(store: Store) -> None:
    """The first two messages of a new customer make one customer, with what both told."""

    async def takes(chat: Chat, event: Event) -> None:
        if isinstance(event, Said):
            chat.know(name=event.text) if event.text.isalpha() else chat.know(phone=event.text)
            chat.say(spoken("ok"))

    house = House(store, takes)
    await asyncio.gather(house.hears("Ann"), house.hears("+37491123456"))

    assert await house.settles() == ["ok", "ok"]
    assert await house.rows("SELECT name, phone FROM customers") == [("Ann", "+37491123456")]


@pytest.mark.parametrize("refused", range(1, 6))
async def test_an_outage_in_the_middle_of_a_step_loses_nothing(store: Store, refused: int) -> None:
    """Whichever write or reading of a step the database does not take, the customer is answered once, later."""
    outage = Outage(store)
    house = House(outage)
    await house.hears("hello")
    outage.writes, outage.reads = (refused % 2), (refused + 1) % 2
    for _ in range(refused):
        try:
            await house.settles()
        except StoreUnavailable:
            house.clock.move_to(house.clock.now() + LEASE)
            outage.writes, outage.reads = (refused + 1) % 2, refused % 2
    outage.writes = outage.reads = 0
    await house.waits(LEASE)

    assert house.ear.got == ["You said: hello"]


async def test_an_event_that_could_not_be_written_is_not_answered_for(store: Store) -> None:
    """While the database is away the provider is told so, delivers again, and the message is heard once."""
    outage = Outage(store)
    house = House(outage)
    envelope = house.envelope("hello")
    outage.writes = 1
    with pytest.raises(StoreUnavailable):
        await house.engine.intake.accept([envelope])
    await house.engine.intake.accept([envelope])

    assert await house.settles() == ["You said: hello"]


async def test_a_step_that_lost_its_lease_says_nothing(store: Store) -> None:
    """A process that was stopped for a while in the middle of a step, and went on, does not answer a second time."""
    slow, heir = House(store, worker="slow"), House(store, worker="heir")
    await slow.hears("hello")
    (claimed,) = await slow.claims()
    heir.clock.move_to(heir.clock.now() + LEASE)
    assert await heir.settles() == ["You said: hello"]
    await slow.engine.stepper.step(claimed)

    assert await slow.settles() == []
    assert heir.ear.got == ["You said: hello"]


async def test_a_number_with_a_button_behind_it_is_a_press(store: Store) -> None:
    """Who types «2» where the second choice was shown has pressed it; what the number shows is said by the channel."""

    async def takes(chat: Chat, event: Event) -> None:
        if isinstance(event, Pressed) and chat.pressed:
            chat.say(spoken(f"pressed {chat.pressed.label}"))
        elif isinstance(event, Said) and event.text == "hi":
            chat.say(spoken("Well?"), [Option(spoken("A"), Speak("menu")), Option(spoken("B"), Speak("help"))])
        elif isinstance(event, Said):
            chat.say(spoken(f"said {event.text}"))

    house = House(store, takes)
    await house.answers("hi")

    assert await house.answers(" 2. ") == ["pressed B"]
    await house.answers("hi")
    assert await house.answers("٢") == ["pressed B"]
    await house.answers("hi")
    assert [await house.answers(each) for each in ("3", "0", "²")] == [["said 3"], ["said 0"], ["said ²"]]
