"""What was said leaves until it is sent or given up loudly, and never oftener than its kind allows."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from bot.chat import Chat
from bot.events import BROADCAST, LIVE, Bounced, Event, Said
from bot.ports.channel import PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.store import Store
from bot.router import Route, Stage
from bot.store.outbox import take
from bot.texts import spoken
from tests.contracts.post import LEASE
from tests.runtime.ear import Ear
from tests.runtime.house import House

SECOND = timedelta(seconds=1)


class Says:
    """A handler that says what it was told to say, in one manner; it keeps what bounced."""

    def __init__(self, **manner: Any) -> None:
        self.manner = manner
        self.bounced: list[Bounced] = []

    async def takes(self, chat: Chat, event: Event) -> None:
        if isinstance(event, Bounced):
            self.bounced.append(event)
        if isinstance(event, Said):
            chat.say(spoken(event.text), **self.manner)


def house_of(store: Store, says: Says, *outcomes: Any) -> House:
    async def all_of_it(chat: Chat, event: Event) -> bool:
        await says.takes(chat, event)
        return True

    return House(store, ear=Ear(*outcomes), route=[Route(Stage.FALLBACK, all_of_it)])


async def test_a_message_waits_as_long_as_the_provider_asks(store: Store) -> None:
    """«Not now, in ten seconds»: it leaves after ten seconds, once, and in order with the next."""
    house = house_of(store, Says(), Retry(10 * SECOND, "429"))
    await house.answers("one")
    await house.answers("two")
    assert await house.waits(9 * SECOND) == []

    assert await house.waits(SECOND) == ["one", "two"]


@pytest.mark.parametrize(("kind", "times"), [("question", 2), ("relay", 2), ("reminder", 2), ("broadcast", 1)])
async def test_what_was_perhaps_sent_is_sent_again_by_its_kind(store: Store, kind: str, times: int) -> None:
    """Without an answer of the provider a question is asked again; news are never sent twice."""
    lane = BROADCAST if kind == "broadcast" else LIVE
    house = house_of(store, Says(kind=kind, lane=lane), PerhapsSent("timeout"))
    await house.answers("hello")
    await house.waits(timedelta(minutes=5))

    assert len(house.ear.tried) == times
    assert await house.rows("SELECT state FROM outbox") == [("sent" if times == 2 else "perhaps",)]


@pytest.mark.parametrize(("kind", "times"), [("question", 1), ("broadcast", 0)])
async def test_a_process_that_dies_while_sending_sends_by_the_same_rule(store: Store, kind: str, times: int) -> None:
    """After a crash in the middle of a send the customer is asked again, and the news are not repeated."""
    house = house_of(store, Says(kind=kind))
    await house.hears("hello")
    while await house.engine.stepper.work():
        pass
    now = round(house.clock.now().timestamp() * 1_000_000)
    assert await store.run(lambda: take("dead", now, LEASE, 10))
    house.clock.move_to(house.clock.now() + LEASE)

    assert await house.settles() == ["hello"] * times


async def test_a_long_message_goes_on_where_it_was_interrupted(store: Store) -> None:
    """Of a message in three parts the first has arrived: only the other two are sent again."""
    house = house_of(store, Says(), Sent("m1"), Retry(SECOND, "429"))
    await house.answers("one | two | three")
    await house.waits(SECOND)

    assert house.ear.tried == ["one", "two", "two", "three"]
    assert [row[0] for row in await house.rows("SELECT provider_id FROM requests ORDER BY n")] == ["m1", "m3", "m4"]


@pytest.mark.parametrize("outcome", ["blocked", "window", "refused"])
async def test_a_message_that_can_never_arrive_is_heard_of(
    store: Store, outcome: Literal["blocked", "window", "refused"]
) -> None:
    """The conversation is told which of its messages did not arrive and why; the next one is tried."""
    says = Says()
    house = house_of(store, says, Undeliverable(outcome, "no"))
    await house.answers("one")
    await house.answers("two")

    assert says.bounced == [Bounced(2, outcome, "no", "question")]
    assert house.ear.got == ["two"]
    assert house.ear.tried == ["one", "two"]


async def test_a_message_past_its_time_is_not_sent(store: Store) -> None:
    """A reminder that a provider took too long to take is not sent after the visit."""
    says = Says(expires_after=timedelta(minutes=2))
    house = house_of(store, says, Retry(timedelta(minutes=3), "away"))
    await house.answers("see you at ten")
    await house.waits(timedelta(minutes=5))

    assert house.ear.got == []
    assert [(each.outcome, each.message) for each in says.bounced] == [("expired", 2)]


async def test_a_message_is_given_up_after_a_day(store: Store) -> None:
    """Nothing is tried for ever: after a day of failing the conversation hears that its message never left."""
    says = Says()
    house = house_of(store, says, *[OSError("no route")] * 10_000)
    await house.answers("hello")
    await house.waits(timedelta(days=2))

    assert [each.outcome for each in says.bounced] == ["expired"]
    assert 100 < len(house.ear.tried) < 1000


async def test_a_channel_that_breaks_does_not_stop_the_others(store: Store) -> None:
    """A fault in one send waits for its own next try; the next customer is answered at once."""
    house = house_of(store, Says(), ZeroDivisionError("a fault of ours"))
    await house.answers("one", "ann")

    assert await house.answers("two", "bea") == ["two"]
    assert await house.waits(10 * SECOND) == ["two", "one"]


async def test_a_message_for_an_account_that_is_gone_is_given_up_loudly(store: Store) -> None:
    """When the firm removed the account, nobody waits for its messages."""
    says = Says()
    house = house_of(store, says)
    await house.hears("hello")
    while await house.engine.stepper.work():
        pass
    house.engine.sender._channels = {}
    await house.settles()

    assert [each.outcome for each in says.bounced] == ["failed"]
