"""Any message fits into what WhatsApp takes, and nothing of it is lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Media
from bot.ports.channel import WindowClosed
from bot.rendering import pressed
from bot.replies import Choice, Link, Message, Progress, Speak, Template
from integrations.channels.meta.whatsapp.render import Request, render
from tests.standins.meta.whatsapp_checks import check
from tests.standins.meta.whatsapp_people import Shown

MENU = Speak("menu")
SOON, LATE = timedelta(minutes=1), timedelta(hours=24)
PICTURE = Media("image", "a.jpg", "image/jpeg", "the entrance")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
LONG_TEXT = st.lists(st.sampled_from(["word", "😀", "Բարև։", "\n\n", "\n", " ", "end. ", "x" * 900]), max_size=80).map(
    "".join
)
LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=40)
CHOICES = st.lists(
    st.builds(Choice, st.uuids().map(str), LABELS, st.just(MENU), LABELS, LABELS | st.just("")), max_size=40
)
FILES = st.lists(
    st.sampled_from(
        [PICTURE, Media("voice", "v.ogg", "audio/ogg"), Media("file", "l.pdf", "application/pdf", "List.pdf"),
         Media("file", "x.zip", "application/zip", "All.zip"), Media("place", "", "", "40.1772, 44.50349")]
    ),
    max_size=3,
)  # fmt: skip


def link_to(media: Media) -> str:
    return f"https://chat.example.com/media/{media.name}"


def said(message: Message, *, silence: timedelta | None = SOON, number: int = 42, link: Any = link_to) -> list[Request]:
    return render(message, number, silence, choose=lambda _: "Choose", link=link)


def shown(request: Request) -> Shown:
    return Shown("", request.fields["type"], request.fields)


def taken(request: Request) -> dict[str, Any]:
    """The message as it would be sent, which must be one that WhatsApp takes."""
    fields = dict(request.fields)
    if request.media is not None:
        fields[request.type] = {**fields[request.type], "id": "1"}
    check({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+37491123456", **fields})
    return fields


def plain(text: str) -> str:
    return "".join(text.split())


def screen(requests: list[Request]) -> str:
    """All that can be read."""
    found = []
    for each in map(shown, requests):
        action = each.fields.get("interactive", {}).get("action", {})
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        link = action.get("parameters", {})
        found += [each.words, *each.options, *(row.get("description", "") for row in rows)]
        found += [link.get("display_text", ""), link.get("url", "")]
    return plain("\n".join(found))


@pytest.mark.req("F1", "F3")
@given(ANY_TEXT | LONG_TEXT, CHOICES, FILES, st.sampled_from(["", "Aram"]), st.booleans(), st.booleans())
def test_everything_said_is_there_and_fits(
    text: str, choices: list[Choice], media: list[Media], author: str, numbered: bool, linked: bool
) -> None:
    """Words, choices, files, links: each stands somewhere, in messages that WhatsApp takes."""
    links = (Link("https://example.com/a?b=c", "Our rules"),) if linked else ()
    message = Message(
        text, tuple(choices), tuple(media), links, progress=Progress(2, 5), author=author, numbered=numbered
    )
    requests = said(message)
    for each in requests:
        taken(each)
    seen = screen(requests)

    if not (text.strip() or choices or media or links):
        assert requests == []
        return
    assert plain(text) in seen
    assert plain(author) in seen
    assert [each.label for each in choices if plain(each.label) not in seen and plain(each.short) not in seen] == []
    assert [each.description for each in choices if plain(each.description) not in seen] == []
    assert all(each.url in seen for each in links)
    files = [each.media.name for each in requests if each.media is not None]
    assert files == [each.name for each in media if each.mime not in ("", "application/zip")]
    assert seen.count("/media/x.zip") == sum(each.name == "x.zip" for each in media)


@given(CHOICES.filter(lambda each: len({one.id for one in each}) == len(each)))
def test_what_can_be_pressed_leads_back_to_its_choice(choices: list[Choice]) -> None:
    """Each button and row gives back the message's number and its own choice, in order, each once."""
    given_back = [data for each in said(Message("Which?", tuple(choices))) for data in shown(each).options.values()]

    assert [pressed(each) for each in given_back] in ([], [(42, each.id) for each in choices])


@pytest.mark.parametrize(
    ("count", "kinds"),
    [(1, ["button"]), (3, ["button"]), (4, ["list"]), (10, ["list"]), (11, ["list"] * 2), (30, ["list"] * 3), (31, [])],
)
def test_the_number_of_choices_decides_the_form(count: int, kinds: list[str]) -> None:
    """Three are buttons, ten a list, thirty three lists; more are numbers to be typed."""
    requests = said(Message("Which?", tuple(Choice(str(n), f"Choice {n}", MENU) for n in range(count))))

    assert [each.fields["interactive"]["type"] for each in requests if each.type == "interactive"] == kinds
    assert all(each.type == "interactive" for each in requests) == bool(kinds)


@pytest.mark.parametrize("letter", ["a", "я", "ա", "ა", "😀"])
@pytest.mark.parametrize(
    ("most", "count"), [(4096, 0), (1024, 2), (4096, 5)], ids=["text", "beside buttons", "beside a list"]
)
def test_a_text_at_its_limit_is_one_message(letter: str, most: int, count: int) -> None:
    """As much as fits is one message, one sign more is two, and all of it is there."""
    units = len(letter.encode("utf-16-le")) // 2
    choices = tuple(Choice(str(n), f"Choice {n}", MENU) for n in range(count))
    whole, over = said(Message(letter * (most // units), choices)), said(Message(letter * (most // units + 1), choices))

    assert (len(whole), len(over)) == (1, 2)
    assert [len(taken(each)) for each in (*whole, *over)]
    assert "".join(shown(each).words for each in over) == letter * (most // units + 1)


@pytest.mark.parametrize(("count", "most", "fits", "over"), [(2, 20, "button", "list"), (5, 24, "list", "text")])
def test_a_label_at_its_limit_stands_on_its_button(count: int, most: int, fits: str, over: str) -> None:
    """A label that fits is one to press; with one letter more it is a row, or stands in the text beside its number."""
    for letters, form in ((most, fits), (most + 1, over)):
        choices = tuple(Choice(str(n), f"{n}" + "x" * (letters - 1), MENU) for n in range(count))
        (request,) = said(Message("Which?", choices))
        taken(request)

        assert (request.fields["interactive"]["type"] if request.type == "interactive" else "text") == form
        assert all(each.label in screen([request]) for each in choices)


def test_a_picture_carries_the_words_that_fit_under_it() -> None:
    """A short text stands under its picture, a long one after it, and so does what can be pressed."""
    (under,) = said(Message("x" * 1024, media=(PICTURE,)))
    picture, after = said(Message("x" * 1025, media=(PICTURE,)))
    bare, question = said(Message("Which?", (Choice("0", "Yes", MENU),), media=(PICTURE,)))

    assert (under.type, under.caption, under.media) == ("image", "x" * 1024, PICTURE)
    assert (picture.caption, shown(after).words) == ("", "x" * 1025)
    assert (bare.caption, question.fields["interactive"]["type"]) == ("", "button")


def test_a_recording_has_no_words_under_it() -> None:
    """Words beside a voice message are a message of their own."""
    voice, words = said(Message("listen", media=(Media("voice", "v.ogg", "audio/ogg; codecs=opus"),)))

    assert (voice.fields, shown(words).words) == ({"type": "audio", "audio": {}}, "listen")


def test_a_document_keeps_the_name_that_people_know() -> None:
    """What was called a file keeps that name; anything else goes by our own."""
    (named,) = said(Message("", media=(Media("file", "x1.pdf", "application/pdf", "Price list.pdf"),)))
    (other,) = said(Message("", media=(Media("file", "x1.pdf", "application/pdf", "our prices"),)))

    assert named.fields["document"]["filename"] == "Price list.pdf"
    assert other.fields["document"]["filename"] == "x1.pdf"


def test_what_whatsapp_does_not_carry_becomes_a_link() -> None:
    """An archive or a drawing is opened in the browser; where there is no address its name is said."""
    archive = Media("file", "x.zip", "application/zip", "All pictures")
    (linked,) = said(Message("Here", media=(archive,)))
    name, words = said(Message("Here", media=(archive,)), link=lambda _: "")

    assert shown(linked).words == "Here\n\nAll pictures: https://chat.example.com/media/x.zip"
    assert (shown(name).words, shown(words).words) == ("All pictures", "Here")


def test_a_place_is_a_point_on_the_map() -> None:
    """Coordinates are shown on the map, anything else in words."""
    (point,) = said(Message("", media=(Media("place", "", "", "40.177200, 44.503490"),)))
    (words,) = said(Message("", media=(Media("place", "", "", "behind the church"),)))

    assert point.fields == {"type": "location", "location": {"latitude": 40.1772, "longitude": 44.50349}}
    assert shown(words).words == "behind the church"


@pytest.mark.parametrize(
    ("links", "choices", "form"),
    [
        ([Link("https://x.am/", "x" * 20)], 0, "cta_url"),
        ([Link("https://x.am/", "x" * 21)], 0, "text"),
        ([Link("tel:+37410000000", "Call")], 0, "text"),
        ([Link("https://x.am/", "A"), Link("https://y.am/", "B")], 0, "text"),
        ([Link("https://x.am/", "A")], 1, "button"),
    ],
)
def test_one_link_is_a_button_and_others_are_words(links: list[Link], choices: int, form: str) -> None:
    """There is room for one link to press, and for none beside choices; no address is lost."""
    options = tuple(Choice(str(n), "Yes", MENU) for n in range(choices))
    (request,) = said(Message("Read", options, links=tuple(links)))
    taken(request)

    assert (request.fields["interactive"]["type"] if request.type == "interactive" else "text") == form
    assert all(each.url in screen([request]) for each in links)


def test_a_link_without_words_is_written() -> None:
    """A button needs a text above it."""
    (request,) = said(Message("", links=(Link("https://x.am/", "Rules"),)))

    assert shown(request).words == "Rules: https://x.am/"


def test_a_long_text_above_a_link_is_split() -> None:
    """The button stands under the last words, which fit above it."""
    parts = said(Message("word " * 900, links=(Link("https://x.am/", "Rules"),)))

    assert [taken(each)["type"] for each in parts][-1] == "interactive"
    assert plain("".join(shown(each).words for each in parts)) == "word" * 900


def test_an_opener_that_is_too_long_is_a_sign() -> None:
    """A list can be opened in every language."""
    choices = tuple(Choice(str(n), f"Choice {n}", MENU) for n in range(5))
    (request,) = render(Message("Which?", choices), 1, SOON, choose=lambda _: "x" * 21, link=link_to)

    assert taken(request)["interactive"]["action"]["button"] == "☰"


def test_a_correction_is_said_anew_and_what_is_taken_back_stays() -> None:
    """WhatsApp lets nobody change what was sent."""
    assert [shown(each).words for each in said(Message("at eleven", replaces=7))] == ["at eleven"]
    assert said(Message("", replaces=7)) == []


REMINDER = Template({"whatsapp_cloud": "visit_reminder"}, "ru", ("Ani", "10:00\n\tat\t  the\n salon", ""))


@pytest.mark.req("F15")
@pytest.mark.parametrize("silence", [None, LATE, LATE + SOON])
def test_after_a_day_of_silence_only_a_template_is_said(silence: timedelta | None) -> None:
    """Whoever did not write for a day, or never, gets the approved words, in their language, with every value in its place."""
    (request,) = said(Message("Tomorrow at ten", template=REMINDER), silence=silence)
    values = [{"type": "text", "text": each} for each in ("Ani", "10:00 at the salon", "…")]

    assert taken(request)["template"] == {
        "name": "visit_reminder",
        "language": {"code": "ru"},
        "components": [{"type": "body", "parameters": values}],
    }
    assert request.mark == "42.0"


@pytest.mark.req("F15")
@pytest.mark.parametrize("template", [None, Template({"whatsapp_twilio": "HX1"}, "ru")])
def test_without_a_template_nothing_is_said_after_a_day(template: Template | None) -> None:
    """What may not be said is known before Meta is asked."""
    with pytest.raises(WindowClosed, match="24 hours"):
        said(Message("Tomorrow at ten", template=template), silence=LATE)


@pytest.mark.req("F15")
def test_within_a_day_everything_is_said_as_it_is() -> None:
    """A second before the day is over the words are our own."""
    (request,) = said(Message("Tomorrow at ten", template=REMINDER), silence=LATE - timedelta(seconds=1))

    assert shown(request).words == "Tomorrow at ten"


def test_a_template_without_values_has_no_components() -> None:
    """There is nothing to fill in."""
    (request,) = said(Message("x", template=Template({"whatsapp_cloud": "hello"}, "en_US")), silence=None)

    assert taken(request)["template"] == {"name": "hello", "language": {"code": "en_US"}}


def test_each_part_has_a_mark_of_its_own() -> None:
    """What comes back in a receipt names the message and which part of it."""
    assert [each.mark for each in said(Message("word " * 2000))] == ["42.0", "42.1", "42.2"]
