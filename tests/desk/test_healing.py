"""A staff room that loses topics, rights or itself: nothing is lost, and the customer is not left alone."""

from datetime import timedelta

import pytest

from bot.events import CaseAct, Operator, RoomChanged, RoomSaid
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.room import MarkTopic, OpenTopic, Post
from bot.ports.store import Query
from bot.replies import Act
from bot.runtime import Tenant
from bot.testing import Talk
from bot.testing.talk import ROOM
from handlers import ACTORS, ROUTES
from tests.desk.conftest import MONDAY

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
def test_a_topic_closed_by_hand_is_not_opened_in_between(waiting: Talk) -> None:
    """The topic stays as the operator left it, and /take opens it again for everybody to see."""
    (topic,) = waiting.room.topics
    waiting.room.closed.add(topic)
    waiting.happens(RoomChanged("topic_closed", "7", "Ani", topic), actor=ROOM)
    marks = [order for _, order in waiting.room.orders if isinstance(order, MarkTopic)]
    waiting.staff("/take")

    assert marks == []
    assert topic not in waiting.room.closed


@pytest.mark.req("F13")
def test_what_comes_while_the_room_is_gone_is_shown_to_the_last_word(waiting: Talk) -> None:
    """However much a customer writes before the bot is back in the group, operators see all of it."""
    waiting.room.outcomes.append(Undeliverable("gone", "bot was kicked from the supergroup chat"))
    words = [f"detail {n:02}" for n in range(30)]
    waiting.says(*words).waits(timedelta(minutes=11))

    assert [word for word in words if word not in posted(waiting)] == []


@pytest.mark.req("F13")
def test_rights_that_come_back_bring_card_and_talk_into_the_topic(talk: Talk) -> None:
    """What stood in the group itself stands in the topic too, so that nobody has to look for it."""
    talk.room.outcomes.append(Undeliverable("rights", "not enough rights to create a topic"))
    talk.says("HUMAN", "my tooth hurts").happens(RoomChanged("bot", to="admin"), actor=ROOM)
    (topic,) = talk.room.topics

    card, *rest = talk.room.posts.values()
    inside = [message for thread, message in (card, *rest) if thread == topic]
    assert any(choice.means == Act("case.take", topic_case(talk)) for choice in inside[0].choices)
    assert "my tooth hurts" in "\n".join(message.text for message in inside)


def test_an_older_request_cannot_be_taken_beside_a_newer_one(waiting: Talk) -> None:
    """Whoever takes up a closed request of a customer who has asked again is told where; nothing fails."""
    (old,) = waiting.room.topics
    waiting.staff("/close").says("HUMAN")
    waiting.happens(RoomSaid("77", "7", "Ani", "/take", old), actor=ROOM)

    assert topic_case(waiting) in "\n".join(waiting.room.texts(old))
    assert waiting.reads(Query("SELECT COUNT(*) FROM inbox WHERE state <> 'done'")) == [(0,)]
    assert waiting.state.charge == "waiting"


def test_an_answer_that_did_not_arrive_is_told_after_the_end_too(clinic: Tenant) -> None:
    """An operator who closes right after an answer still learns that it could not be delivered."""
    late: list[Outcome] = [
        Sent(),
        Sent(),
        Retry(timedelta(seconds=20), "too fast"),
        Undeliverable("blocked", "she has blocked us"),
    ]
    with Talk(clinic, ROUTES, now=MONDAY, language="en", actors=ACTORS, outcomes=late) as talk:
        talk.opens().says("HUMAN").staff("Come at five.").staff("/close").waits(timedelta(minutes=1))

        assert "blocked" in posted(talk)


def topic_case(talk: Talk) -> str:
    """The case that the conversation points to."""
    return talk.state.case


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
