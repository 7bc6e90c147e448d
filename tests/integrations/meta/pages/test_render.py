"""Any message fits into what Messenger and Instagram take, and nothing of it is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.events import Media
from bot.ports.channel import WindowClosed
from bot.rendering import named
from bot.replies import Choice, Link, Message, Progress, Speak
from integrations.channels.meta.pages.channel import Pages
from integrations.channels.meta.pages.render import Request
from integrations.channels.meta.pages.wire import fields_of
from tests.integrations.kit import PUBLIC_URL
from tests.integrations.meta.pages.conftest import NETWORKS, opened
from tests.standins.meta.pages_messages import check_message

JUST_NOW = timedelta(0)
CHANNELS = {network: opened(network) for network in NETWORKS}
PIECES = ["word", "😀", "Բարև։", "ქართული", "\n\n", "\n", " ", "end. ", "x" * 900]
LONG_TEXT = st.lists(st.sampled_from(PIECES), max_size=60)
LABELS = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40), max_size=16)
each_network = pytest.mark.parametrize("network", NETWORKS)


def choices(count: int, label: str = "Choice {}", **more: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(n), label.format(n), Speak("menu"), **more) for n in range(count))


def sent(network: str, message: Message, number: int = 7, silence: timedelta | None = JUST_NOW) -> list[dict[str, Any]]:
    """The bodies of the calls; the stand-in takes every one of them."""
    channel = CHANNELS[network]
    assert isinstance(channel, Pages)
    bodies = [
        fields_of(each, {"id": "2002"}, marked=network == "messenger")
        for each in channel.render(message, number, silence=silence)
    ]
    for each in bodies:
        check_message(each["message"], network, {})
    return bodies


def messages(network: str, message: Message, **more: Any) -> list[dict[str, Any]]:
    return [each["message"] for each in sent(network, message, **more)]


def words(body: dict[str, Any]) -> str:
    payload = body.get("attachment", {}).get("payload", {})
    return str(body.get("text") or payload.get("text") or payload.get("url") or "")


def plain(text: str) -> str:
    return "".join(text.split())


def replies(bodies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    offered = (reply for each in bodies for reply in each.get("quick_replies", ()))
    return [(each["title"], each["payload"]) for each in offered if "title" in each]


@each_network
def test_choices_are_quick_replies(network: str) -> None:
    """What can be chosen stands under the words, and gives back our message and the choice."""
    (body,) = messages(network, Message("Which?", choices(2)))

    assert body["text"] == "Which?"
    assert replies([body]) == [("Choice 0", "7.0"), ("Choice 1", "7.1")]


@each_network
@pytest.mark.parametrize(("count", "shown"), [(13, 13), (14, 0)])
def test_more_choices_than_fit_become_numbers(network: str, count: int, shown: int) -> None:
    """The fourteenth choice makes a numbered list of all of them."""
    bodies = messages(network, Message("Which?", choices(count)))

    assert len(replies(bodies)) == shown
    assert shown or f"{count}. Choice {count - 1}" in bodies[-1]["text"]


@each_network
@pytest.mark.parametrize(("label", "button"), [("x" * 20, "x" * 20), ("x" * 21, "1")])
def test_a_label_that_is_too_long_stands_in_the_text(network: str, label: str, button: str) -> None:
    """The twenty-first character makes the button say a number; nothing is shortened."""
    bodies = messages(network, Message("Which?", (Choice("a", label, Speak("menu")),)))

    assert replies(bodies) == [(button, "7.a")]
    assert button == label or f"1. {label}" in bodies[0]["text"]


@each_network
def test_a_declared_short_form_takes_its_place(network: str) -> None:
    """A firm's own shorter label is used where the long one does not fit."""
    bodies = messages(network, Message("Which?", (Choice("a", "x" * 30, Speak("menu"), short="xx"),)))

    assert replies(bodies) == [("xx", "7.a")]


@pytest.mark.parametrize(
    ("network", "text", "parts"),
    [
        ("messenger", "ա" * 2000, 1),
        ("messenger", "ա" * 2001, 2),
        ("messenger", "😀" * 1000, 1),
        ("messenger", "😀" * 1001, 2),
        ("instagram", "ա" * 500, 1),
        ("instagram", "ա" * 501, 2),
        ("instagram", "ქ" * 333, 1),
        ("instagram", "ქ" * 334, 2),
        ("instagram", "x" * 1000, 1),
        ("instagram", "x" * 1001, 2),
    ],
)
def test_a_text_is_split_where_it_is_too_long(network: str, text: str, parts: int) -> None:
    """Messenger counts letters, Instagram counts bytes: one more makes a second message."""
    bodies = messages(network, Message(text))

    assert len(bodies) == parts
    assert "".join(each["text"] for each in bodies) == text


@given(LONG_TEXT.map("".join), LABELS, st.sampled_from(NETWORKS), st.booleans())
def test_everything_that_is_said_is_there(text: str, labels: list[str], network: str, numbered: bool) -> None:
    """Whatever the words and however many choices: all of it arrives, in order, and nothing is over a limit."""
    offered = tuple(Choice(str(n), label, Speak("menu"), description="why") for n, label in enumerate(labels))
    bodies = messages(network, Message(text, offered, numbered=numbered, author="Aram", progress=Progress(2, 5)))
    seen = plain("".join(map(words, bodies))) + plain("".join(title for title, _ in replies(bodies)))

    assert plain(text) in plain("".join(map(words, bodies)))
    assert all(plain(label) in seen for label in labels)
    assert replies(bodies) == [] or [data for _, data in replies(bodies)] == [
        named(7, str(n)) for n in range(len(labels))
    ]
    assert "2/5" in seen
    assert "Aram" in seen


@given(st.text(max_size=200), st.sampled_from(NETWORKS))
@example("a \ud83d b", "messenger")
def test_any_text_can_be_said(text: str, network: str) -> None:
    """Half a character, a mark that turns the line around, only white space: nothing is refused for its letters."""
    channel = CHANNELS[network]
    assert isinstance(channel, Pages)
    for each in channel.render(Message(text, choices(1)), 7):
        assert fields_of(each, {"id": "2002"})["message"]["text"].encode()


@each_network
@pytest.mark.parametrize(("links", "offered"), [(1, 0), (3, 0), (1, 2), (2, 1)])
def test_links_are_lasting_buttons(network: str, links: int, offered: int) -> None:
    """An address is opened by a button, and the choices beside it are buttons of the same kind."""
    given_links = tuple(Link(f"https://example.am/{n}", f"Page {n}") for n in range(links))
    (body,) = messages(network, Message("Look", choices(offered), links=given_links))
    buttons = body["attachment"]["payload"]["buttons"]

    assert body["attachment"]["payload"]["text"] == "Look"
    assert [each["payload"] for each in buttons if each["type"] == "postback"] == [f"7.{n}" for n in range(offered)]
    assert [each["url"] for each in buttons if each["type"] == "web_url"] == [each.url for each in given_links]


@each_network
@pytest.mark.parametrize("message", [
    Message("Look", links=tuple(Link(f"https://example.am/{n}", f"Page {n}") for n in range(4))),
    Message("Look", choices(3), links=(Link("https://example.am/0", "Page 0"),)),
    Message("Look", links=(Link("https://example.am/0", "A label that is too long"),)),
    Message("Look", links=(Link("tel:+37410000101", "Call"),)),
    Message("", links=(Link("mailto:a@example.am", ""),)),
])  # fmt: skip
def test_links_that_no_button_takes_are_words(network: str, message: Message) -> None:
    """A fourth button, a long label, a number to call: the address stands in the text."""
    bodies = messages(network, message)

    assert all("attachment" not in each for each in bodies)
    assert all(each.url in bodies[-1]["text"] for each in message.links)


@each_network
@pytest.mark.parametrize(("length", "parts"), [(640, 1), (641, 2)])
def test_the_words_over_lasting_buttons_are_few(network: str, length: int, parts: int) -> None:
    """What is too long for a template stands before it."""
    message = Message("word " * (length // 5) + "x" * (length % 5), links=(Link("https://example.am", "Open"),))
    text = message.text.strip()
    bodies = messages(network, Message(text.ljust(length, "y"), links=message.links))

    assert len(bodies) == parts
    assert plain("".join(map(words, bodies))) == plain(text.ljust(length, "y"))
    assert "attachment" in bodies[-1]


@each_network
def test_a_link_alone_stands_beside_some_word(network: str) -> None:
    """A button needs words over it."""
    (body,) = messages(network, Message("", links=(Link("https://example.am", "Open"),)))

    assert body["attachment"]["payload"]["text"] == "…"


def test_a_phone_number_is_one_tap_in_messenger() -> None:
    """Whoever is asked for a number may share that of their profile; at most twelve choices stand beside it."""
    (body,) = messages("messenger", Message("Your phone?", choices(1), hint="tel"))
    many = messages("messenger", Message("Your phone?", choices(13), hint="tel"))

    assert [each["content_type"] for each in body["quick_replies"]] == ["user_phone_number", "text"]
    assert [each["content_type"] for each in many[-1]["quick_replies"]] == ["user_phone_number"]
    assert "13. Choice 12" in many[-1]["text"]


def test_instagram_knows_no_phone_numbers() -> None:
    """There the number is typed."""
    (body,) = messages("instagram", Message("Your phone?", choices(1), hint="tel"))

    assert [each["content_type"] for each in body["quick_replies"]] == ["text"]


@pytest.mark.parametrize(
    ("network", "media", "type_"),
    [
        ("messenger", Media("image", "photo.jpg", "image/jpeg"), "image"),
        ("instagram", Media("image", "photo.jpg", "image/jpeg"), "image"),
        ("messenger", Media("image", "logo.svg", "image/svg+xml"), "file"),
        ("instagram", Media("image", "logo.svg", "image/svg+xml"), ""),
        ("messenger", Media("file", "price.pdf", "application/pdf"), "file"),
        ("instagram", Media("file", "price.pdf", "application/pdf"), "file"),
        ("instagram", Media("file", "photo.jpg", "application/zip"), ""),
        ("messenger", Media("voice", "song.ogg", "audio/ogg"), "file"),
        ("instagram", Media("voice", "song.ogg", "audio/ogg"), ""),
        ("messenger", Media("voice", "photo.jpg", "audio/mp4"), "audio"),
        ("instagram", Media("voice", "photo.jpg", "audio/mp4"), "audio"),
        ("messenger", Media("video", "photo.jpg", "video/mp4"), "video"),
        ("instagram", Media("video", "photo.jpg", "video/mp4"), "video"),
    ],
)
def test_a_file_goes_as_what_the_channel_shows_else_as_its_address(network: str, media: Media, type_: str) -> None:
    """A picture is a picture where it can be one, a file where files can be sent, a link everywhere else."""
    channel = CHANNELS[network]
    assert isinstance(channel, Pages)
    shown, text = channel.render(Message("Look", media=(media,)), 7)

    assert isinstance(shown, Request)
    assert (shown.attached.type if shown.attached is not None else "") == type_
    assert f"{PUBLIC_URL}/media/{media.name}" in (shown.attached.url if shown.attached is not None else shown.text)
    assert text.text == "Look"


@each_network
def test_a_file_without_an_address_leaves_its_name(network: str) -> None:
    """A picture that is gone is not passed over."""
    bodies = messages(network, Message("Look", media=(Media("image", "gone.jpg", "image/jpeg", "the ring"),)))

    assert [words(each) for each in bodies] == ["the ring", "Look"]


@each_network
def test_a_place_is_an_address_of_a_map(network: str) -> None:
    """Neither channel sends places."""
    bodies = messages(network, Message("", media=(Media("place", "", "", "40.177200, 44.503490"),)))

    assert [words(each) for each in bodies] == ["https://www.google.com/maps?q=40.177200,44.503490"]


@each_network
def test_what_is_taken_back_stays(network: str) -> None:
    """Nothing can be withdrawn; what is corrected is said anew."""
    assert sent(network, Message("", author="Aram", replaces=3)) == []
    assert [words(each) for each in messages(network, Message("At six", replaces=3))] == ["At six"]


DAY = timedelta(hours=24)


@each_network
@pytest.mark.parametrize(
    ("silence", "author", "tag"),
    [
        (timedelta(0), "", ""),
        (timedelta(0), "Aram", ""),
        (DAY - timedelta(seconds=1), "", ""),
        (DAY, "Aram", "HUMAN_AGENT"),
        (timedelta(days=7) - timedelta(seconds=1), "Aram", "HUMAN_AGENT"),
    ],
)
def test_a_message_says_why_it_may_leave(network: str, silence: timedelta, author: str, tag: str) -> None:
    """Within a day everything may be said; after it a person may answer for a week."""
    (body,) = sent(network, Message("Hello", author=author), silence=silence)

    assert body.get("tag", "") == tag
    assert body["messaging_type"] == ("MESSAGE_TAG" if tag else "RESPONSE")


@each_network
@pytest.mark.req("F15")
@pytest.mark.parametrize(
    ("silence", "author"),
    [(DAY, ""), (timedelta(days=7), "Aram"), (timedelta(days=30), ""), (None, ""), (None, "Aram")],
)
def test_after_the_window_nothing_leaves(network: str, silence: timedelta | None, author: str) -> None:
    """It is known before anybody is asked, also of who never wrote; nothing is sent under a reason that is not true."""
    with pytest.raises(WindowClosed):
        sent(network, Message("Hello", author=author), silence=silence)


@each_network
def test_each_part_bears_its_place(network: str) -> None:
    """The parts of a message are told apart by what comes back with their echoes."""
    channel = CHANNELS[network]
    requests = channel.render(Message("x" * 3000, media=(Media("image", "photo.jpg", "image/jpeg"),)), 12)

    assert [each.mark for each in requests] == [f"12.{n}" for n in range(len(requests))]
    assert re.fullmatch(r"12\.[1-9]", requests[-1].mark)
