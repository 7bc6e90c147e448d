"""What customers of a business see, screen by screen: a text and what can be chosen beside it, and where each is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import menu
from bot.business.business import Business
from bot.business.forms import Form
from bot.business.menu import ROOT, Place
from bot.business.problems import Loc
from bot.business.services import Service
from bot.dialog.kinds.slot import slot_label, slot_short
from bot.ports.calendar import Slot
from bot.replies import Choice, Message, Speak
from bot.texts import LANGUAGES, Lines, Phrasebook, Wording, duration, spoken, written

WORD = Speak("menu")  # what a choice does is of no matter here
LONG_DAY = datetime(2026, 9, 30, 20, 30, tzinfo=UTC)  # a Wednesday in September: long in most languages


@dataclass(frozen=True, slots=True)
class Said:
    """Something to choose. `loc` is where its label stands in `file`, `told` where its description does.

    It has no file where every business has it.
    """

    label: Wording
    short: Wording | None = None
    description: Wording | None = None
    file: str = ""
    loc: Loc = ()
    told: Loc = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """A text with choices. `loc` is where the text stands, `listed` where the choices do; `file` holds both.

    With `place` the text is what that place of the menu says, its list included.
    """

    file: str
    loc: Loc
    text: Wording
    listed: Loc = ()
    choices: tuple[Said, ...] = ()
    picture: str = ""
    place: Place | None = None

    def message(self, business: Business, phrasebook: Phrasebook, language: str) -> Message:
        """What is said in a language."""
        say = phrasebook.say
        choices = (
            Choice(
                str(number),
                say(each.label, language),
                WORD,
                say(each.short, language) if each.short else "",
                say(each.description, language) if each.description else "",
            )
            for number, each in enumerate(self.choices)
        )
        text = menu.words(business, self.place, language) if self.place else self.text
        return Message(say(text, language), tuple(choices))


OURS = tuple(Said(spoken(sign)) for sign in ("‹", "»", "+", "−"))
"""Buttons of the program beside those of the firm (Back, Menu, Skip, Yes); their labels are texts of the program."""


def screens(business: Business) -> Iterator[Screen]:
    """Every screen that the folder decides on."""
    yield from (_place(each) for each in business.menu.places.values())
    yield from _answers(business)
    for form in business.forms.values():
        yield from _form(form)
    yield from _choosing(business)
    if len(business.languages) > 1:
        names = tuple(Said(spoken(LANGUAGES[code])) for code in business.languages)
        yield Screen("business.yaml", ("languages",), spoken(""), ("languages",), names)
    for text, own in business.texts.items():
        yield Screen("texts.yaml", (text,), own)


def _said(entry: Any, file: str, loc: Loc, name: str = "label", told: str = "") -> Said:
    description = _terms(entry) if isinstance(entry, Service) else getattr(entry, told) if told else None
    return Said(getattr(entry, name), entry.short, description, file, (*loc, name), (*loc, told or name))


def _place(place: Place) -> Screen:
    listed = (place.key, "items")
    choices = [
        _said(item, "menu.yaml", (*listed, number)) for number, item in enumerate(place.items) if item.link is None
    ]
    if place.key != ROOT:
        choices += OURS[:1]
    text = (place.key, "text") if place.text else (place.key, "title")
    return Screen("menu.yaml", text, place.text or place.title, listed, tuple(choices), place.image or "", place)


def _answers(business: Business) -> Iterator[Screen]:
    for number, answer in enumerate(business.answers):
        loc: Loc = (number, "next")
        choices = (_said(answer.next, "answers.yaml", loc),) if answer.next else ()
        yield Screen("answers.yaml", (number, "text"), answer.text, loc, choices)


def _form(form: Form) -> Iterator[Screen]:
    for number, question in enumerate(form.questions):
        loc: Loc = (form.id, "questions", number)
        choices = [_said(each, "forms.yaml", (*loc, "options", n)) for n, each in enumerate(question.options)]
        ours = 2 * (question.kind == "yes_no") + (question.kind == "photo") + question.optional
        choices += OURS[: ours + bool(number and (choices or ours))]
        yield Screen("forms.yaml", (*loc, "ask"), question.ask, (*loc, "options"), tuple(choices))
    yield Screen("forms.yaml", (form.id, "done"), form.done, (form.id, "done"), OURS[:1])


def _choosing(business: Business) -> Iterator[Screen]:
    """What is chosen from in the shipped dialogs that are on."""
    file, on = "business.yaml", set(business.dialogs)
    if "booking" in on or ("qualification" in on and not business.leads.what):
        yield _list("services", [
            _said(each, file, ("services", each.id), "name")
            for each in business.services.values() if each.specialists
        ], ours=0)  # fmt: skip
    if "booking" in on and "branch" in business.booking.asks and len(business.branches) > 1:
        yield _list("branches", [
            _said(each, file, ("branches", each.id), "name", "address") for each in business.branches.values()
        ], ours=2)  # fmt: skip
    if "booking" in on and "specialist" in business.booking.asks:
        for service in business.services:
            yield _list("specialists", [
                _said(each, file, ("specialists", each.id), "name", "title") for each in business.offering(service)
            ], ours=2)  # fmt: skip
    if on & {"booking", "reschedule"}:
        times = [_time(business, n) for n in range(business.booking.offer)]
        yield Screen(file, ("booking", "offer"), spoken(""), ("booking", "offer"),
                     (*times, *OURS[:2]))  # fmt: skip
    if "qualification" in on and business.leads.what:
        loc: Loc = ("leads", "what")
        yield _list(
            "leads", [_said(each, file, (*loc, n)) for n, each in enumerate(business.leads.what)], ours=0, at=loc
        )
    if "feedback" in on:
        scale: Loc = ("feedback", "scale")
        signs = tuple(
            Said(spoken(sign), None, None, file, (*scale, n)) for n, sign in enumerate(business.feedback.scale)
        )
        yield Screen(file, ("feedback", "ask"), business.feedback.ask or spoken(""), scale, signs)


def _list(name: str, choices: list[Said], *, ours: int, at: Loc = ()) -> Screen:
    loc = at or (name,)
    return Screen("business.yaml", loc, spoken(""), loc, (*choices, *OURS[:ours]))


def _terms(service: Service) -> Wording:
    length = written(duration(service.duration))
    return Lines((length, service.price.wording()), " · ") if service.price else length


def _time(business: Business, number: int) -> Said:
    start = LONG_DAY.replace(tzinfo=business.zone) - timedelta(minutes=30 * number)
    slot = Slot("", "", "", start, 30, business.zone.key)
    return Said(slot_label(slot), slot_short(slot))
