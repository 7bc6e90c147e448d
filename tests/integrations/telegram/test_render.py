"""Any message fits into what Telegram takes, and nothing of it is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import utf16_units
from bot.replies import Act, Choice, Link, Message, Speak
from integrations.channels.telegram.limits import BUTTONS, CALLBACK_BYTES, TEXT_UNITS
from integrations.channels.telegram.render import Call, Renderer

RENDERER = Renderer(lambda _: "Share my phone number")
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates too
LONG_TEXT = st.lists(st.sampled_from(["word", "😀", "Բարև։", "\n\n", "\n", " ", "end. ", "x" * 900]), max_size=80).map(
    "".join
)


def sent(message: Message, number: int = 42) -> list[Call]:
    return RENDERER.conversation(message, number)


def buttons(calls: list[Call]) -> list[dict[str, Any]]:
    return [
        button
        for call in calls
        for row in call.fields.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]


@given(LONG_TEXT)
def test_long_words_are_split_and_all_arrive(text: str) -> None:
    """A customer reads all of a long text, in parts that Telegram takes, in order; only white space is gone."""
    parts = [call.fields["text"] for call in sent(Message(text))]

    assert all(0 < utf16_units(part) <= TEXT_UNITS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_text_is_cut_where_a_reader_pauses() -> None:
    """A sentence is not torn when there is room to end it."""
    sentence = "A sentence of some length that says something."
    parts = [call.fields["text"] for call in sent(Message(" ".join([sentence] * 200)))]

    assert len(parts) > 1
    assert all(part.endswith("something.") for part in parts)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_words_can_become_markup(text: str, author: str, heading: str) -> None:
    """Whatever somebody wrote is shown as written: the only mark is ours, on the first lines, and inside the text."""
    for call in sent(Message(text, author=author, heading=heading)):
        marks = call.fields.get("entities", [])

        assert "parse_mode" not in call.fields
        assert [each["type"] for each in marks] == ["bold"] * len(marks)
        assert all(each["offset"] == 0 and 0 < each["length"] <= utf16_units(call.fields["text"]) for each in marks)
        assert call.fields["text"].encode("utf-8")


@given(st.lists(ANY_TEXT, min_size=1, max_size=30))
def test_every_choice_has_a_button_with_words(labels: list[str]) -> None:
    """No choice is left out, whatever its label."""
    choices = tuple(Choice(str(n), label, Speak("menu")) for n, label in enumerate(labels))
    shown = buttons(sent(Message("Which?", choices)))

    assert [each["callback_data"] for each in shown] == [f"42.{n}" for n in range(len(labels))]
    assert all(each["text"].strip() for each in shown)


def test_more_choices_than_a_message_holds_go_on_under_the_next() -> None:
    """A list of 250 choices comes in three messages that say which they are."""
    choices = tuple(Choice(str(n), f"Choice {n}", Speak("menu")) for n in range(250))
    calls = sent(Message("Which?", choices))

    assert [call.fields["text"] for call in calls] == ["Which?", "2/3", "3/3"]
    assert all(len(buttons([call])) <= BUTTONS for call in calls)
    assert [each["text"] for each in buttons(calls)] == [each.label for each in choices]


def test_buttons_stand_under_the_last_part() -> None:
    """After a long text the buttons are where the customer has read to."""
    calls = sent(Message("word " * 2000, (Choice("0", "Yes", Speak("menu")),), links=(Link("https://a.example", "A"),)))

    assert len(calls) > 1
    assert [bool(buttons([call])) for call in calls] == [False] * (len(calls) - 1) + [True]


@pytest.mark.parametrize("number", [1, 10**15])
def test_a_buttons_data_fits(number: int) -> None:
    """Buttons work also late in a long conversation."""
    (button,) = buttons(sent(Message("?", (Choice("0", "Հայերեն " * 20, Speak("menu")),)), number))

    assert len(button["callback_data"].encode()) <= CALLBACK_BYTES


def test_a_button_in_a_room_says_what_it_does() -> None:
    """A button of the staff's card names its action and its case."""
    (call,) = RENDERER.room(Message("card", (Choice("0", "Take it", Act("case.take", "K7")),)))

    assert buttons([call]) == [{"text": "Take it", "callback_data": "case.take:K7"}]
