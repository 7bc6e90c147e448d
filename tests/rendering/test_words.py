"""Words that every channel writes, and names that every channel reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Media
from bot.rendering import NOTHING, as_link, as_links, file_name, one_line, point, printed, shown, sound, sound_json
from bot.replies import Link, Message

PRICES = Media("file", "f81d.pdf", "application/pdf", "Prices")


@given(st.text())
def test_whole_words_stay_as_they_are(text: str) -> None:
    """What can be written as UTF-8 is."""
    assert sound(text) == text


@given(st.text(st.sampled_from("a\ud83d\ude00ճ\0\n\t\x7f")))
def test_every_text_can_be_sent(text: str) -> None:
    """Halves of characters become whole ones or a sign in their place; what no screen shows is left out."""
    sound(text).encode()
    said = printed(text)

    said.encode()
    assert all(each.isprintable() or each in "\n\t" for each in said)
    assert said.count("a") == text.count("a")


def test_halves_that_belong_together_become_one() -> None:
    """JSON writes a smile as two halves, which some senders leave apart."""
    assert sound("\ud83d\ude00 \ud83d!") == "😀 \ufffd!"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (rb'{"a": "\ud83d\ude00"}', {"a": "😀"}),
        (rb'{"a": "\ud83d"}', {"a": "\ufffd"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b"[1, null]", [1, None]),
    ],
)
def test_broken_json_is_read_with_signs_in_place(body: bytes, found: object) -> None:
    """One broken letter of a customer does not hide what else was delivered."""
    assert json.loads(sound_json(body)) == found


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": nul}'])
def test_what_is_no_json_stays_none(body: bytes) -> None:
    """It is refused, not guessed."""
    with pytest.raises(ValueError, match=r"Expecting"):
        sound_json(body)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ani", "Ani"),
        ("  Ani \n Petrosyan\t", "Ani Petrosyan"),
        ("\u202eAni\u200b", "Ani"),
        ("", ""),
        ("Անի " * 10, "Անի Անի Անի Անի Անի"),
    ],
)
def test_a_name_is_one_short_line(text: str, line: str) -> None:
    """Without signs that turn a line around; a cut leaves no blank at its end."""
    assert one_line(text, 20) == line


def test_addresses_are_written_as_people_write_them() -> None:
    """A phone and a mailbox without their schemes; everything else as it is."""
    found = [shown(Link(url, "Us")).url for url in ("tel:+37410", "mailto:a@b.am", "https://b.am")]

    assert found == ["+37410", "a@b.am", "https://b.am"]


@pytest.mark.parametrize(
    ("media", "url", "line"),
    [
        (PRICES, "https://b.am/p", Link("https://b.am/p", "Prices")),
        (PRICES, "", Link("Prices", "")),
        (Media("image", "a.jpg", "image/jpeg"), "", Link(NOTHING, "")),
        (Media("place", "", "", "40.1, 44.5"), "https://b.am/p", Link("40.1, 44.5", "")),
    ],
)
def test_a_file_becomes_a_line(media: Media, url: str, line: Link) -> None:
    """Where it can be opened, or at least what it is; a place is not a file."""
    assert as_link(media, url) == line


def test_links_come_before_files() -> None:
    """All of them, in their order."""
    message = Message("Hello", media=(PRICES,), links=(Link("tel:+37410", "Call"),))

    assert as_links(message, lambda _: "https://b.am/p") == [Link("+37410", "Call"), Link("https://b.am/p", "Prices")]


@pytest.mark.parametrize(
    ("alt", "name"),
    [("Prices.pdf", "Prices.pdf"), ("Prices", "f81d.pdf"), ("", "f81d.pdf"), ("a/b:c.pdf", "a_b_c.pdf"),
     ("Գներ 2026.pdf", "Գներ 2026.pdf"), ("x" * 40 + ".pdf", "x" * 16 + ".pdf")],
)  # fmt: skip
def test_a_file_has_a_name_with_its_ending(alt: str, name: str) -> None:
    """By its description when that is one; a long name loses its beginning."""
    assert file_name(Media("file", "f81d.pdf", "application/pdf", alt), 20) == name


@pytest.mark.parametrize(
    ("kind", "alt", "found"),
    [
        ("place", "40.1872, 44.5152", ("40.1872", "44.5152")),
        ("place", " -1,-179.5 ", ("-1", "-179.5")),
        ("place", "Republic Square", None),
        ("place", "", None),
        ("image", "40.1, 44.5", None),
    ],
)
def test_a_place_has_its_point(kind: str, alt: str, found: tuple[str, str] | None) -> None:
    """Degrees of latitude and longitude; a place with a name alone has none."""
    assert point(Media(kind, "", "", alt)) == found
