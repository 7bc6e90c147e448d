"""A channel that may be written to only for a while after the customer's last word knows how long they have been silent."""

from collections.abc import Sequence
from datetime import timedelta

from bot.chat import Chat
from bot.events import Bounced, Event, Said, TimerFired
from bot.ports.channel import WindowClosed
from bot.ports.store import Store
from bot.replies import Message
from bot.router import Route, Stage
from bot.store import receipts
from bot.texts import spoken
from tests.runtime.ear import Ear
from tests.runtime.house import House

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


def house_of(store: Store, after: timedelta, bounced: list[Event]) -> House:
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

    return House(store, ear=Strict(), route=[Route(Stage.FALLBACK, later)])


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
