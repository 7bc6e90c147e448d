"""Forms that the firm's editor writes in YAML are dialogs like any other."""

import pytest

from bot.ports.store import Query
from bot.testing import Talk
from tests.dialogs.parlour import Open

FORM = """
survey:
  title: {en: Survey}
  questions:
    - {id: name, kind: text, ask: {en: "Name?"}}
    - {id: mail, kind: email, ask: {en: "Mail?"}}
    - {id: guests, kind: number, min: 1, max: 9, ask: {en: "Guests?"}}
    - {id: more, kind: yes_no, ask: {en: "More?"}}
    - {id: when, kind: date, when: {more: "yes"}, optional: yes, ask: {en: "When?"}}
  done: {en: Thank you.}
  tag: survey
"""


@pytest.fixture
def form(clinic: Talk) -> Talk:
    return clinic.says("New patient form")


@pytest.mark.req("A43")
def test_a_form_asks_its_five_questions_one_by_one(form: Talk) -> None:
    """Each message is one question with its place; a question that depends on an answer comes when it applies."""
    places = [form.messages[-1].progress]
    for text in ("Anna Petrosyan", "+374 91 123456", "Pain", "yesterday"):
        form.says(text)
        places.append(form.messages[-1].progress)

    assert [each and each.step for each in places] == [1, 2, 3, 4, 5]
    assert places[-1] is not None
    assert places[-1].of == 5


def test_a_filled_form_is_kept_for_people(form: Talk) -> None:
    """All answers are in one case with the form's tag, and the customer is thanked in the firm's words."""
    form.says("Anna", "+374 91 123456", "Check-up", "skip")
    ((kind, tags, body),) = form.reads(Query("SELECT kind, tags, body FROM cases"))

    assert form.heard[-1].startswith("Thank you! The doctor will read this")
    assert (kind, tags) == ("intake", '["intake"]')
    assert '"phone":"+37491123456"' in body
    assert '"reason":"checkup"' in body


def test_a_question_that_does_not_apply_is_left_out(form: Talk) -> None:
    """Who comes for a check-up is not asked since when it hurts."""
    form.says("Anna", "+374 91 123456", "Check-up")

    assert form.asking == "allergies"


def test_every_kind_of_question_reads_its_answer(opened: Open) -> None:
    """Mail, number, yes and no, a day: what does not fit is explained, and what fits is kept in plain words."""
    talk = opened(forms=FORM)
    talk.presses("Do survey").says("Anna", "no mail", "anna@example.com", "70", "7", "perhaps", "yes", "25.12.2026")
    ((body,),) = talk.reads(Query("SELECT body FROM cases"))

    assert '"data":{"name":"Anna","mail":"anna@example.com","guests":"7","more":"yes","when":"2026-12-25"}' in body
    assert sum(text.count("\n\n") for text in talk.heard) == 3


def test_a_mail_address_with_a_likely_slip_is_asked_about(opened: Open) -> None:
    """«gmail.con» is not silently kept; the customer chooses."""
    talk = opened(forms=FORM)
    talk.presses("Do survey").says("Anna", "anna@gmail.con")

    assert "anna@gmail.com" in talk.buttons
    talk.says("1")
    assert talk.asking == "guests"


def test_a_question_may_be_called_as_it_likes(opened: Open) -> None:
    """An editor who calls questions `title`, `done` or `again` has them asked and kept under those names."""
    questions = "".join(
        f"\n    - {{id: {name}, kind: text, ask: {{en: '{name}?'}}}}" for name in ("title", "done", "again")
    )
    form = f"odd:\n  title: {{en: Odd}}\n  questions:{questions}\n  done: {{en: Thank you}}\n  tag: odd\n"
    talk = opened(forms=form).presses("Do odd").says("one", "two", "three")

    assert talk.heard[-1] == "Thank you"
    (body,) = talk.reads(Query("SELECT body FROM cases"))[0]
    assert '"title":"one","done":"two","again":"three"' in body


def test_a_number_that_is_asked_for_picks_no_button(opened: Open) -> None:
    """At an optional question for a number, «1» is the answer and does not press «Skip»."""
    question = "{id: guests, kind: number, optional: yes, ask: {en: 'Guests?'}}"
    form = f"party:\n  title: {{en: Party}}\n  questions:\n    - {question}\n  done: {{en: Thank you}}\n  tag: party\n"
    talk = opened(forms=form).presses("Do party").says("1")

    (body,) = talk.reads(Query("SELECT body FROM cases"))[0]
    assert '"guests":"1"' in body
