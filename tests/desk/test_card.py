"""What operators read of a case: answers in words, never ids or stored text."""

from dataclasses import replace

import pytest

from bot.business import StaffContact
from bot.desk.answers import answers
from bot.desk.card import step
from bot.records import Case, open_cases
from bot.records.cases import Entry
from bot.runtime import Tenant
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.desk.conftest import MONDAY

FRAME = "│ \N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"


@pytest.fixture
def english(clinic: Tenant) -> Tenant:
    """The demo clinic, whose staff read English."""
    staff: StaffContact = clinic.business.staff.model_copy(update={"language": "en"})
    return replace(clinic, business=clinic.business.model_copy(update={"staff": staff}))


def cards(tenant: Tenant, *says: str, language: str = "en") -> list[str]:
    """What stands in the room after a customer has said this."""
    with Talk(tenant, ROUTES, now=MONDAY, language=language, actors=ACTORS) as talk:
        return talk.opens().says(*says).room.texts()


@pytest.mark.req("A12")
def test_a_lead_is_read_in_the_staffs_language(english: Tenant) -> None:
    """A customer writes Russian, the card says in English what they want, whose it is and what to do."""
    said = ("заказать звонок", "имплантолог", "Сейчас", "Я", "Анна", "+374 91 123456")
    (card,) = cards(english, *said, language="ru")

    assert [line.strip(FRAME) for line in card.splitlines()[1:]] == [
        "Waits for somebody.", "Group: Doctors", "Phone: +37491123456", "Tags: high interest, implants",
        "Source: webchat", "Interest: Implant consultation", "When: As soon as possible", "Who decides: I do",
        "Next: call back today and offer a time",
    ]  # fmt: skip


def test_a_booking_that_was_begun_is_read_in_words(english: Tenant) -> None:
    """Who asks for a person in the middle of a booking has told what, where and when; the card names it."""
    card, *_ = cards(english, "Book a visit", "Teeth cleaning", "Kentron", "today 15:00", "Anna", "HUMAN")

    told = [line.strip(FRAME) for line in card.splitlines() if line.startswith("│")]
    assert told[:4] == [
        "Service: Teeth cleaning", "Branch: Kentron", "Specialist: Lilit Petrosyan", "Time: Monday 23 November, 15:00"
    ]  # fmt: skip


def test_a_form_is_read_by_its_questions(english: Tenant) -> None:
    """The questions of the firm's form and the labels of its choices stand there, not their ids."""
    business = english.business
    with Talk(english, ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        talk.opens().says("New patient form", "Anna", "+374 91 123456", "Check-up", "skip")
        (case,) = talk.does(talk.store.read(lambda: open_cases(business.slug)))

    assert answers(case, business, lambda wording: english.phrasebook.say(wording, "en")) == [
        "Your first and last name: Anna", "Your phone number: +37491123456", "What brings you to us: Check-up"
    ]  # fmt: skip


def test_the_next_step_outlives_what_was_noted_since(english: Tenant) -> None:
    """A lead that was taken, noted on and passed on still says what its owner is to do, and a parked event what went wrong."""
    at = MONDAY.replace(tzinfo=english.business.zone)
    later = [{"note": "rang twice", "by": "Ani"}, {}, {"to": "doctors", "by": "Ani"}]

    def case(kind: str, *said: dict[str, str]) -> Case:
        entries = tuple(Entry(at, each) for each in (*said, *later))
        return Case("C1", "c", "webchat/test/a", kind, "taken", (), "", "", entries, "m", "", 1, at, at, None, None)

    def reads(found: Case) -> str:
        return english.phrasebook.say(step(found), "en")

    assert reads(case("lead", {"step": "prices"}, {"step": "today"})) == "call back today and offer a time"
    assert reads(case("lead")) == "call back and offer a time"
    assert reads(case("handoff", {"reason": "parked event 7"})) == "look what went wrong (/parked), then answer"
    assert (
        reads(case("handoff", {"reason": "parked event 7"}, {"reason": "asked"}))
        == "answer here, and close it at the end"
    )
