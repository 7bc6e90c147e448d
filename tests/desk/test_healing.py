"""A staff room that loses topics, rights or itself: nothing is lost, and the customer is not left alone."""

from datetime import timedelta

import pytest

from bot.events import CaseAct, Operator, RoomChanged, RoomSaid
from bot.ports.channel import PerhapsSent, Retry, Undeliverable
from bot.ports.room import OpenTopic, Post
from bot.ports.store import Query
from bot.testing import Talk
from bot.testing.talk import ROOM

MOVED = "staff/room/main/-1009"


@pytest.fixture
def waiting(talk: Talk) -> Talk:
    """A customer whose request has its topic."""
    return talk.says("HUMAN")


def posted(talk: Talk) -> str:
    """Everything that stands in the room."""
    return "\n".join(talk.room.texts())


@pytest.mark.req("F13")
def test_a_deleted_topic_is_opened_anew_with_the_talk_so_far(waiting: Talk) -> None:
    """When somebody deletes the topic, the next message opens another one with card and transcript; nothing is lost."""
    waiting.says("my tooth hurts badly")
    (old,) = waiting.room.topics
    del waiting.room.topics[old]
    waiting.says("are you there?")

    (new,) = waiting.room.topics
    fresh = "\n".join(waiting.room.texts(new))
    assert new != old
    assert "my tooth hurts badly" in fresh
    assert "are you there?" in fresh
    waiting.staff("Yes, we are.")
    assert waiting.heard[-1] == "Yes, we are."


@pytest.mark.req("F13")
def test_a_closed_topic_closes_the_case(waiting: Talk) -> None:
    """An operator who closes the topic by hand has closed the case: the bot answers again."""
    (topic,) = waiting.room.topics
    waiting.staff("Done.")
    waiting.happens(RoomChanged("topic_closed", "7", "Ani", topic), actor=ROOM)

    assert waiting.state.charge == ""
    assert "closed this matter" in "\n".join(waiting.heard)


@pytest.mark.req("F13")
def test_a_reopened_topic_takes_the_case_up_again(waiting: Talk) -> None:
    """Whoever reopens the topic is in charge of the customer again."""
    (topic,) = waiting.room.topics
    waiting.staff("/close")
    waiting.happens(RoomChanged("topic_reopened", "7", "Ani", topic), actor=ROOM)

    assert waiting.state.charge == "human"


@pytest.mark.req("F13")
def test_words_in_a_closed_case_are_not_lost_in_silence(waiting: Talk) -> None:
    """An operator who writes after the end is told that the customer does not see it."""
    waiting.staff("/close")
    before = len(waiting.heard)
    waiting.staff("One more thing…")

    assert len(waiting.heard) == before
    assert "the customer does not see it" in posted(waiting)


@pytest.mark.req("F13")
def test_without_the_right_to_open_topics_the_desk_works_by_replies(talk: Talk) -> None:
    """A group without topics, or a bot without rights, still serves: card and words in the group, answers as replies."""
    talk.room.outcomes.append(Undeliverable("rights", "not enough rights to create a topic"))
    talk.says("HUMAN")
    talk.says("hello?")
    card = next(number for number, (_, message) in talk.room.posts.items() if "Waits for" in message.text)
    talk.staff("Hello! I am here.", reply_to=card)

    assert not talk.room.topics
    assert "I may not open topics here" in posted(talk)
    assert talk.heard[-1] == "Hello! I am here."


@pytest.mark.req("F13")
def test_rights_that_come_back_bring_the_topics_back(talk: Talk) -> None:
    """Once the bot is an administrator again, the case gets its topic."""
    talk.room.outcomes.append(Undeliverable("rights", "not enough rights to create a topic"))
    talk.says("HUMAN")
    talk.happens(RoomChanged("bot", to="admin"), actor=ROOM)

    assert len(talk.room.topics) == 1


@pytest.mark.req("F13")
def test_a_migrated_group_is_followed(waiting: Talk) -> None:
    """When Telegram turns the group into a supergroup, the case moves there and answers come from there."""
    waiting.room.outcomes.append(Undeliverable("moved", "upgraded to a supergroup", "-1009"))
    waiting.says("hello?")
    line, _ = next((line, order) for line, order in waiting.room.orders[::-1] if isinstance(order, Post))

    assert line.startswith(MOVED)
    (topic,) = {thread for thread, _ in waiting.room.posts.values() if thread} - {next(iter(waiting.room.topics))}
    waiting.happens(RoomSaid("77", "7", "Ani", "We have moved, but we are here.", topic), actor=MOVED)
    assert waiting.heard[-1] == "We have moved, but we are here."


@pytest.mark.req("F13", "A3")
def test_a_room_that_is_gone_holds_everything_and_gives_the_customer_a_phone(waiting: Talk) -> None:
    """Kicked out of the group, the bot keeps what was said, gives a number to call, and shows all of it later."""
    waiting.room.outcomes.append(Undeliverable("gone", "bot was kicked from the supergroup chat"))
    waiting.says("hello?")
    said = waiting.heard[-1]
    waiting.says("anybody?")
    waiting.waits(timedelta(minutes=11))

    assert "+374 10 00 01 01" in said
    assert "hello?" in posted(waiting)
    assert "anybody?" in posted(waiting)


@pytest.mark.req("F13")
def test_what_arrives_while_the_room_is_slow_is_joined(waiting: Talk) -> None:
    """Twenty messages a minute are all that a group takes: what comes meanwhile leaves as one message."""
    waiting.room.outcomes.append(Retry(timedelta(seconds=20), "the group takes no more for a while"))
    waiting.says("one", "two", "three", "four")
    before = len(waiting.room.posts)
    waiting.waits(timedelta(seconds=30))

    fresh = list(waiting.room.posts.values())[before:]
    assert len(fresh) <= 2
    assert all(word in posted(waiting) for word in ("one", "two", "three", "four"))


def test_an_order_whose_answer_was_lost_is_given_again(waiting: Talk) -> None:
    """A message that perhaps reached the room is shown once more rather than lost."""
    waiting.room.outcomes.append(PerhapsSent("the connection broke"))
    waiting.says("important")
    waiting.waits(timedelta(minutes=1))

    assert "important" in posted(waiting)


def test_two_operators_at_once_make_one_take(waiting: Talk) -> None:
    """Pressed twice at once, «take» puts one in charge after the other and tells the customer of nothing twice over."""
    (case,) = (row[0] for row in waiting.reads(Query("SELECT id FROM cases WHERE closed_at IS NULL")))
    ani = Operator("m1", "Ani")
    waiting.happens(CaseAct(case, "take", ani), key="press").happens(CaseAct(case, "take", ani), key="press")

    assert sum("is with you now" in text for text in waiting.heard) == 1


def test_one_topic_a_case_however_often_somebody_asks(waiting: Talk) -> None:
    """HUMAN three times is one request with one topic."""
    waiting.says("HUMAN", "operator please", "HUMAN")

    assert sum(isinstance(order, OpenTopic) for _, order in waiting.room.orders) == 1
