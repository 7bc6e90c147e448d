"""What cannot be handled is kept, told, and never in the way of the next thing."""

from datetime import timedelta

import pytest

from bot.chat import Chat
from bot.events import Event, Said
from bot.ports.store import Store
from bot.store import inbox
from tests.contracts.post import LEASE
from tests.contracts.schema import change
from tests.runtime.house import House, echo

SORRY = "Sorry, something went wrong on our side"
MINUTE = timedelta(minutes=1)


class Poison:
    """A handler that chokes on one word until it is mended."""

    def __init__(self) -> None:
        self.tries = 0
        self.mended = False

    async def takes(self, chat: Chat, event: Event) -> None:
        if isinstance(event, Said) and event.text == "poison" and not self.mended:
            self.tries += 1
            raise ZeroDivisionError("a fault of ours")
        await echo(chat, event)


async def test_a_fault_is_tried_again_for_about_a_minute_and_then_apologised_for(store: Store) -> None:
    """Five tries within a minute; then the customer hears that people will look at it, and is not asked to wait more."""
    poison = Poison()
    house = House(store, poison.takes)
    assert await house.answers("poison") == []
    assert await house.waits(timedelta(seconds=49)) == []
    heard = await house.waits(timedelta(seconds=11))

    assert poison.tries == 5
    assert heard[0].startswith(SORRY)
    assert heard[1:] == ["You can go on here meanwhile."]


async def test_a_fault_reaches_people(store: Store) -> None:
    """A parked event opens a case, so somebody of the firm sees that a customer was left without an answer."""
    house = House(store, Poison().takes)
    await house.answers("poison")
    await house.waits(2 * MINUTE)

    assert await house.rows("SELECT kind, status FROM cases") == [("handoff", "open")]
    assert await house.rows("SELECT state, error FROM inbox WHERE state = 'parked'") == [
        ("parked", "ZeroDivisionError: a fault of ours")]  # fmt: skip


async def test_the_conversation_goes_on_after_a_fault(store: Store) -> None:
    """What the customer writes next is answered, in order, once the fault is set aside."""
    house = House(store, Poison().takes)
    await house.answers("poison")
    assert await house.answers("hello?") == []
    heard = await house.waits(2 * MINUTE)

    assert heard.index("You said: hello?") < len(heard)
    assert await house.answers("and now?") == ["You said: and now?"]


async def test_a_fault_of_one_customer_is_nobody_elses(store: Store) -> None:
    """While one conversation waits for its next try another is answered at once."""
    house = House(store, Poison().takes)
    await house.answers("poison")

    assert await house.answers("hello", "bea") == ["You said: hello"]


async def test_a_mended_fault_is_made_good(store: Store) -> None:
    """When the fault is mended an operator has the event handled as if nothing had been."""
    poison = Poison()
    house = House(store, poison.takes)
    await house.answers("poison")
    await house.waits(2 * MINUTE)
    poison.mended = True
    (parked,) = await store.read(inbox.parked)
    now = round(house.clock.now().timestamp() * 1_000_000)
    await store.run(lambda: inbox.replay(parked[0], parked[1], parked[2], now))

    assert (await house.settles())[-1] == "You said: poison"
    assert await store.read(inbox.parked) == []


async def test_a_fault_that_heals_costs_the_customer_only_time(store: Store) -> None:
    """When a later try works nobody hears of the earlier ones."""
    poison = Poison()
    house = House(store, poison.takes)
    await house.answers("poison")
    poison.mended = True

    assert await house.waits(MINUTE) == ["You said: poison"]


async def test_an_event_that_kills_the_process_is_parked_after_fifty_starts(store: Store) -> None:
    """A message over which every worker dies does not take the house down for ever."""
    house = House(store)
    await house.hears("killer")
    for _ in range(50):
        assert await house.claims()
        house.clock.move_to(house.clock.now() + LEASE)
    heard = await house.settles()

    assert heard[0].startswith(SORRY)
    assert "You said: killer" not in heard


async def test_an_event_that_was_begun_forty_nine_times_is_still_handled(store: Store) -> None:
    """A bad night of restarts alone parks nothing."""
    house = House(store)
    await house.hears("hello")
    for _ in range(49):
        assert await house.claims()
        house.clock.move_to(house.clock.now() + LEASE)

    assert await house.settles() == ["You said: hello"]


async def test_an_apology_that_fails_is_not_apologised_for(store: Store) -> None:
    """When even the apology breaks it is parked too, and nothing goes round in circles."""

    async def breaks(chat: Chat, event: Event) -> None:
        raise ZeroDivisionError

    house = House(store, breaks)
    house.engine.stepper._router.routes = house.engine.stepper._router.routes[1:]
    await house.answers("poison")
    await house.waits(5 * MINUTE)

    assert len(await store.read(inbox.parked)) == 2
    assert await house.rows("SELECT seq FROM inbox WHERE state = 'waiting'") == []


@pytest.mark.parametrize("state", ['{"stack": 5}', "[]"])
async def test_a_state_that_cannot_be_read_is_kept_and_parked(store: Store, state: str) -> None:
    """A conversation that this release cannot even open loses nothing: its events stand aside for people."""
    house = House(store)
    await house.answers("hello")
    await change(store, "UPDATE actors SET state = ?", state)
    await house.answers("again")
    await house.waits(5 * MINUTE)

    assert (await house.rows("SELECT state FROM actors"))[0] == (state,)
    assert [row[6].partition(":")[0] for row in await store.read(inbox.parked)] == ["ValidationError"] * 2
