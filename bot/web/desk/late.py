"""Windows at the web desk: until when a customer can be answered, and which templates may leave after that."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.business.templates import OwnTemplate
from bot.desk.picker import choices, filled, spoken_in
from bot.desk.window import SOON, window_line
from bot.events import Contact
from bot.records import Case, Customer
from bot.store import transcript
from bot.texts import Wording, t
from bot.web.desk.present import Present

RELAY = "relay"
GAP = "\ue000"  # stands in a template for what the operator will write; no text holds it


async def answerable_until(here: Present, case: Case) -> datetime | None:
    """When people can no longer answer freely, aware, in UTC; None where that moment never comes."""
    span: timedelta | None = here.site.engine.sender.human_window(here.business, case.actor)
    if span is None:
        return None
    heard = await here.site.store.read(partial(transcript.last_heard, here.business, case.actor))
    return None if heard is None else heard + span


async def too_late(here: Present, case: Case) -> bool:
    """Whether only a template may leave."""
    until = await answerable_until(here, case)
    return until is not None and here.site.clock.now() >= until


def stands_in(here: Present, case: Case) -> str:
    """The name of the template that carries an operator's own words on this channel; empty when there is none."""
    twin = here.page.business.twin(RELAY)
    return twin.called(Contact.of(case.actor).channel) if twin else ""


def refusal(name: str) -> Wording:
    """What is said to words that come too late."""
    if name:
        return t("The window has closed, so this was not sent. It can leave as the template «{name}».", name=name)
    return t("The window has closed, so this was not sent. Only the customer’s next message opens it.")


async def shown(here: Present, case: Case, customer: Customer) -> dict[str, Any]:
    """The part of a card about the window: the line, when it changes, and the templates to choose from."""
    until = None if case.status == "closed" else await answerable_until(here, case)
    now = here.site.clock.now()
    line = "" if until is None else here.words(window_line(until.astimezone(here.page.business.zone), now))
    coming = [] if until is None else [each for each in (until - SOON, until) if each > now]
    own = choices(here.page.business, Contact.of(case.actor).channel)
    spoken = await language_of(here, case, customer) if own else ""
    return {
        "window": line,
        "window_changes_in_seconds": (coming[0] - now).total_seconds() if coming else None,
        "templates": [_template(here, name, each, spoken, customer.name) for name, each in own.items()],
    }


async def language_of(here: Present, case: Case, customer: Customer) -> str:
    """The language that the customer of a case is spoken to in."""
    spoken = await here.site.store.read(partial(spoken_in, here.business, case.actor))
    return spoken or customer.language or here.page.business.languages[0]


def _template(here: Present, name: str, own: OwnTemplate, spoken: str, customer: str) -> dict[str, Any]:
    """A template as the page shows it: `says` are its words, where a number stands for a value that is `asked`."""
    language = own.language_for(spoken)
    firm = here.page.words(here.page.business.name, language)
    gaps = [f"{GAP}{n}{GAP}" for n in range(len(own.asked))]
    parts = filled(own, language, gaps, name=customer, firm=firm)[0].split(GAP)
    return {
        "name": name,
        "label": here.words(own.label) if own.label else name,
        "asked": [each.replace("_", " ") for each in own.asked],
        "says": [int(part) if n % 2 else part for n, part in enumerate(parts)],
    }
