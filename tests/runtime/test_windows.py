"""A channel that may be written to only for a while after the customer's last word knows how long they have been silent."""

from collections.abc import MutableMapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.chat import Chat
from bot.events import BROADCAST, LIVE, Bounced, Contact, Event, Opened, Said, TimerFired
from bot.ports.channel import WindowClosed, human_window
from bot.ports.store import Store
from bot.replies import Message
from bot.router import Route, Stage
from bot.store import receipts
from bot.texts import spoken
from tests.contracts.schema import ask
from tests.runtime.ear import Ear
from tests.runtime.house import House
from tests.runtime.outage import Outage

DAY = timedelta(hours=24)


class Strict(Ear):
    """An ear of a channel with a window, whose provider tells later what became of messages."""

    window = DAY
    tracks = True

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        if silence is None or silence > self.window:
            raise WindowClosed("it is over")
        return super().render(message, number, replaced, silence)


class Chosen(Strict):
    """An ear on which only those can be late who write to the firm's own account."""

    def is_windowed(self, contact: Contact) -> bool:
        return contact.address.endswith("@firm")

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        if silence is not None and silence > self.window:
            raise WindowClosed("it is over")
        return Ear.render(self, message, number)


def house_of(store: Store, after: timedelta, bounced: list[Event], ear: Ear | None = None) -> House:
    """A house that answers after some time."""

    async def later(chat: Chat, event: Event) -> bool:
        match event:
            case Said():
                chat.remind("later", chat.scope.now + after)
            case TimerFired():
                chat.say(spoken("And?"))
            case Bounced():
                bounced.append(event)
        return True

    return House(store, ear=ear or Strict(), route=[Route(Stage.FALLBACK, later)])


async def test_within_the_window_a_message_leaves(store: Store) -> None:
    """A day after their last word is not too late, and the provider's id is kept for its receipt."""
    house = house_of(store, DAY, [])
    await house.answers("hello")

    assert await house.waits(DAY) == ["And?"]
    actor = "webchat/site/ann"
    assert list((await store.read(lambda: receipts.states(house.slug, actor, 0))).values()) == [""]


async def test_after_it_nothing_is_even_tried(store: Store) -> None:
    """A second later the message is given up before the provider is called, and the conversation hears of it."""
    bounced: list[Event] = []
    house = house_of(store, DAY + timedelta(seconds=1), bounced)
    await house.answers("hello")

    assert await house.waits(2 * DAY) == []
    assert bounced == [Bounced(3, "window", "it is over", "question")]


async def test_their_next_word_opens_it_again(store: Store) -> None:
    """What counts is the last thing that the customer said."""
    house = house_of(store, DAY, [])
    await house.answers("hello")
    await house.waits(DAY / 2)
    await house.answers("are you there?")

    assert await house.waits(2 * DAY) == ["And?"]


@pytest.mark.req("F15")
async def test_who_opens_the_conversation_without_a_word_opens_it_as_well(store: Store) -> None:
    """A link that was followed or the first button of a messenger counts as much as a word."""
    house = house_of(store, DAY + timedelta(hours=1), [])
    await house.answers("hello")
    await house.waits(DAY / 2)
    await house.answers(Opened())

    assert await house.waits(DAY) == ["And?"]


@pytest.mark.req("F15")
@pytest.mark.parametrize(("who", "told", "span"), [("ann@firm", [], DAY), ("ann", ["And?"], None)])
async def test_on_some_channels_only_some_contacts_have_a_window(
    store: Store, who: str, told: list[str], span: timedelta | None
) -> None:
    """Beside chats that may be written to for ever, a channel has such as close; the desk is told of those alone."""
    house = house_of(store, 2 * DAY, [], Chosen())
    await house.answers("hello", who)

    assert await house.waits(3 * DAY) == told
    assert human_window(house.ear, Contact("webchat", "site", who)) == span
    assert house.engine.sender.human_window(house.slug, f"webchat/site/{who}") == span


@pytest.mark.parametrize(("kind", "lane"), [("question", LIVE), ("broadcast", BROADCAST)])
async def test_a_database_that_is_away_is_no_fault_of_the_channel(
    store: Store, logged: list[MutableMapping[str, Any]], kind: str, lane: int
) -> None:
    """When nobody can be asked how long the customer was silent, the message waits; nothing is tried, nothing is lost."""
    outage = Outage(store)

    async def answer(chat: Chat, event: Event) -> bool:
        if isinstance(event, Said):
            chat.say(spoken("Here I am."), kind=kind, lane=lane)
            outage.reads = 1
        return True

    house = House(outage, ear=Strict(), route=[Route(Stage.FALLBACK, answer)])
    assert await house.answers("hello") == []
    assert await ask(store, "SELECT state, error FROM outbox") == [("waiting", "the database is away")]
    assert [entry for entry in logged if entry["log_level"] == "error"] == []

    assert await house.waits(timedelta(seconds=3)) == ["Here I am."]
    assert house.ear.tried == ["Here I am."]
