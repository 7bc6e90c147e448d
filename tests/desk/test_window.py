"""Windows at the desk: operators know until when a customer can be answered, and what they write too late is held back."""

from collections.abc import Iterator

import pytest

from bot.events import Media, Operator, OperatorSaid
from bot.runtime import Tenant
from bot.testing.talk import ROOM
from tests.desk.windowed import DAY, HOUR, MINUTE, Late, PatientLate, late_talk, with_templates

SEND, LEAVE = "Send as a template", "Leave it"
CLOSED = "The window has closed: only a template can be sent."


@pytest.fixture
def bare(clinic: Tenant) -> Iterator[Late]:
    """A clinic without templates."""
    with late_talk(with_templates(clinic)) as talk:
        yield talk.opens().says("HUMAN")


@pytest.fixture
def armed(clinic: Tenant) -> Iterator[Late]:
    """A clinic whose template for people's words is approved."""
    with late_talk(with_templates(clinic, twins=["relay"])) as talk:
        yield talk.opens().says("HUMAN")


@pytest.mark.req("F15")
def test_the_card_says_until_when(bare: Late) -> None:
    """A day after the customer's last word, in the firm's own time."""
    assert "Can be answered until Tuesday 24 November, 10:00." in bare.card()


@pytest.mark.req("F15")
def test_the_card_counts_down(bare: Late) -> None:
    """It warns an hour before the end and says when it has come, without anybody doing anything."""
    bare.waits(DAY - HOUR - MINUTE)
    before = bare.card()
    bare.waits(MINUTE)
    soon = bare.card()
    bare.waits(HOUR)

    assert "Can be answered until" in before
    assert "Soon" not in before
    assert "⏳ Soon only a template" in soon
    assert CLOSED in bare.card()


def test_their_next_word_opens_the_window_on_the_card(bare: Late) -> None:
    """A customer who writes after it has closed can be answered for another day."""
    bare.waits(2 * DAY)
    bare.says("Hello?")

    assert "Can be answered until Thursday 26 November, 10:00." in bare.card()


def test_a_word_within_the_hour_edits_no_card(bare: Late) -> None:
    """A room takes few messages a minute, so the card does not follow every word; within an hour it stays as it is."""
    orders = len(bare.room.orders)
    bare.waits(30 * MINUTE)
    bare.says("one more thing")
    words = len(bare.room.orders) - orders
    bare.waits(40 * MINUTE)
    bare.says("and another")

    assert words == 1
    assert "11:10" in bare.card()


def test_a_closed_case_says_nothing_of_it(bare: Late) -> None:
    """Nobody answers there any more."""
    bare.staff("Here I am.").staff("/close")
    bare.waits(2 * DAY)

    assert "answered until" not in bare.card()
    assert CLOSED not in bare.card()


@pytest.mark.req("F15")
def test_late_words_are_held_back_and_leave_as_a_template(armed: Late) -> None:
    """The operator is told before anything is tried, and one press sends their words by the approved template."""
    armed.waits(DAY)
    before = armed.channel.left
    armed.staff("Your crown\nis ready.")
    told, labels = armed.told()

    assert told == "The window has closed, so this was not sent. It can leave as the template «words»."
    assert labels == [SEND, LEAVE]
    assert armed.channel.left == before

    armed.press(SEND)
    assert armed.channel.left[len(before) :] == ["words/en: Your crown is ready."]
    assert armed.told()[0] == "It is on its way to the customer."


def test_two_presses_send_once(armed: Late) -> None:
    """A second operator who presses the same button is told that it was decided."""
    armed.waits(DAY)
    armed.staff("It is ready.")
    before = len(armed.channel.left)
    armed.press(SEND)
    armed.press(SEND)

    assert len(armed.channel.left) == before + 1
    assert armed.told()[0] == "This was decided already."


def test_two_operators_who_press_at_once_send_once(armed: Late) -> None:
    """Both presses may pass the room before either reaches the conversation, which says the words once."""
    armed.waits(DAY)
    before = len(armed.channel.left)
    said = OperatorSaid(armed.state.case, Operator("m", "Ani"), "It is ready.", origin=f"{ROOM}/7", template="relay")
    armed.happens(said).happens(said)

    assert armed.channel.left[before:] == ["words/en: It is ready."]


def test_what_is_left_stays_unsent(armed: Late) -> None:
    """The other button: the customer hears nothing."""
    armed.waits(DAY)
    armed.staff("Never mind.")
    before = armed.channel.left
    armed.press(LEAVE)

    assert armed.channel.left == before
    assert armed.told()[0] == "It is not sent."


def test_held_words_leave_as_they_are_once_the_customer_has_written(armed: Late) -> None:
    """The window is open again, so no template is needed."""
    armed.waits(DAY)
    armed.staff("It is ready.")
    armed.says("Hello?")
    armed.press(SEND)

    assert armed.channel.left[-1] == "It is ready."


def test_held_words_that_are_changed_leave_as_changed(armed: Late) -> None:
    """An operator corrects what is held: the same button then sends the new words."""
    armed.waits(DAY)
    number = armed.writes("At five.")
    armed.changes(number, "At six.")
    armed.press(SEND)

    assert [each for each in armed.channel.left if each.startswith("words/")] == ["words/en: At six."]


def test_what_has_left_is_not_changed_after_the_window(armed: Late) -> None:
    """A correction would be a second message; the operator is told to write one."""
    number = armed.writes("At five.")
    armed.waits(DAY)
    before = armed.channel.left
    armed.changes(number, "At six.")

    assert armed.told()[0] == "The window has closed, so the change was not sent. Write it as a new message."
    assert armed.channel.left == before


def test_a_picture_is_not_offered_as_a_template(armed: Late) -> None:
    """A template of words carries no picture, so only the customer's next word helps."""
    armed.waits(DAY)
    armed.staff("Look.", media=(Media("image", "x.png", "image/png"),))

    assert "Only the customer’s next message opens it." in armed.told()[0]
    assert armed.told()[1] == []


def test_a_button_of_a_closed_case_does_nothing(armed: Late) -> None:
    """What was held when the case was closed stays unsent."""
    armed.waits(DAY)
    armed.staff("It is ready.").staff("/close")
    before = armed.channel.left
    armed.press(SEND)

    assert armed.told()[0] == "This button no longer works."
    assert armed.channel.left == before


def test_without_a_template_only_their_next_word_helps(bare: Late) -> None:
    """A firm that has had none approved is told so; nothing is tried."""
    bare.waits(DAY)
    before = bare.channel.left
    bare.staff("It is ready.")

    assert bare.told() == (
        "The window has closed, so this was not sent. Only the customer’s next message opens it.", []
    )  # fmt: skip
    assert bare.channel.left == before


def test_within_the_window_words_leave_at_once(armed: Late) -> None:
    """A minute before its end nothing is asked."""
    armed.waits(DAY - MINUTE)
    armed.staff("It is ready.")

    assert armed.channel.left[-1] == "It is ready."


@pytest.mark.req("F15")
def test_where_people_may_answer_longer_the_desk_knows(clinic: Tenant) -> None:
    """Messenger lets a person answer for a week: the card says so, and words of the third day are not held."""
    with late_talk(clinic, PatientLate) as talk:
        talk.opens().says("HUMAN")
        assert "Can be answered until Monday 30 November, 10:00." in talk.card()

        talk.waits(3 * DAY)
        talk.staff("It is ready.")
        assert talk.channel.left[-1] == "It is ready."

        talk.waits(4 * DAY)
        talk.staff("Are you there?")
        assert talk.channel.left[-1] == "It is ready."


@pytest.mark.req("F14", "F15")
def test_a_rating_is_asked_by_its_template_after_the_window(clinic: Tenant) -> None:
    """A case that is closed two days later asks by the template of questions, and what else was said goes by its own."""
    with late_talk(with_templates(clinic, twins=["question"])) as talk:
        talk.opens().says("HUMAN").staff("Here I am.")
        talk.waits(2 * DAY)
        before = len(talk.channel.left)
        talk.staff("/close")

        assert [each.split(":")[0] for each in talk.channel.left[before:]] == ["words/en"]
        assert talk.asking == "rating"
