"""What a message becomes by SMS: plain text, counted as carriers count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Media
from bot.rendering import gsm7, segments
from bot.replies import Choice, Link, Message, Progress
from integrations.channels.twilio.sms.limits import LIMITS
from integrations.channels.twilio.sms.render import Renderer
from integrations.channels.twilio.sms.smart import as_sent
from tests.integrations.twilio.conftest import MENU, choices, link

RENDERER = Renderer(link, 10)


def texts(message: Message, most: int = 10) -> list[str]:
    found = Renderer(link, most).calls(message, 42)
    assert [(each.number, each.part) for each in found] == [(42, part) for part in range(len(found))]
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("a" * 1600, 11),
        ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("я" * 1600, 24),
        ("ա" * 70, 1), ("ა" * 71, 2),
        ("€" * 80, 1), ("€" * 81, 2), ("€" * 152, 2), ("€" * 153, 3),
        ("😀" * 35, 1), ("😀" * 36, 2), ("😀" * 66, 2), ("😀" * 67, 3),
        ("o'zbek " * 22, 1), ("oʻzbek " * 22, 1), ("oʻzbek’ " * 20, 1), ("oʻя" * 22, 1), ("oʻя" * 24, 2),
    ],
    ids=lambda each: f"{each[:3]}×{len(each)}" if isinstance(each, str) else "",
)  # fmt: skip
def test_segments_are_counted_as_carriers_do(text: str, count: int) -> None:
    """The boundaries that Twilio's own calculator shows; Uzbek stays short, since Twilio writes ʻ as '."""
    assert segments(as_sent(text)) == count


def test_choices_are_numbered_lines() -> None:
    """There is nothing to press; a number is typed. Where one stands is not said, each letter costs."""
    message = Message("Which?", choices(2, description="{} h"), progress=Progress(2, 5))

    assert texts(message) == ["Which?\n\n1. Choice 0 — 0 h\n2. Choice 1 — 1 h"]


@pytest.mark.req("F3")
def test_nobody_is_shown_a_word_to_type_that_signs_them_off() -> None:
    """«Cancel» typed to Twilio ends the conversation for good; so its other form is shown, where it has one."""
    message = Message("Shall we?", (
        Choice("0", "Yes", MENU), Choice("1", "Cancel", MENU, short="Never mind"),
        Choice("2", " quit ", MENU, short="End"), Choice("3", "Cancel it", MENU, short="Cancel"),
    ))  # fmt: skip

    assert texts(message) == ["Shall we?\n\n1. Yes\n2. Never mind\n3.  quit \n4. Cancel it"]


def test_files_and_links_are_addresses() -> None:
    """A place is one on a map, with its figures in it."""
    media = (
        Media("image", "a.jpg", "image/jpeg", "The door"),
        Media("place", "", "", "40.177600, 44.512600"),
        Media("place", "", "", "behind the park"),
        Media("image", "gone", "image/jpeg"),
    )

    (text,) = texts(Message("Here", media=media, links=(Link("tel:+37410000101", "Call"),)))

    assert text.splitlines() == [
        "Here",
        "",
        "Call: +37410000101",
        "The door: https://bot.example.am/media/a.jpg",
        "https://maps.google.com/?q=40.177600,44.512600",
        "behind the park",
        "…",
    ]


def test_a_text_goes_on_in_the_next_message() -> None:
    """Cut between sentences, in ten segments at most, or in as many as the firm pays for."""
    assert [len(each) for each in texts(Message("x" * 3200))] == [1520, 1520, 160]
    assert [len(each) for each in texts(Message("я" * 700))] == [660, 40]
    assert [len(each) for each in texts(Message("x" * 161), 1)] == [160, 1]


@given(st.text(max_size=4000).filter(str.strip), st.integers(0, 12), st.integers(1, 10))
def test_all_of_a_message_is_there_and_no_text_is_too_long(text: str, count: int, most: int) -> None:
    """Whatever stands in a message, in whatever alphabet."""
    found = texts(Message(text, choices(count)), most)
    said = "".join("".join(found).split())

    assert all(segments(as_sent(each)) <= most and LIMITS.measure(each) <= 1600 for each in found)
    assert said.startswith("".join(text.split()))
    assert all(f"Choice{n}" in said for n in range(count))


@given(st.text("abc €{}я😀…’ \n", min_size=1, max_size=2000).filter(str.strip))
def test_a_text_never_takes_more_segments_than_it_may(text: str) -> None:
    """Letters of two places, letters that Twilio writes as three, and both alphabets in one text."""
    for most in (1, 2, 10):
        assert all(segments(as_sent(each)) <= most for each in texts(Message(text), most))


@pytest.mark.parametrize(
    "text", ["€" * 1600, "я…" * 700, "…" * 1200, "\u00a0я" * 700, "😀" * 700, "a" * 1519 + "€" * 40]
)
@pytest.mark.parametrize("most", [1, 2, 10])
def test_letters_that_take_more_than_one_place_are_counted_so(text: str, most: int) -> None:
    """Alone, and what Twilio writes in their place."""
    found = texts(Message(text), most)

    assert all(segments(as_sent(each)) <= most for each in found)
    assert sum(map(len, found)) >= len(text.replace("\u00a0", ""))


def test_what_is_short_as_a_whole_stays_so() -> None:
    """Quotes and dashes of a typographer do not make a text three times as long."""
    assert gsm7(as_sent("«Nur» — “10:00”… oʻzbekcha, no’mer ½"))
    assert not gsm7(as_sent("Բարև"))


def test_half_a_character_can_be_sent() -> None:
    """What cannot be written as UTF-8 is replaced."""
    assert texts(Message("a \ud83d b")) == ["a \N{REPLACEMENT CHARACTER} b"]


def test_a_message_that_is_taken_back_stays() -> None:
    """An SMS cannot be changed; nothing is sent in its place."""
    assert RENDERER.calls(Message(""), 42) == []
