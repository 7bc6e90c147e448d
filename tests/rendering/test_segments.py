"""A text as mobile networks count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import gsm7, room, segments, septets, utf16_units


@pytest.mark.parametrize(
    ("letter", "length", "count"),
    [
        ("a", 160, 1), ("a", 161, 2), ("a", 306, 2), ("a", 307, 3), ("a", 1600, 11),
        ("я", 70, 1), ("я", 71, 2), ("я", 134, 2), ("я", 135, 3), ("я", 1600, 24),
        ("Ա", 70, 1), ("ა", 71, 2), ("€", 80, 1), ("€", 81, 2), ("😀", 35, 1), ("😀", 36, 2),
    ],
)  # fmt: skip
def test_the_boundaries_that_were_seen(letter: str, length: int, count: int) -> None:
    """160 characters of the narrow alphabet or 70 of others are one message; longer ones are cut into smaller parts."""
    assert segments(letter * length) == count


def test_an_empty_text_is_no_message() -> None:
    """Nothing said costs nothing."""
    assert segments("") == 0


@pytest.mark.parametrize(("letter", "narrow"), [("'", True), ("ʻ", False), ("‘", False), ("ö", True), ("ğ", False)])
def test_one_letter_widens_the_whole_text(letter: str, narrow: bool) -> None:
    """Uzbek with a straight apostrophe stays narrow, with its own letter it does not."""
    assert gsm7(f"O{letter}zbek") is narrow
    assert segments(f"O{letter}" + "z" * 158) == (1 if narrow else 3)


@pytest.mark.parametrize(("length", "count"), [(152, 2), (153, 2)])
def test_a_character_of_two_places_is_not_torn(length: int, count: int) -> None:
    """The euro sign that does not fit the end of a part goes to the next one."""
    assert segments("a" * length + "€" + "b" * 20) == count
    assert segments("a" * 152 + "€" + "b" * 152) == 3
    assert segments("a" * 151 + "€" + "b" * 153) == 2


@given(st.text("aя€😀", max_size=400), st.text("aя€😀", max_size=10))
def test_more_text_never_takes_fewer(text: str, more: str) -> None:
    """However letters are mixed, a longer text is not cheaper."""
    assert segments(text + more) >= segments(text)


@given(st.one_of(st.text("a€", max_size=1700), st.text("aя€😀", max_size=700)), st.integers(1, 10))
def test_what_has_room_takes_no_more(text: str, most: int) -> None:
    """A text that is cut to the room of so many messages becomes no more than those."""
    measure = septets if gsm7(text) else utf16_units
    if measure(text) <= room(text, most):
        assert segments(text) <= most
