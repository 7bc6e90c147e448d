"""`/template`: an operator chooses one of the firm's templates, sees what the customer will read, and sends it."""

from collections.abc import Iterator

import pytest

from bot.business import BusinessErrors, read_business
from bot.runtime import Tenant
from tests.desk.windowed import DAY, Late, late_talk, with_templates
from tests.records.firm import FOLDER, MENU

SEND = "Send as a template"
READS = "The customer will read:\n"


@pytest.fixture
def talk(clinic: Tenant) -> Iterator[Late]:
    """A clinic with two templates of its own, whose customer has been silent for two days."""
    with late_talk(with_templates(clinic, own=["moved", "hello"])) as talk:
        talk.opens().says("HUMAN").staff("/take")
        yield talk.waits(2 * DAY)


@pytest.mark.req("F15")
def test_templates_are_chosen_by_a_button_and_seen_before_they_leave(talk: Late) -> None:
    """One press shows what the customer will read, the next one sends it."""
    before = talk.channel.left
    talk.staff("/template")
    asked = talk.told()
    talk.press("hello")
    shown = talk.told()
    unsent = talk.channel.left
    talk.press(SEND)

    assert asked == ("Which template? You see it before it leaves.", ["Visit moved", "hello"])
    assert shown == (f"{READS}Are you there?", [SEND, "Leave it"])
    assert unsent == before
    assert talk.channel.left[len(before) :] == ["hello/en: "]
    assert talk.messages[-1].text == "Are you there?"


@pytest.mark.req("F15")
def test_values_are_asked_from_the_operator(talk: Late) -> None:
    """A template with gaps says which words it needs; they are written after its name."""
    talk.staff("/template")
    talk.press("Visit moved")
    assert talk.told()[0] == "Write /template moved and then, divided by ; or a line each: day, time."

    talk.staff("/template moved Friday; 14:30")
    assert talk.told()[0] == f"{READS}Nur Dental: your visit is now on Friday at 14:30."
    talk.press(SEND)
    assert talk.channel.left[-1] == "visit_moved/en: Nur Dental · Friday · 14:30"


def test_it_leaves_in_the_customers_language(talk: Late) -> None:
    """What operators see is what the customer reads, in a language that was approved."""
    talk.says("Hello?").chooses_language("ru")
    talk.waits(2 * DAY)
    talk.staff("/template moved\nпятницу\n14:30")
    shown = talk.told()[0]
    talk.press(SEND)

    assert "визит пятницу в 14:30." in shown
    assert talk.channel.left[-1].startswith("visit_moved/ru: ")


def test_two_presses_send_one_template(talk: Late) -> None:
    """The second is told that it was decided."""
    talk.staff("/template hello")
    before = len(talk.channel.left)
    talk.press(SEND)
    talk.press(SEND)

    assert len(talk.channel.left) == before + 1
    assert talk.told()[0] == "This was decided already."


def test_within_the_window_its_words_leave_as_they_are(talk: Late) -> None:
    """Then no template is needed, and the same words arrive."""
    talk.says("Hello?")
    talk.staff("/template hello")
    talk.press(SEND)

    assert talk.channel.left[-1] == "Are you there?"


def test_a_firm_without_templates_is_told(clinic: Tenant) -> None:
    """And so is who asks outside a case."""
    with late_talk(clinic) as talk:
        talk.opens().says("HUMAN").staff("/template")
        assert talk.told() == ("No template is set up for this channel.", [])

        talk.staff("/close").staff("/template")
        assert talk.told()[0].startswith("Which case?")


OWN = "own: {moved: {names: {webchat: x}, languages: [en], "


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (OWN + "values: [day], text: {en: Hello}}}", "the text in en must hold each of its 1 values"),
        (OWN + "values: [], text: {en: 'At {{1}}'}}}", "the text in en must hold each of its 0 values"),
        (OWN + "text: {ru: Hello}}}", "the text in en is missing"),
        (OWN + "values: [The day], text: {en: 'At {{1}}'}}}", "a word, like day"),
        ("own: {Moved: {names: {webchat: x}, languages: [en], text: {en: Hello}}}", "Moved"),
        ("moved: {names: {webchat: x}, languages: [en]}", "there is no such key"),
    ],
)
def test_what_is_wrong_with_an_own_template_is_said_with_its_line(written: str, sentence: str) -> None:
    """The firm's editor reads what was expected, and where."""
    folder = {"business.yaml": FOLDER.encode(), "menu.yaml": MENU.encode(), "templates.yaml": written.encode()}
    with pytest.raises(BusinessErrors) as refused:
        read_business(folder, slug="shears", dialogs=(), channels=("webchat",))

    (line,) = str(refused.value).splitlines()[1:]
    assert "templates.yaml:1" in line
    assert sentence in line


def test_an_own_template_is_read() -> None:
    """Its values come in the order of the template; one that stands twice is asked once."""
    written = OWN + "values: [day, name, day], text: {en: '{{1}}, {{2}}: {{3}}!'}}}"
    folder = {"business.yaml": FOLDER.encode(), "menu.yaml": MENU.encode(), "templates.yaml": written.encode()}
    own = read_business(folder, slug="shears", dialogs=(), channels=("webchat",)).templates.own["moved"]

    assert own.asked == ("day",)
    assert own.filled("en", ["Friday", "Ann", "Friday"]) == "Friday, Ann: Friday!"
