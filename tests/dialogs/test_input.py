"""What people, and people who mean harm, put into a text: it is kept, answered, and breaks nothing."""

import pytest

from bot.events import Media, Pressed, Said
from bot.ports.store import Query
from bot.testing import MemoryMedia, Talk
from tests.dialogs.frozen import at, take_up
from tests.dialogs.parlour import visits
from tests.dialogs.test_words import STATES

ODD = {
    "nothing": "",
    "blank": "   \n\t ",
    "nul": "a\x00b\x00",
    "half a pair": "\ud800 \udfff",
    "right to left": "\u202eNAMUH\u202c \u2066x\u2069",
    "zero width": "\u200b\u200d\ufeff",
    "stacked": "Z" + "\u0310" * 500,
    "emoji": "👩‍👩‍👧‍👦🙏",
    "a long number": "9" * 4000,
    "many days": "31.02.2027 30.02 99.99.9999 00.00",
    "a year far away": "25.12.99999",
    "a formula": '=HYPERLINK("http://x","y")',
    "markup": "<script>alert(1)</script> *b* [x](tg://user?id=1)",
    "braces": "{text} {0} {name.__class__} %s %(x)s",
    "a card": "4111 1111 1111 1111",
    "sql": "'; DROP TABLE actors; --",
    "slashes": "../../etc/passwd\\..",
    "brackets": "(" * 3000,
    "one word": "а" * 15_000,
    "digits of others": "٣٤٥ ੪ 二",
}


def faults(talk: Talk) -> list[tuple[str, ...]]:
    return [tuple(row) for row in talk.reads(Query("SELECT error FROM inbox WHERE error <> ''"))]


@pytest.mark.parametrize(("dialog", "question"), [*STATES, ("", "")])
def test_whatever_is_typed_is_answered(clinic: Talk, dialog: str, question: str) -> None:
    """At every question, and at none, the bot says something sensible and stays where it can go on."""
    for text in ODD.values():
        talk = take_up(clinic, at(dialog, question)) if dialog else clinic
        said = len(talk.heard)
        talk.says(text)

        assert faults(talk) == []
        assert len(talk.heard) > said
        assert all("\x00" not in line for line in talk.heard[said:])


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_is_typed_is_kept_for_people_to_read(clinic: Talk, text: str) -> None:
    """The transcript holds what was written, in a form that every database and page can show."""
    clinic.says(text)
    (line,) = [each for each in clinic._lines() if each.author == "customer"]

    line.message.text.encode()
    assert "\x00" not in line.message.text
    assert len(line.message.text) >= len(text.strip()) * 0.9 or len(text) > 1000


def test_a_text_of_a_million_letters_is_kept_whole(clinic: Talk) -> None:
    """A dialog reads the first 16,000 characters; people get all of it as a file."""
    text = "Я хочу " + "ж" * 1_000_000
    clinic.says("New patient form").says(text)
    media = clinic.engine.intake._media
    assert isinstance(media, MemoryMedia)
    (line,) = [each for each in clinic._lines() if each.message.media]

    assert [each.body.decode() for each in media.files.values()] == [text]
    assert len(line.message.text) == 16_000
    assert line.message.media[0].mime == "text/plain"
    assert clinic.asking == "name"


def test_a_million_letters_refused_are_quoted_briefly(clinic: Talk) -> None:
    """A refusal does not throw the customer's wall of text back at them."""
    clinic.says("Book a visit", "x" * 1_000_000)

    assert len(clinic.heard[-1]) < 500
    assert clinic.asking == "service"


@pytest.mark.parametrize(("text", "says"), [
    ("31.02", "There is no such day as 31.02."),
    ("30 February", "There is no such day as 30 February."),
    ("yesterday", "has passed"),
    ("blue", "I did not understand the time."),
])  # fmt: skip
def test_a_day_that_cannot_be_is_explained(clinic: Talk, text: str, says: str) -> None:
    """The customer reads what is wrong with the day, and chooses again."""
    clinic.says("Book a visit", "Teeth cleaning", "Kentron", text)

    assert says in clinic.heard[-1]
    assert clinic.asking == "slot"


@pytest.mark.req("A8")
@pytest.mark.parametrize(("typed", "stored"), [
    ("091 12 34 56", "+37491123456"),
    ("+998 (90) 123-45-67", "+998901234567"),
    ("00995 555 12 34 56", "+995555123456"),
    ("+7 916 123-45-67", "+79161234567"),
    ("my number is 091123456, thank you", "+37491123456"),
])  # fmt: skip
def test_a_phone_number_is_stored_in_one_form(clinic: Talk, typed: str, stored: str) -> None:
    """However it is written, the number is kept as the telephone network knows it."""
    clinic.says("New patient form", "Anna", typed)

    assert clinic.asking == "reason"
    assert clinic.state.frame is not None
    assert bytes(clinic.state.frame.answers["phone"]) == f'"{stored}"'.encode()


@pytest.mark.req("A8")
def test_a_phone_number_that_is_none_is_explained_and_then_a_human_offered(clinic: Talk) -> None:
    """Too short, too long, no number: each is told apart, and the third time a person is offered."""
    clinic.says("New patient form", "Anna", "0911")
    assert clinic.heard[-1].startswith("This number is too short.")
    clinic.says("+374 91 123456 789 000")
    assert clinic.heard[-1].startswith("This number is too long.")
    clinic.says("I have none")

    assert "Talk to a person" in clinic.buttons
    assert clinic.asking == "phone"


def test_a_picture_without_words_is_kept_and_said_to_be(clinic: Talk) -> None:
    """A picture in the middle of a dialog is acknowledged, and the dialog stands where it stood."""
    clinic.says("Book a visit").happens(Said("", (Media("image", "a.png", "image/png"),)))

    assert clinic.heard[-1].startswith("I have kept your picture")
    assert clinic.asking == "service"


@pytest.mark.parametrize(
    "pressed", [Pressed(2, "99"), Pressed(1, "0"), Pressed(99_999, "0"), Pressed(-1, ""), Pressed(2, "x" * 999)]
)
def test_a_button_that_never_was_brings_the_menu(clinic: Talk, pressed: Pressed) -> None:
    """A forged or broken press does nothing but say so."""
    clinic.happens(pressed)

    assert clinic.heard[-1].startswith("This button no longer works. Here is the menu.")
    assert faults(clinic) == []


@pytest.mark.req("F7")
def test_a_number_means_what_was_shown(summary: Talk) -> None:
    """The times have changed since they were shown: «1» is the time that stood first then, or is told to be gone."""
    summary.says("yes", "Book a visit", "Teeth cleaning", "Kentron")
    shown = summary.buttons[0]
    summary.says("1")

    assert summary.asking == "agreed", "name and phone are known"
    assert shown in summary.heard[-1]
    assert visits(summary) == [("2026-11-23T14:00", "booked")]
