"""What becomes of a message, said to who wrote it."""

import pytest

from bot.rendering import Misfit, judge
from bot.replies import Choice, Message, Speak
from tests.rendering.rows import ROWS

HELP = Speak("help")
WHATSAPP, MESSENGER, SMS = ROWS["whatsapp_cloud"], ROWS["messenger"], ROWS["sms_twilio"]


def asked(*labels: str, short: str = "", description: str = "") -> Message:
    choices = (Choice(str(n), label, HELP, short and f"{short}{n}", description) for n, label in enumerate(labels))
    return Message("Which?", tuple(choices))


@pytest.mark.parametrize(
    ("message", "shape"),
    [
        (Message("Hello"), "words"),
        (asked("Yes", "No"), "buttons"),
        (asked("1", "2"), "buttons"),
        (asked("1", "2", "3", "4"), "list"),
        (asked(*map(str, range(11))), "lists"),
        (asked(*map(str, range(31))), "numbers"),
        (asked("a" * 25, "b"), "numbers"),
    ],
)
def test_every_shape_has_a_name(message: Message, shape: str) -> None:
    """Buttons, one list, several, numbers, or words alone: as a customer will see it."""
    assert judge(message, WHATSAPP).shape == shape


def test_the_label_that_takes_the_buttons_away_is_named() -> None:
    """Who reads the verdict shortens one label, not all of them."""
    verdict = judge(asked("Yes", "a" * 21), WHATSAPP)

    assert (verdict.shape, verdict.misfits) == ("list", (Misfit(1, "label", 20, 21),))


def test_the_label_that_takes_the_list_away_is_named() -> None:
    """Where not even a row is wide enough, the one label that is to blame is told, not its neighbours."""
    assert judge(asked("Yes", "a" * 25, "b" * 21), WHATSAPP).misfits == (Misfit(1, "label", 24, 25),)


def test_where_there_is_no_list_a_button_is_the_most() -> None:
    """A channel without lists has no second width to fall back on."""
    assert judge(asked("Yes", "a" * 21), MESSENGER).misfits == (Misfit(1, "label", 20, 21),)


def test_a_short_form_that_fits_is_no_misfit() -> None:
    """Whoever declared a short form has mended the label."""
    assert judge(asked("a" * 40, "b" * 40, short="S"), MESSENGER).misfits == ()


def test_labels_that_cannot_be_told_apart_are_named() -> None:
    """The second of two that read the same is the one to change."""
    message = Message("Which?", (Choice("a", "A" * 30, HELP, "same"), Choice("b", "B" * 30, HELP, "same")))

    assert judge(message, MESSENGER).misfits == (Misfit(1, "same", 20, 30),)


def test_a_description_too_long_for_its_row_is_named() -> None:
    """What stands under a row is told apart from its label: the rows stay."""
    verdict = judge(asked("a", "b", "c", "d", description="x" * 73), WHATSAPP)

    assert verdict.shape == "list"
    assert verdict.misfits == tuple(Misfit(n, "description", 72, 73) for n in range(4))


def test_where_there_are_no_buttons_no_label_is_to_blame() -> None:
    """By SMS every choice is a numbered line, however short it is."""
    verdict = judge(asked("a" * 200, "b"), SMS)

    assert (verdict.shape, verdict.misfits) == ("numbers", ())


def test_the_messages_of_a_text_are_counted_without_the_lists_that_follow() -> None:
    """Three lists after one another are one text that goes on; a split text is several."""
    many = asked(*map(str, range(21)))

    assert judge(many, WHATSAPP).texts == 1
    assert judge(Message("word " * 1000, many.choices), WHATSAPP).texts == 2
