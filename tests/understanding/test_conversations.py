"""What comes of free words in a conversation with the sample clinic, its model trained."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from bot.ports.store import Query
from bot.runtime import Tenant
from bot.testing import Talk, read_transcript, run_transcript
from handlers import ACTORS, ROUTES

MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the business
TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*/*.yaml"))
Visitor = Callable[..., Talk]


@pytest.fixture
def visitor(clinic: Tenant) -> Iterator[Visitor]:
    """A customer of the clinic who has seen the menu."""
    with ExitStack() as stack:
        yield lambda language="en": stack.enter_context(Talk(clinic, ROUTES, now=MONDAY, language=language)).opens()


def cases(talk: Talk) -> list[str]:
    return [row[0] for row in talk.reads(Query("SELECT kind FROM cases"))]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_trained_model_changes_no_transcript(clinic: Tenant, path: Path) -> None:
    """What is promised in the transcripts holds from the first moment and after the training alike."""
    transcript = read_transcript(path)

    with Talk(clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)


@pytest.mark.req("A6")
@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "what would it all cost me", "The dentist tells you the exact price"),
        ("ru", "скока стоит у вас", "Точную цену врач называет"),
        ("hy", "inchqan arje dzez mot", "Ճշգրիտ գինը բժիշկն"),
        ("uz", "sizlarda qancha turadi", "Aniq narxni shifokor"),
        ("ka", "ra ghirs tqventan", "ზუსტ ფასს ექიმი"),
        ("en", "until when are you open today", "Addresses and hours"),
        ("ru", "подскажите где вы находитесь", "Адреса и часы работы"),
    ],
)
def test_a_question_leads_to_its_place(visitor: Visitor, language: str, text: str, said: str) -> None:
    """Prices, hours and the address are shown to who asks for them in their own words."""
    assert visitor(language).says(text).heard[-1].startswith(said)


@pytest.mark.req("A14")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "could you fit me in for a cleaning tomorrow"),
        ("ru", "хочу на чистку завтра"),
        ("hy", "ուզում եմ գրանցվել մաքրման"),
        ("uz", "tish tozalashga yozilmoqchiman ertaga"),
        ("ka", "კბილების წმენდაზე ჩაწერა მინდა"),
    ],
)
def test_booking_words_start_a_booking_that_has_heard_the_rest(visitor: Visitor, language: str, text: str) -> None:
    """The service that was named along is not asked for again."""
    assert visitor(language).says(text).asking == "branch"


@pytest.mark.req("A6", "A14")
def test_free_times_are_found_by_booking(visitor: Visitor) -> None:
    """«Do you have anything free tomorrow» is the way to a visit."""
    assert visitor().says("do you have anything free tomorrow").asking == "service"


@pytest.mark.req("A31")
@pytest.mark.parametrize(
    "text",
    ["my parcel has not arrived", "заказ до сих пор не пришел", "chi ashxatum", "parolni unutdim", "ფული დამიბრუნეთ"],
)
def test_a_support_matter_is_for_people(visitor: Visitor, text: str) -> None:
    """A firm that has no answer of its own offers a human, and passes nothing on unasked."""
    talk = visitor().says(text)
    assert cases(talk) == []
    assert len(talk.buttons) == 2
    talk.presses(talk.buttons[0])

    assert cases(talk) == ["handoff"]


@pytest.mark.req("A6")
def test_what_is_not_sure_is_asked_about(visitor: Visitor) -> None:
    """Up to three buttons and a way out; a press does what it says with the words that were typed."""
    talk = visitor("ru").says("организуйте визит во вторник утром")

    assert talk.heard[-1] == "Вы имели в виду:"
    assert 2 <= len(talk.buttons) <= 4
    assert talk.buttons[-1] == "Ничего из этого"
    talk.presses("Ничего из этого")
    assert talk.buttons == ["Меню", "Позвать оператора"]


@pytest.mark.req("A6")
@pytest.mark.parametrize("text", ["will it rain tomorrow", "who won the match", "asdfgh", "my cat is asleep"])
def test_what_is_unknown_is_left_to_the_menu_or_a_human(visitor: Visitor, text: str) -> None:
    """Never a guess: the customer is told, and offered both ways."""
    talk = visitor().says(text)

    assert talk.heard[-1] == "I did not understand that."
    assert talk.buttons == ["Menu", "Talk to a person"]


def test_a_name_is_never_taken_for_a_wish(visitor: Visitor) -> None:
    """Where any words are an answer, words that are like a wish are an answer too."""
    talk = visitor().says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    talk.says("Price Delivery")

    assert talk.asking == "phone"


def test_a_refused_answer_is_refused(visitor: Visitor) -> None:
    """Words that are merely like something do not lead out of an open question."""
    talk = visitor().says("Book a visit", "blue whale")

    assert talk.asking == "service"
    assert talk.heard[-1].startswith("I did not find “blue whale” here.")


def test_a_question_in_the_middle_is_answered_and_the_open_one_asked_again(visitor: Visitor) -> None:
    """Who asks for the address while booking gets it and goes on booking."""
    talk = visitor().says("Book a visit", "where exactly is your clinic located")

    assert "47 Tumanyan Street, Yerevan" in talk.heard[-2]
    assert talk.asking == "service"


@pytest.mark.req("A31")
def test_who_waits_for_a_human_is_neither_asked_nor_offered_one(visitor: Visitor) -> None:
    """What is added to a matter that people have goes to them as it is."""
    talk = visitor("ru").says("оператор", "организуйте визит во вторник утром", "заказ не пришел")

    assert not any(text.startswith(("Вы имели в виду", "С этим поможет")) for text in talk.heard)


def test_thanks_and_hello_are_answered_in_kind(visitor: Visitor) -> None:
    """Courtesy is no question, in a dialog or out of it."""
    talk = visitor().says("thanks a lot!")
    assert talk.heard[-1] == "You are welcome!"
    talk.says("hello")
    assert talk.heard[-1].startswith("Hello! This is Nur Dental.")
    talk.says("Book a visit", "thx")

    assert talk.heard[-2] == "You are welcome!"
    assert talk.asking == "service"


def test_a_button_of_long_ago_that_nothing_stands_behind_brings_the_menu(visitor: Visitor) -> None:
    """A choice whose dialog is under way already is no error."""
    talk = visitor("ru").says("организуйте визит во вторник утром")
    offered = talk.buttons[0]
    talk.presses(offered).presses(offered)

    assert talk.heard[-1]
