"""What a firm does about what customers everywhere ask: what it writes, and what is done unsaid."""

import pytest

from bot.business import Business, BusinessErrors, destination, read_business, vocabulary_of
from bot.understanding import Band, Understander
from tests.business.conftest import CHANNELS, DIALOGS, salon_with

ANSWERS = """\
- id: cards
  phrases: {en: [do you take cards], ru: [можно картой]}
  text: {en: Cards are fine., ru: Можно.}
- id: delivery
  phrases: {en: [do you bring it], ru: [вы привезёте]}
  text: {en: No., ru: Нет.}
"""


def salon(intents: str = "{}") -> Business:
    changes: dict[str, str | tuple[str, str]] = {
        "business": ("staff:", f"intents: {intents}\nstaff:"),
        "answers": ANSWERS,
        "triggers": "booking: {en: [a fresh look], ru: [новый образ]}",
    }
    contents = {name: text.encode() for name, text in salon_with(changes).items()}
    return read_business(contents, slug="salon", dialogs=DIALOGS, channels=CHANNELS)


@pytest.mark.req("A6", "A31")
@pytest.mark.parametrize(
    ("intent", "key"),
    [
        ("price", "go:prices"),
        ("availability", "booking"),
        ("general", "go:main"),
        ("delivery", "answer:delivery"),
        ("payment", "answer:cards"),
        ("login", "login"),
        ("demo", "demo"),
    ],
)
def test_unsaid_an_intent_goes_where_it_is_likeliest_to_be_right(intent: str, key: str) -> None:
    """A place or an answer of the same matter, booking for free times, else people."""
    assert destination(salon(), ("booking",), intent) == key


def test_support_goes_to_triage_where_a_firm_has_it() -> None:
    """The dialog for support takes what the firm has no answer to."""
    assert destination(salon(), ("booking", "triage"), "login") == "triage"
    assert destination(salon(), ("booking", "triage"), "delivery") == "answer:delivery"


@pytest.mark.req("A31")
def test_a_firm_decides_otherwise() -> None:
    """What stands in business.yaml counts before anything that is done unsaid."""
    firm = salon("{price: {start: booking}, delivery: {say: human}, login: {answer: cards}, demo: {go: prices}}")
    places = {intent: destination(firm, ("booking",), intent) for intent in ("price", "delivery", "login", "demo")}

    assert places == {"price": "booking", "delivery": "delivery", "login": "answer:cards", "demo": "go:prices"}


@pytest.mark.parametrize(
    ("intents", "fault"),
    [
        ("{prise: {go: prices}}", "did you mean 'price'"),
        ("{price: {go: nowhere}}", "nowhere"),
        ("{price: {answer: card}}", "did you mean 'cards'"),
        ("{price: {start: reschedule}}", "reschedule"),
        ("{price: {go: prices, say: human}}", "write one of go, start, answer or say"),
        ("{price: {}}", "write one of go, start, answer or say"),
        ("{price: {say: hello}}", "human"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(intents: str, fault: str) -> None:
    """An editor reads which line is wrong, and what was probably meant."""
    with pytest.raises(BusinessErrors) as caught:
        salon(intents)

    (line,) = [str(problem) for problem in caught.value.errors]
    assert "intents" in line
    assert fault in line


@pytest.mark.req("A14")
def test_the_firms_own_meaning_of_a_phrase_comes_first() -> None:
    """Triggers start, answers answer, services are booked; a shipped phrase of another matter does not take over."""
    understander = Understander.of(vocabulary_of(salon(), ("booking",)))
    read = {
        text: understander.read(text, "en").guesses[0].key
        for text in ("Do you take cards?", "I want a fresh look", "haircut", "стрижку мне", "вы привезёте?")
    }

    assert list(read.values()) == ["answer:cards", "booking", "booking", "booking", "answer:delivery"]


def test_what_is_switched_off_is_not_understood() -> None:
    """Without the dialog its phrases mean nothing here, rather than something that cannot be done."""
    understander = Understander.of(vocabulary_of(salon(), ()))

    assert understander.read("reschedule my appointment", "en").band is Band.UNKNOWN
    assert understander.read("a fresh look", "en").band is Band.UNKNOWN
