"""How a message looks in Viber: at each of its limits, one over it, and for anything at all."""

import html
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Media
from bot.ports.channel import Told
from bot.rendering import utf16_units
from bot.replies import Choice, Hint, Link, Message, Progress, Speak
from integrations.channels.viber.keyboard import Rests
from integrations.channels.viber.render import Call, Renderer
from tests.integrations.kit import PUBLIC_URL, link_to
from tests.standins.viber.checking import BODY_BYTES, check, shows

HELP = Speak("help")
SENDER = {"name": "N" * 28, "avatar": f"https://example.com/{'a' * 488}"}
RESTS = Rests(b"the token of the salon")
RENDERER = Renderer(SENDER, lambda _: "Share my phone", link_to, RESTS)
PHOTO = Media("image", "a.jpg", "image/jpeg", "the shop")


def asked(text: str, *labels: str, hint: Hint = "", numbered: bool = True) -> Message:
    choices = tuple(Choice(str(n), label, HELP) for n, label in enumerate(labels))
    return Message(text, choices, hint=hint, numbered=numbered)


def said(message: Message, number: int = 42, replaced: str = "") -> list[dict[str, Any]]:
    """The messages as Viber gets them, each looked at as Viber does."""
    found = []
    for call in RENDERER.conversation(message, number, replaced):
        fields = {"receiver": "A" * 64, "sender": SENDER, **call.fields}
        fields |= {"size": 7} if "size" in fields else {}
        check(fields, len(msgspec.json.encode(fields)))
        found.append(call.fields)
    return found


def labels(fields: dict[str, Any]) -> list[str]:
    return shows(fields["keyboard"]) if "keyboard" in fields else []


def bodies(fields: dict[str, Any]) -> list[str]:
    return [each["ActionBody"] for each in fields.get("keyboard", {"Buttons": []})["Buttons"]]


def columns(fields: dict[str, Any]) -> list[int]:
    return [each["Columns"] for each in fields["keyboard"]["Buttons"]]


@pytest.mark.req("F1")
def test_a_question_has_its_answers_on_buttons() -> None:
    """What a button gives back is not shown to the customer, and leads to the choice."""
    [fields] = said(asked("When?", "Today", "Tomorrow"))

    assert (fields["type"], fields["text"]) == ("text", "When?")
    assert labels(fields) == ["Today", "Tomorrow"]
    assert bodies(fields) == ["press:42.0", "press:42.1"]
    assert all(each["Silent"] for each in fields["keyboard"]["Buttons"])


@pytest.mark.parametrize(
    ("length", "count", "wanted"),
    [(2, 6, [1] * 6), (3, 6, [2] * 6), (10, 4, [2, 2, 2, 6]), (11, 3, [3, 3, 6]), (20, 2, [3, 3]), (21, 2, [6, 6])],
)
def test_short_labels_stand_side_by_side(length: int, count: int, wanted: list[int]) -> None:
    """The longest label decides how many fit; the last line is filled."""
    [fields] = said(asked("When?", *(f"{n}{'x' * (length - 1)}" for n in range(count))))

    assert columns(fields) == wanted


def test_a_long_label_has_two_lines() -> None:
    """A label too long for one line of a button gets a row of two."""
    [fields] = said(asked("When?", "x" * 31, "y"))

    assert [each["Rows"] for each in fields["keyboard"]["Buttons"]] == [2, 2]


def test_a_label_of_fifty_characters_is_on_a_button_and_one_more_is_in_the_text() -> None:
    """Where one label does not fit, all stand in the text, and the buttons have their numbers."""
    [fits] = said(asked("Which?", "x" * 50, "b"))
    [over] = said(asked("Which?", "x" * 51, "b"))

    assert labels(fits) == ["x" * 50, "b"]
    assert (labels(over), bodies(over)) == (["1", "2"], ["press:42.0", "press:42.1"])
    assert over["text"] == f"Which?\n\n1. {'x' * 51}\n2. b"


@pytest.mark.parametrize(("length", "fit"), [(30, 12), (50, 6), (20, 24), (10, 36)])
def test_a_keyboard_is_no_higher_than_the_screen(length: int, fit: int) -> None:
    """Twelve lines; more choices have numbers, six in a line."""
    offers = [f"{n:03}".ljust(length, "x") for n in range(fit + 1)]
    [fits] = said(asked("Which?", *offers[:fit]))
    [over] = said(asked("Which?", *offers))

    assert labels(fits) == offers[:fit]
    assert labels(over) == [str(n + 1) for n in range(fit + 1)]
    assert all(each in over["text"] for each in offers)


def test_more_choices_than_numbers_fit_are_typed() -> None:
    """Seventy-two numbers fill the screen."""
    [fits] = said(asked("Which?", *(f"Choice {n}" for n in range(72))))
    [over] = said(asked("Which?", *(f"Choice {n}" for n in range(73))))

    assert (len(labels(fits)), len(labels(over))) == (72, 0)
    assert over["text"].endswith("73. Choice 72")


def test_choices_that_no_number_may_pick_are_typed_as_they_stand() -> None:
    """Where a number is an answer itself, what has no button is typed in its own words."""
    [fields] = said(asked("How many?", "x" * 51, numbered=False))

    assert "keyboard" not in fields
    assert fields["text"].endswith(f"• {'x' * 51}")


def test_a_phone_is_shared_with_one_press() -> None:
    """The button stands first and needs a Viber that knows it; it counts for the height."""
    [fields] = said(asked("Your phone?", "Back", hint="tel"))
    [full] = said(asked("Your phone?", *(f"{'x' * 28}{n:02}" for n in range(12)), hint="tel"))

    assert [each["ActionType"] for each in fields["keyboard"]["Buttons"]] == ["share-phone", "reply"]
    assert (labels(fields), fields["min_api_version"]) == (["Share my phone", "Back"], 3)
    assert labels(full) == ["Share my phone", *map(str, range(1, 13))]


def test_a_question_for_a_phone_without_words_still_has_its_button() -> None:
    """The button that shares a phone stands under some word even when nothing is said."""
    [fields] = said(Message("", hint="tel"))

    assert (fields["text"], labels(fields)) == ("…", ["Share my phone"])


def test_labels_are_escaped_because_viber_reads_them_as_html() -> None:
    """A label with a bracket is shown as it was written."""
    [fields] = said(asked("Which?", "<b>A & B</b>"))

    assert fields["keyboard"]["Buttons"][0]["Text"] == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert labels(fields) == ["<b>A & B</b>"]


def test_a_choice_whose_id_would_not_come_back_types_its_label() -> None:
    """What comes back is then what the customer might have typed."""
    [fields] = said(Message("?", (Choice("ա b", "Yes", HELP),)))

    assert bodies(fields) == ["Yes"]
    assert "Silent" not in fields["keyboard"]["Buttons"][0]


@pytest.mark.parametrize(("units", "count"), [(7000, 1), (7001, 2)])
def test_a_long_text_is_several_messages(units: int, count: int) -> None:
    """Nothing is cut: what is too long for one message leaves in several."""
    found = said(Message("x " * (units // 2) + "x" * (units % 2)))
    longer = said(Message("😀" * (units // 2) + "x" * (units % 2)))

    assert (len(found), len(longer)) == (1 if units == 7000 else 2, count)


@pytest.mark.parametrize(("units", "count"), [(4000, 1), (4001, 2)])
def test_a_long_question_has_its_buttons_under_its_end(units: int, count: int) -> None:
    """A request may have 30 KB, and buttons take their part."""
    found = said(asked("ყ" * units, *(f"{n} " + "<" * 48 for n in range(6))))

    assert len(found) == count
    assert [len(labels(each)) for each in found] == [0] * (count - 1) + [6]


def test_buttons_that_make_a_request_too_large_are_left_out() -> None:
    """Ids may be long; then the choices are typed, and nothing of them is lost."""
    choices = tuple(Choice(f"{n:02}{'i' * 178}", f"Choice {n}", HELP) for n in range(72))
    [short] = said(Message("ყ" * 100, choices))
    long = said(Message("ყ" * 2800, choices))

    assert len(labels(short)) == 72
    assert [labels(each) for each in long] == [[]]
    assert long[0]["text"].endswith("72. Choice 71")


@pytest.mark.parametrize(("length", "kinds"), [(512, ["picture"]), (513, ["picture", "text"])])
def test_words_stand_under_a_picture_while_they_fit(length: int, kinds: list[str]) -> None:
    """With them stand the buttons."""
    found = said(Message("x" * length, (Choice("0", "Yes", HELP),), media=(PHOTO,)))

    assert [each["type"] for each in found] == kinds
    assert found[0]["media"] == f"{PUBLIC_URL}/media/a.jpg"
    assert (found[-1]["text"], labels(found[-1])) == ("x" * length, ["Yes"])


def test_files_are_what_viber_can_show() -> None:
    """Only three kinds of picture and one of film are shown, all else is a file; a place is a place."""
    files = (
        Media("image", "logo.svg", "image/svg+xml"),
        Media("video", "film.mp4", "video/mp4"),
        Media("video", "film.webm", "video/webm"),
        Media("voice", "v.ogg", "audio/ogg"),
        Media("file", "0a1b.pdf", "application/pdf", "Цены «май».pdf"),
        Media("place", "", "", "40.177200, 44.503490"),
        Media("place", "", "", "the corner"),
    )
    found = said(Message("Look", media=files))

    assert [each["type"] for each in found] == ["file", "video", "file", "file", "file", "location", "text", "text"]
    assert found[4]["file_name"] == "Цены _май_.pdf"
    assert found[5]["location"] == {"lat": 40.1772, "lon": 44.50349}
    assert [each["text"] for each in found[6:]] == ["the corner", "Look"]


def test_a_file_that_viber_cannot_fetch_is_named() -> None:
    """Without a public address a file is at least named."""
    nowhere = Renderer(SENDER, lambda _: "Share", lambda _: "", RESTS)

    found = nowhere.conversation(Message("Look", media=(PHOTO, Media("image", "b.jpg", "image/jpeg"))), 1)
    assert [each.fields["text"] for each in found] == ["the shop", "…", "Look"]


def test_links_are_written_out_because_a_button_with_one_would_answer_for_the_customer() -> None:
    """A link stands in the text; a button with one would send its address as the customer's words."""
    links = (Link("https://example.com/a", "Map"), Link("tel:+37410000101", "Call"), Link("mailto:a@b.am", ""))
    [fields] = said(Message("Here", links=links))

    assert fields["text"] == "Here\n\nMap: https://example.com/a\nCall: +37410000101\na@b.am"


def test_who_speaks_and_how_far_it_is_are_said() -> None:
    """The author and the progress of a message are part of its text."""
    [fields] = said(Message("Name?", heading="From the salon", author="Aram", progress=Progress(2, 5)))

    assert fields["text"] == "From the salon\n\nAram\n\nName?\n\n2/5"


def test_a_correction_is_said_anew_and_what_is_taken_back_is_not_said() -> None:
    """Viber changes no message that was sent."""
    assert said(Message("It is five", replaces=7), 8, "123")[0]["text"] == "It is five"
    assert said(Message("", replaces=7), 8, "123") == []


characters = st.characters(exclude_categories=["Cs"])
few_words = st.text(characters, max_size=60) | st.sampled_from(["\ud83d", "<&>" * 17, "Կտրել մազերը", "\x01"])
many_words = few_words | st.sampled_from(
    ["ყ" * 7000, '"\\' * 3500, "😀" * 3500, "\x01" * 5000, "a\n" * 4000, "x" * 8000, "ա. " * 3000]
)
names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
choice = st.builds(
    Choice,
    id=names | few_words | st.just("x" * 180),
    label=few_words,
    means=st.just(HELP),
    short=st.sampled_from(["", "s"]),
    description=st.just("") | few_words,
)
links = st.lists(st.builds(Link, st.just("https://example.com/x"), few_words), max_size=2).map(tuple)
files = st.lists(st.sampled_from([PHOTO, Media("file", "x", "a/b", "y"), Media("place", "", "", "1, 2")]), max_size=2)


def messages(words: st.SearchStrategy[str], most_choices: int) -> st.SearchStrategy[Message]:
    return st.builds(
        Message,
        text=words,
        choices=st.lists(choice, max_size=most_choices).map(tuple),
        links=links,
        media=files.map(tuple),
        hint=st.sampled_from(["", "tel", "text"]),
        author=few_words,
        heading=few_words,
        numbered=st.booleans(),
    )


def squeezed(text: str) -> str:
    """A text without what a cut may take: white space, and what is no character."""
    return "".join(each for each in text if each.isprintable() and not each.isspace() and each != "\ufffd")


@pytest.mark.req("F3")
@given(messages(many_words, 75), st.integers(0, 10**15 - 1))
def test_whatever_is_said_is_there_and_nothing_is_over_a_limit(message: Message, number: int) -> None:
    """Words, labels, descriptions and addresses, in as many messages as they need; Viber takes each of them."""
    found = said(message, number)

    shown = squeezed("".join(each.get("text", "") + "".join(labels(each)) for each in found))
    for words in (message.text, message.author, message.heading, *(link.label for link in message.links)):
        assert squeezed(words.strip()) in shown
    for offer in message.choices:
        assert any(squeezed(form.strip()) in shown for form in (offer.label, offer.short))
        assert squeezed(offer.description.strip()) in shown
    assert all(utf16_units(each.get("text", "")) <= 7000 for each in found)


@given(st.lists(messages(few_words, 7), max_size=3))
def test_any_welcome_is_one_message_that_viber_takes(said_at_once: list[Message]) -> None:
    """It has no receiver and is never larger than a request may be."""
    answer = RENDERER.welcome([Told(number, each) for number, each in enumerate(said_at_once, start=2)])
    if answer.body:
        fields = msgspec.json.decode(answer.body)
        check(fields, len(answer.body), receiver=False)
        assert labels(fields) is not None
        assert len(answer.body) <= BODY_BYTES


@pytest.mark.req("F3")
@given(st.lists(messages(many_words, 75), min_size=1, max_size=3))
def test_what_a_welcome_does_not_hold_can_be_asked_for(said_at_once: list[Message]) -> None:
    """It holds all words; or it names the messages that are to be said anew, among them all with buttons."""
    told = [Told(number, each) for number, each in enumerate(said_at_once, start=2)]
    answer = RENDERER.welcome(told)
    fields = msgspec.json.decode(answer.body) if answer.body else {"text": ""}
    asks = RESTS.asked_for(fields.get("tracking_data", ""))
    first, last = asks or (len(told) + 2, len(told) + 1)
    whole = squeezed(fields["text"] + "".join(labels(fields)))

    assert last == told[-1].number
    assert bodies(fields) == [RESTS.asks(first, last)] or asks is None
    for message in (each.message for each in told if each.number < first):
        assert squeezed(message.text.strip()) in whole
        for offer in message.choices if asks else ():
            assert any(squeezed(form.strip()) in whole for form in (offer.label, offer.short))


@pytest.mark.parametrize(
    "typed", ["rest:2-4", "rest:2-4:0123456789abcdef", RESTS.asks(2, 4) + "0", RESTS.asks(2, 5)[:-1]]
)
def test_nobody_asks_for_more_than_was_offered(typed: str) -> None:
    """Only what we have signed asks for messages anew; whatever else is typed is words."""
    assert RESTS.asked_for(RESTS.asks(2, 4)) == (2, 4)
    assert RESTS.asked_for(RESTS.asks(2, 4).replace("2-4", "1-900")) is None
    assert Rests(b"of another salon").asked_for(RESTS.asks(2, 4)) is None
    assert RESTS.asked_for(typed) is None


def test_a_welcome_of_several_messages_is_joined() -> None:
    """Files are links there; the last buttons stand under it, and lead back to their message."""
    first = Message("Welcome to the salon", media=(PHOTO, Media("place", "", "", "40.1, 44.5")))
    answer = RENDERER.welcome([Told(2, first), Told(3, asked("What would you like?", "A cut", "A colour"))])

    fields = msgspec.json.decode(answer.body)
    assert fields["text"] == (
        f"Welcome to the salon\n\nthe shop: {PUBLIC_URL}/media/a.jpg\n40.1, 44.5\n\nWhat would you like?"
    )
    assert (labels(fields), bodies(fields)) == (["A cut", "A colour"], ["press:3.0", "press:3.1"])
    assert fields["sender"] == SENDER
    assert "receiver" not in fields
    assert "auth_token" not in fields


def test_no_word_is_no_welcome() -> None:
    """An empty answer says nothing."""
    assert RENDERER.welcome([]).body == b""


@pytest.mark.req("F3")
@pytest.mark.parametrize(
    ("told", "units", "asks"),
    [
        ([Message("x" * 7000)], 7000, ""),
        ([Message("x" * 7001)], 4000, RESTS.asks(2, 2)),
        ([asked("x" * 4000, "A cut")], 4000, ""),
        ([asked("x" * 4001, "A cut")], 4000, RESTS.asks(2, 2)),
        ([Message("x" * 3000), Message("y" * 3998)], 7000, ""),
        ([Message("x" * 3000), Message("y" * 3999)], 3000, RESTS.asks(3, 3)),
        ([Message("x" * 3000), asked("y" * 999, "A cut")], 3000, RESTS.asks(3, 3)),
        ([asked("x" * 3000, "A cut"), Message("y" * 2000)], 3000, RESTS.asks(2, 3)),
        ([Message("x" * 1000), Message("y" * 2998), Message("z" * 4000)], 4000, RESTS.asks(4, 4)),
    ],
    ids=range(9),
)
def test_a_welcome_that_is_too_long_ends_with_a_button_for_the_rest(told: list[Message], units: int, asks: str) -> None:
    """Whole messages as far as they fit, from the first with buttons on everything is said later."""
    answer = RENDERER.welcome([Told(number, each) for number, each in enumerate(told, start=2)])
    fields = msgspec.json.decode(answer.body)
    check(fields, len(answer.body), receiver=False)

    assert utf16_units(fields["text"]) == units
    assert fields.get("tracking_data", "") == asks
    assert bodies(fields) == ([asks] if asks else ["press:2.0"] if told[0].choices else [])


def test_calls_are_plain_data() -> None:
    """The same message gives equal requests, so that a message of several parts goes on where it broke off."""
    message = asked("When?", html.escape("<Today>"))

    assert RENDERER.conversation(message, 7) == RENDERER.conversation(message, 7)
    assert isinstance(RENDERER.conversation(message, 7)[0], Call)
