"""The words that work everywhere: in every question of every dialog and form that is shipped."""

from datetime import timedelta

import pytest

from bot.ports.store import Query
from bot.testing import Talk
from tests.dialogs.conftest import shipped
from tests.dialogs.frozen import at, take_up
from tests.dialogs.parlour import Open

STATES = [
    (name, field.name)
    for name, dialog in shipped().machine.dialogs.items()
    for field in dialog.fields.values()
    if field.kind.asks
]
HUMAN = ["HUMAN", "human!", "Humna", "оператор", "человек", "оператр", "մարդ", "օպերատոր", "ოპერატორი", "operator",
         "odam", "/human"]  # fmt: skip


def cases(talk: Talk) -> list[tuple[str, str]]:
    return [tuple(row) for row in talk.reads(Query("SELECT kind, status FROM cases"))]


def test_the_states_are_all_there() -> None:
    """The list below is read from the dialogs, so a new question is in it."""
    assert {name for name, _ in STATES} == {
        "booking", "reschedule", "cancel_visit", "my_visits", "qualification", "feedback", "intake"
    }  # fmt: skip
    assert len(STATES) >= 18


@pytest.mark.req("A44")
@pytest.mark.parametrize(("dialog", "question"), STATES)
def test_human_reaches_people_in_every_state(clinic: Talk, dialog: str, question: str) -> None:
    """Whatever is being asked, in whatever language and however misspelt: the matter goes to people."""
    for said, word in enumerate(HUMAN, 1):
        take_up(clinic, at(dialog, question)).says(word)

        assert sum(text.startswith("I have passed this on to our team.") for text in clinic.heard) == said, word
    assert cases(clinic) == [("handoff", "open")]


@pytest.mark.req("A44")
@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka", "en"])
def test_human_is_understood_in_every_language_at_the_menu(opened: Open, language: str) -> None:
    """The button of the menu says it in the customer's language, and does it."""
    talk = opened(language=language)
    talk.presses(talk.buttons[-1])

    assert cases(talk) == [("handoff", "open")]


@pytest.mark.req("A44", "A3")
def test_at_night_human_promises_a_time(clinic: Talk) -> None:
    """With nobody there the customer reads when somebody will be, not «soon»."""
    clinic.waits(timedelta(hours=14)).says("HUMAN")

    assert "We are closed now. We open on Tuesday 24 November at 09:00" in clinic.heard[-1]


@pytest.mark.req("A44")
def test_asking_twice_for_a_human_is_one_matter(clinic: Talk) -> None:
    """Impatience does not make two cases."""
    clinic.says("HUMAN", "HUMAN")

    assert cases(clinic) == [("handoff", "open")]


@pytest.mark.parametrize(("dialog", "question"), STATES)
@pytest.mark.parametrize(
    ("word", "begins"), [("cancel", "All right, I have left that."), ("menu", "Hello! This is Nur Dental."),
                         ("language", "Which language shall we speak?")],
)  # fmt: skip
def test_the_global_words_work_in_every_state(clinic: Talk, dialog: str, question: str, word: str, begins: str) -> None:
    """CANCEL, MENU and LANGUAGE do what they say, whatever is being asked."""
    take_up(clinic, at(dialog, question)).says(word)

    assert clinic.heard[-1].startswith(begins)


@pytest.mark.parametrize(("dialog", "question"), STATES)
@pytest.mark.parametrize("word", ["help", "back"])
def test_help_and_back_keep_the_dialog_in_every_state(clinic: Talk, dialog: str, question: str, word: str) -> None:
    """HELP and BACK answer at once and lose nothing."""
    said = len(take_up(clinic, at(dialog, question)).heard)
    clinic.says(word)

    assert len(clinic.heard) > said
    assert clinic.reads(Query("SELECT error FROM inbox WHERE error <> ''")) == []


@pytest.mark.parametrize(("dialog", "question"), STATES)
def test_stop_works_in_every_state(clinic: Talk, dialog: str, question: str) -> None:
    """STOP comes before everything, and leaves the open question open."""
    take_up(clinic, at(dialog, question)).says("STOP")

    assert clinic.state.stopped
    assert clinic.heard[-1].startswith("You will get no more reminders")
    assert clinic.asking == question


@pytest.mark.parametrize(
    "text", ["Cancel Street 5", "Ms Human", "I want to go back to work", "stop worrying", "Helper"]
)
def test_a_sentence_with_such_a_word_in_it_is_none(clinic: Talk, text: str) -> None:
    """A name or an address cannot fire a word: it must be the whole message."""
    take_up(clinic, at("intake", "name")).says(text)

    assert clinic.asking == "phone"


def test_after_stop_no_reminder_comes_and_after_start_it_does(booked: Talk) -> None:
    """STOP silences the reminders of a visit that stands; START brings them back."""
    booked.says("STOP")
    said = len(booked.heard)
    booked.waits(timedelta(hours=3))
    assert booked.heard[said:] == []
    booked.presses("Another time").says("Wednesday 11:00", "yes", "START")
    assert booked.heard[-1] == "You will get our messages again."
    booked.waits(timedelta(days=3))

    assert booked.heard[-1].startswith("A reminder of your visit")


@pytest.mark.req("F4")
def test_the_language_can_be_switched_in_the_middle(clinic: Talk) -> None:
    """The open question is asked again in the new language, and what was answered stays."""
    clinic.says("Book a visit", "Teeth cleaning").chooses_language("ru")

    assert clinic.asking == "branch"
    assert clinic.buttons[:2] == ["Кентрон", "Комитас"]
    clinic.says("кентрон")
    assert clinic.asking == "slot"
    assert "понедельник" in clinic.buttons[0].casefold()


def test_a_label_of_the_language_before_still_counts(clinic: Talk) -> None:
    """Who switched the language may answer with the words they saw before."""
    clinic.says("Book a visit").chooses_language("hy").says("Teeth cleaning")

    assert clinic.asking == "branch"


def test_writing_in_another_language_switches_to_it(clinic: Talk) -> None:
    """Outside a dialog the bot follows the customer into the language they write in."""
    clinic.says("Здравствуйте, сколько стоит приём у врача?")

    assert clinic.state.language == "ru"
