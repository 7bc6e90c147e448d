"""HUMAN: from the customer's word to the operator's answer and back to the bot."""

from datetime import timedelta

import pytest

from bot.events import Edited, RoomSaid, Said
from bot.ports.store import Query
from bot.testing import Talk
from bot.testing.talk import ROOM


@pytest.mark.req("A44", "F12")
def test_a_request_for_a_human_opens_a_topic_with_the_card_and_the_talk(talk: Talk) -> None:
    """Operators see who it is, what was said before, and what to do next, in a topic of its own."""
    talk.says("Do you work on Sundays?", "HUMAN")

    (topic,) = talk.room.topics
    card, *rest = talk.room.texts(topic)
    assert "Waits for somebody." in card
    assert "Next: take it and answer here" in card
    assert "Do you work on Sundays?" in "\n".join(rest)
    assert talk.state.charge == "waiting"


@pytest.mark.req("A44", "F12")
def test_an_operators_words_reach_the_customer_and_the_bot_is_silent_then(talk: Talk) -> None:
    """Whoever answers in the topic is in charge from then on; the bot says nothing more by itself."""
    talk.says("HUMAN").staff("Good morning! Anahit is in today.")
    said = len(talk.heard)
    talk.says("price", "book", "menu")

    assert talk.messages[said - 1].text == "Good morning! Anahit is in today."
    assert talk.messages[said - 1].author == "Our team"
    assert len(talk.heard) == said
    shown = "\n".join(talk.room.texts())
    assert [word in shown for word in ("price", "book", "⚑ MENU")] == [True, True, True]


@pytest.mark.req("F12")
def test_closing_brings_the_bot_back(talk: Talk) -> None:
    """Once the case is closed, the bot answers again, the topic is closed and its card says so."""
    talk.says("HUMAN").staff("Here I am.").staff("/close")
    talk.says("menu")

    (topic,) = talk.room.topics
    assert talk.state.charge == ""
    assert topic in talk.room.closed
    assert "Closed." in talk.room.texts(topic)[0]
    assert "Nur Dental" in talk.heard[-1]


def test_an_open_question_is_resumed_after_the_human(talk: Talk) -> None:
    """Somebody who asks for help in the middle of a booking goes on with it afterwards."""
    talk.says("book a visit")
    question = talk.heard[-1]
    talk.says("HUMAN").staff("All our dentists are good.").staff("/close")
    for _ in range(3):
        if talk.asking != "service":
            talk.says("skip") if "skip" in talk.buttons else talk.presses(talk.buttons[0])

    assert talk.asking == "service"
    assert question in talk.heard[-1]


def test_while_somebody_is_waited_for_the_bot_goes_on(talk: Talk) -> None:
    """Nobody has to sit in silence: buttons and questions work until a human takes over."""
    talk.says("HUMAN")
    talk.presses("Menu")

    assert "Nur Dental" in talk.heard[-1]


def test_what_is_written_meanwhile_is_acknowledged_once(talk: Talk) -> None:
    """What the bot does not understand while a human is waited for is passed on, and said so once."""
    talk.says("HUMAN", "qwrtp zxcvb", "mnbvc lkjhg")

    assert sum("added that to your question" in text for text in talk.heard) == 1
    assert "mnbvc lkjhg" in talk.room.texts()[-1]


def test_stop_works_while_a_human_talks(talk: Talk) -> None:
    """STOP comes before everything."""
    talk.says("HUMAN").staff("Hello!").says("STOP")

    assert talk.state.stopped
    assert "no more reminders" in talk.heard[-1]


def test_an_operators_correction_replaces_what_the_customer_saw(talk: Talk) -> None:
    """An edited message of an operator takes the place of the first; it is not said twice."""
    talk.says("HUMAN").staff("We open at 8.")
    first = len(talk.heard)
    (topic,) = talk.room.topics
    origin = talk.messages[-1].origin.rpartition("/")[2]
    talk.happens(RoomSaid(origin, "7", "Ani", "We open at 9.", topic, edited=True), actor=ROOM)

    assert talk.heard[first:] == ["We open at 9."]
    assert talk.messages[-1].replaces > 0


def test_what_an_operator_takes_back_is_gone_for_the_customer(talk: Talk) -> None:
    """`/delete` in reply to one's own words takes them back; a second time nothing happens."""
    talk.says("HUMAN").staff("Your password is 1234.")
    (topic,) = talk.room.topics
    number = talk.messages[-1].origin.rpartition("/")[2]
    for _ in range(2):
        talk.happens(RoomSaid(f"99{_}", "7", "Ani", "/delete", topic, reply_to=number), actor=ROOM)

    assert talk.messages[-1].text == ""
    assert talk.messages[-1].replaces > 0


def test_a_customers_correction_reaches_the_operators(talk: Talk) -> None:
    """Operators see that a message was changed, and how it reads now."""
    talk.says("HUMAN").staff("Yes?").happens(Said("tomorow at 5", client_id="m1")).happens(Edited("m1", "today at 5"))

    assert "✏️" in talk.room.texts()[-1]
    assert "today at 5" in talk.room.texts()[-1]


@pytest.mark.req("A3")
def test_at_night_the_customer_hears_when_somebody_will_be_there(talk: Talk) -> None:
    """With nobody on duty the customer is told when the clinic opens, and how to call."""
    talk.waits(timedelta(hours=12))
    talk.says("HUMAN")

    assert "We are closed now" in talk.heard[-1]
    assert "9:00" in talk.heard[-1]


def test_a_note_is_kept_and_never_shown_to_the_customer(talk: Talk) -> None:
    """What operators note is for them."""
    talk.says("HUMAN").staff("Hello")
    before = len(talk.heard)
    talk.staff("/note prefers mornings")

    assert len(talk.heard) == before
    assert "prefers mornings" in str(talk.reads(Query("SELECT body FROM cases")))


def test_a_transfer_gives_the_case_to_another_group(talk: Talk) -> None:
    """The card names the group, nobody is in charge, and the customer hears that it was passed on."""
    talk.says("HUMAN").staff("I will ask a doctor.").staff("/transfer doctors")

    (topic,) = talk.room.topics
    assert "Doctors" in talk.room.texts(topic)[0] or "Բժիշկներ" in talk.room.texts(topic)[0]
    assert talk.state.charge == "waiting"
    assert "passed your question on" in talk.heard[-1]
