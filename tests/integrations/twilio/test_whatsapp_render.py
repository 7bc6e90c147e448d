"""What a message becomes on WhatsApp by Twilio: buttons, a list, lists, numbers; files and places; a template after a day."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Media
from bot.ports.channel import WindowClosed
from bot.rendering import named
from bot.replies import Choice, Link, Message, Progress, Template
from integrations.channels.twilio.whatsapp.contents import Shape
from integrations.channels.twilio.whatsapp.limits import LIMITS
from integrations.channels.twilio.whatsapp.render import Call, Renderer
from tests.integrations.twilio.conftest import JUST_NOW, MENU, choices, choose, link

RENDERER = Renderer(link, choose)
DAY = timedelta(days=1)
PICTURE = Media("image", "a.jpg", "image/jpeg")
PLACE = Media("place", "", "", "40.177600, 44.512600")
URL = "https://bot.example.am/media/a.jpg"


def calls(message: Message, silence: timedelta | None = JUST_NOW) -> list[Call]:
    found = RENDERER.calls(message, 42, silence)
    assert [(each.number, each.part) for each in found] == [(42, part) for part in range(len(found))]
    return found


def variables(call: Call) -> dict[str, str]:
    found: dict[str, str] = json.loads(call.form["ContentVariables"])
    return found


def buttons(*described: bool) -> Shape:
    return Shape("quick-reply", described)


def rows(*described: bool) -> Shape:
    return Shape("list-picker", described)


def test_words_are_a_message() -> None:
    """Words, a heading, the name of a human and where the customer stands come in one text."""
    message = Message("Your name?", author="Aram", heading="A question", progress=Progress(2, 5))

    assert calls(message) == [Call(42, 0, {"Body": "A question\n\nAram\n\nYour name?\n\n2/5"})]


def test_words_that_look_like_markup_or_a_variable_stay_words() -> None:
    """WhatsApp shows stars as bold type, which is theirs to do; nothing is taken away."""
    assert calls(Message("{{1}} <b>*x*</b> %s")) == [Call(42, 0, {"Body": "{{1}} <b>*x*</b> %s"})]


def test_up_to_three_choices_are_buttons() -> None:
    """The words, labels and what they give back stand in variables, so that one resource serves every such message."""
    (call,) = calls(Message("Which?", choices(3)))

    assert call.shape == buttons(False, False, False)
    assert list(variables(call).values()) == ["Which?", "Choice 0", "42.0", "Choice 1", "42.1", "Choice 2", "42.2"]
    assert call.instead == ("Which?\n\n1. Choice 0\n2. Choice 1\n3. Choice 2",)


def test_a_label_that_may_sign_off_has_its_other_form_on_the_button_and_in_words() -> None:
    """In a service with Advanced Opt-Out «Cancel» may end the conversation, pressed or typed."""
    choices = (Choice("0", "Yes", MENU), Choice("1", "Cancel", MENU, short="Never mind"))
    (call,) = calls(Message("Which?", choices))

    assert variables(call) == {"1": "Which?", "2": "Yes", "3": "42.0", "4": "Never mind", "5": "42.1"}
    assert call.instead == ("Which?\n\n1. Yes\n2. Never mind",)


def test_four_choices_are_a_list() -> None:
    """Rows have descriptions where there are some, and the list is opened in the customer's language."""
    some = (*choices(3), Choice("3", "Other", MENU, description="by phone"))
    (call,) = calls(Message("Что?", some))

    assert call.shape == rows(False, False, False, True)
    assert list(variables(call).values())[:4] == ["Что?", "Выбрать", "Choice 0", "42.0"]
    assert list(variables(call).values())[-3:] == ["Other", "42.3", "by phone"]


def test_eleven_choices_are_two_lists_and_thirty_one_are_numbers() -> None:
    """Three lists of ten follow each other at most."""
    two, words = calls(Message("Which?", choices(11))), calls(Message("Which?", choices(31)))

    assert [each.shape for each in two] == [rows(*[False] * 10), rows(False)]
    assert [each.shape for each in words] == [None]
    assert words[0].form["Body"].endswith("31. Choice 30")


def test_a_label_that_no_button_carries_stands_in_the_text() -> None:
    """Beside the number that its button says."""
    (call,) = calls(Message("Which?", choices(2, "A choice of too many words {}")))

    assert call.shape == buttons(False, False)
    assert list(variables(call).values())[1::2] == ["1", "2"]
    assert variables(call)["1"] == "Which?\n\n1. A choice of too many words 0\n2. A choice of too many words 1"
    assert call.instead == (variables(call)["1"],)


def test_a_short_form_is_the_label_of_a_row() -> None:
    """And the whole one leads its description."""
    (call,) = calls(Message("Which?", choices(4, "A consultation with doctor {}", short="Doctor {}")))

    assert list(variables(call).values())[2:5] == ["Doctor 0", "42.0", "A consultation with doctor 0"]


def test_a_list_whose_button_would_be_too_long_opens_by_a_sign() -> None:
    """A label over twenty letters is not cut."""
    (call,) = Renderer(link, lambda _: "Choose one of these things").calls(Message("Which?", choices(4)), 42, JUST_NOW)

    assert variables(call)["2"] == "☰"


def test_links_are_written_out() -> None:
    """A phone without its scheme, so that it can be read and called."""
    message = Message("Here", links=(Link("https://example.com/a", "Map"), Link("tel:+37410000101", "Call")))

    assert calls(message) == [Call(42, 0, {"Body": "Here\n\nMap: https://example.com/a\nCall: +37410000101"})]


def test_a_picture_with_few_words_has_them_under_it() -> None:
    """One message, not two."""
    assert calls(Message("Look", media=(PICTURE,))) == [Call(42, 0, {"MediaUrl": URL, "Body": "Look"})]
    assert calls(Message("", media=(PICTURE,))) == [Call(42, 0, {"MediaUrl": URL})]


def test_a_picture_stands_before_what_does_not_fit_under_it() -> None:
    """Many words, and choices."""
    words = "word " * 210
    many, asking = calls(Message(words, media=(PICTURE,))), calls(Message("Which?", choices(2), (PICTURE,)))

    assert [each.form for each in many] == [{"MediaUrl": URL}, {"Body": words.strip()}]
    assert [each.shape for each in asking] == [None, buttons(False, False)]


def test_every_file_is_a_message_of_its_own() -> None:
    """A document and a recording have no words under them."""
    media = (PICTURE, Media("file", "b.pdf", "application/pdf"), Media("voice", "c.ogg", "audio/ogg"))
    found = [each.form for each in calls(Message("Look", media=media))]

    assert [each.get("MediaUrl", "")[-5:] for each in found] == ["a.jpg", "b.pdf", "c.ogg", ""]
    assert found[-1] == {"Body": "Look"}


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/webp", "application/zip", ""])
def test_what_whatsapp_does_not_carry_is_a_link(mime: str) -> None:
    """With its name, where it has one."""
    assert calls(Message("Here", media=(Media("file", "x", mime, "Prices"),))) == [
        Call(42, 0, {"Body": "Here\n\nPrices: https://bot.example.am/media/x"})
    ]


def test_a_file_that_is_gone_is_at_least_named() -> None:
    """Its name stands where it would have been."""
    assert calls(Message("Here", media=(Media("image", "gone", "image/jpeg", "The map"),))) == [
        Call(42, 0, {"Body": "Here\n\nThe map"})
    ]


def test_a_place_is_a_place() -> None:
    """With its figures, in case that the map is not shown; one that is none is written."""
    assert calls(Message("", media=(PLACE,))) == [
        Call(42, 0, {"PersistentAction": "geo:40.177600,44.512600", "Body": "40.177600,44.512600"})
    ]
    assert calls(Message("", media=(Media("place", "", "", "somewhere"),))) == [Call(42, 0, {"Body": "somewhere"})]


def test_half_a_character_can_be_sent() -> None:
    """What cannot be written as UTF-8 is replaced and not an error, in words and in labels."""
    (call,) = calls(Message("a \ud83d b", choices(1, "\ude00 {}")))

    assert variables(call)["1"] == "a \N{REPLACEMENT CHARACTER} b"
    assert variables(call)["2"] == "\N{REPLACEMENT CHARACTER} 0"


@pytest.mark.req("F15")
@pytest.mark.parametrize("silence", [None, DAY, DAY * 40])
def test_after_a_day_only_a_template_is_sent(silence: timedelta | None) -> None:
    """Its values in order, on one line each and never empty, as WhatsApp wants them; without one the sender hears of it."""
    template = Template({"whatsapp_twilio": "HX01"}, "ru", ("10:00", "Line\n one    two", ""))
    (call,) = calls(Message("Your visit", choices(2), template=template), silence)

    assert call.form["ContentSid"] == "HX01"
    assert variables(call) == {"1": "10:00", "2": "Line one two", "3": "–"}
    assert calls(Message("x", template=Template({"whatsapp_twilio": "HX02"}, "ru")), silence) == [
        Call(42, 0, {"ContentSid": "HX02"})
    ]
    for other in (None, Template({"whatsapp_cloud": "x"}, "ru")):
        with pytest.raises(WindowClosed):
            calls(Message("Your visit", template=other), silence)


@pytest.mark.req("F15")
def test_within_a_day_everything_is_sent_as_it_is() -> None:
    """Also what has a template."""
    template = Template({"whatsapp_twilio": "HX01"}, "ru", ("10:00",))

    assert calls(Message("Your visit", template=template), DAY - timedelta(seconds=1)) == [
        Call(42, 0, {"Body": "Your visit"})
    ]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)
options = st.lists(
    st.builds(Choice, st.just(""), texts, st.just(MENU), st.text(max_size=5), st.text(max_size=90)),
    max_size=35, unique_by=lambda each: each.label,
)  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


def on_screen(choice: Choice, found: list[Call]) -> str:
    """How a choice is called: on a button for which its label is too long, by the short form that was declared for it."""
    buttons = any(call.shape is not None and call.shape.kind == "quick-reply" for call in found)
    short = choice.short.strip()
    return short if buttons and short and len(choice.label.strip()) > 20 else choice.label


def fits(call: Call) -> bool:
    """Whether Twilio and WhatsApp take it, by their own figures."""
    if call.shape is None:
        return len(call.form.get("Body", "").encode("utf-16-le")) // 2 <= 1600
    values = list(variables(call).values())
    assert all(0 < len(each) <= 1600 for each in values)
    step, longest = (3, 24) if call.shape.kind == "list-picker" else (2, 20)
    first = 2 if call.shape.kind == "list-picker" else 1
    labels, place = [], first
    for described in call.shape.described:
        labels.append(values[place])
        assert len(values[place + 1]) <= 200
        assert not described or len(values[place + 2]) <= 72
        place += step if described else 2
    assert place == len(values)
    assert len(set(labels)) == len(labels) <= (10 if call.shape.kind == "list-picker" else 3)
    return len(values[0]) <= 1024 and all(len(each) <= longest for each in labels)


@given(st.one_of(texts, st.text(min_size=1500, max_size=3500)), options, st.booleans())
def test_all_of_a_message_is_there_and_no_part_is_too_long(text: str, some: list[Choice], numbered: bool) -> None:
    """Whatever an editor or an operator writes: every word and choice stands in some part that is taken as it is."""
    made = tuple(Choice(str(n), each.label, MENU, each.short, each.description) for n, each in enumerate(some))
    found = calls(Message(text, made, numbered=numbered))
    words = [each for call in found for each in (variables(call).values() if call.shape else [call.form["Body"]])]
    said, given_back = squeezed("".join(words)), {each for each in words if each.startswith("42.")}

    assert all(map(fits, found))
    assert all(len(each.encode("utf-16-le")) // 2 <= 1600 for call in found for each in call.instead)
    assert all(call.instead for call in found if call.shape)
    assert squeezed(text) in said
    assert all(squeezed(form) in said for each in made for form in (on_screen(each, found), each.description))
    assert {named(42, each.id) for each in made} == given_back or not any(call.shape for call in found)


@pytest.mark.parametrize(("length", "parts"), [(1600, 1), (1601, 2)])
@pytest.mark.parametrize("letter", ["a", "я", "ა"])
def test_a_text_is_parted_where_it_is_too_long(length: int, parts: int, letter: str) -> None:
    """At the limit it is one message, one letter more are two."""
    assert len(calls(Message(letter * length))) == parts


@pytest.mark.parametrize(("length", "forms"), [(1024, [True]), (1025, [False, True])])
def test_words_beside_buttons_are_fewer(length: int, forms: list[bool]) -> None:
    """The end of a longer text stands with the buttons."""
    assert [each.shape is not None for each in calls(Message("a" * length, choices(2)))] == forms
    assert LIMITS.window == DAY
