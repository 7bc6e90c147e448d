"""The demo firm is what a new user meets first: complete, in five languages, and within what channels carry."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import timedelta

import pytest
from pydantic import BaseModel

from bot.business import Business, check_business
from bot.texts import LANGUAGES, Localized, Money, Phrasebook
from tests.business.conftest import DEMO

SCRIPTS = {"hy": r"[\u0531-\u058f]", "ru": r"[\u0400-\u04ff]", "ka": r"[\u10a0-\u10ff]"}
FOREIGN_TO_LATIN = re.compile(r"[\u0400-\u04ff\u0531-\u058a\u10a0-\u10ff]")


def texts_of(value: object, way: str = "") -> Iterator[tuple[str, Localized]]:
    """Every text by language in a business, with the way to it."""
    if isinstance(value, Localized):
        yield way, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name), f"{way}.{name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(item, f"{way}.{key}")
    elif isinstance(value, tuple) and not is_dataclass(value):
        for place, item in enumerate(value):
            yield from texts_of(item, f"{way}[{place}]")


def test_the_demo_has_no_finding(demo: Business) -> None:
    """All of the demo can be booked, reached and read."""
    assert check_business(demo) == ()


def test_every_text_of_the_demo_is_in_five_languages(demo: Business) -> None:
    """No customer of the demo meets a text that is not in their language."""
    found = list(texts_of(demo))

    assert demo.languages == tuple(LANGUAGES)
    assert [way for way, text in found if text.wordings.keys() != LANGUAGES.keys()] == []
    assert len(found) > 120


@pytest.mark.parametrize("language", SCRIPTS)
def test_each_language_is_written_in_its_own_script(demo: Business, language: str) -> None:
    """A text that was pasted under the wrong language is found by its letters."""
    strange = [
        (way, text.wordings[language])
        for way, text in texts_of(demo)
        if not re.search(SCRIPTS[language], text.wordings[language])
        or any(re.search(other, text.wordings[language]) for key, other in SCRIPTS.items() if key != language)
    ]

    assert strange == []


@pytest.mark.parametrize("language", ["uz", "en"])
def test_latin_languages_hold_no_other_letters(demo: Business, language: str) -> None:
    """Uzbek is in Latin letters, with its own apostrophes o‘ and g‘, never a straight one."""
    wordings = [(way, text.wordings[language]) for way, text in texts_of(demo)]

    assert [each for each in wordings if FOREIGN_TO_LATIN.search(each[1])] == []
    assert [each for each in wordings if "'" in each[1] or "`" in each[1]] == []


def test_every_phrase_of_the_demo_is_in_five_languages(demo: Business) -> None:
    """What starts a dialog, names a service or finds an answer can be typed in any of the five."""
    owners = [*demo.triggers.values(), *(service.phrases for service in demo.services.values())]
    owners += [answer.phrases for answer in demo.answers]

    assert all(phrases.keys() == LANGUAGES.keys() for phrases in owners)
    assert all(len(each) >= 2 for phrases in owners for each in phrases.values())


def test_labels_fit_the_narrowest_buttons(demo: Business) -> None:
    """No label of the demo is over 20 characters, so no channel has to shorten one."""
    labels = [text for way, text in texts_of(demo) if way.endswith(".label")]

    assert [wording for text in labels for wording in text.wordings.values() if len(wording) > 20] == []


def test_names_of_services_fit_the_narrowest_buttons(demo: Business) -> None:
    """Services, specialists and branches become buttons when a visit is booked."""
    names = [service.name for service in demo.services.values()]
    names += [branch.name for branch in demo.branches.values()]
    names += [specialist.name for specialist in demo.specialists.values()]

    assert [wording for name in names for wording in name.wordings.values() if len(wording) > 20] == []


def test_the_form_takes_at_most_25_lines() -> None:
    """A form of five questions in five languages is short enough to be written by hand."""
    lines = (DEMO / "forms.yaml").read_text().splitlines()

    assert len(lines) <= 25


def test_the_form_asks_five_questions_and_one_only_if_it_hurts(demo: Business) -> None:
    """The new-patient form has five questions; the one about pain is asked after «pain» only."""
    form = demo.forms["intake"]

    assert [question.kind for question in form.questions] == ["text", "phone", "choice", "date", "text"]
    assert [question.when for question in form.questions if question.when] == [{"reason": "pain"}]
    assert any(item.start == "intake" for item in demo.menu.root.items)


@pytest.mark.req("C14")
def test_the_main_menu_leads_to_all_that_a_clinic_is_asked_for(demo: Business) -> None:
    """Booking, own visits, prices, doctors, addresses, questions, the form, a call, the language, a person."""
    assert [item.id for item in demo.menu.root.items] == [
        "start:booking",
        "start:my_visits",
        "go:prices",
        "go:doctors",
        "go:addresses",
        "go:questions",
        "start:intake",
        "start:qualification",
        "say:language",
        "say:human",
    ]


def test_prices_are_whole_amounts_with_a_currency(demo: Business) -> None:
    """A price is an amount, a range, a least amount, or free; each is said in the customer's language."""
    book = Phrasebook()
    said = {key: book.say(each.price.wording(), "en") for key, each in demo.services.items() if each.price}

    assert demo.services["consultation"].price is not None
    assert demo.services["consultation"].price.lowest == Money(5000, "AMD")
    assert {
        key: said[key].replace("\N{NO-BREAK SPACE}", " ") for key in ("hygiene", "root_canal", "implant_consultation")
    } == {
        "hygiene": "20,000 ֏ – 25,000 ֏",
        "root_canal": "from 30,000 ֏",
        "implant_consultation": "free",
    }


def test_services_know_who_offers_them(demo: Business) -> None:
    """The list of a service's specialists is derived, so it cannot contradict theirs."""
    assert demo.services["filling"].specialists == ("anahit", "tigran")
    assert [each.id for each in demo.offering("filling", "komitas")] == ["tigran"]
    assert demo.services["root_canal"].occupies == timedelta(minutes=105)
