"""A qualified lead: what it says, whose it is, what can be done next.

A conversation has one open lead. Who goes through the questions again changes it: the newest answers count, the group
that has it keeps it.
"""

from collections.abc import Mapping
from typing import Any

from bot.business import Business, Service, Wish
from bot.chat import Chat, Option
from bot.desk import shown_name
from bot.dialog import Dialog, summary_line
from bot.dialog.field import encode
from bot.records import least_loaded
from bot.records.leads import KIND
from bot.replies import Act, Go, Speak, Start
from bot.texts import Lines, Wording, t
from dialogs.lead_questions import horizon, wishes
from dialogs.visits import terms

MUST = ("what", "when", "decides")
"""What a lead has to say to be one."""


def unanswered(dialog: Any) -> str:
    """The first of the three questions without a valid answer; empty when the lead is qualified."""
    valid = {
        "what": any(offer.value == dialog.what for offer in wishes(dialog)),
        "when": bool(dialog.when),
        "decides": bool(dialog.decides),
    }
    return next((name for name in MUST if not valid[name]), "")


async def take_up(dialog: Any, chat: Chat) -> None:
    """Open the conversation's lead, or change the open one, and let the desk see it."""
    leads, facts = chat.business.leads, facts_of(dialog, chat)
    groups = leads.owners_of(facts)
    contact: str = dialog.phone or dialog.email
    case = await chat.cases.open(
        KIND,
        title=f"{shown_name(dialog.name)}: {chat.words_for_staff(dialog.fields['what'].kind.show(dialog.what, dialog))}",
        summary=chat.words_for_staff(summary(dialog, chat)),
        body={name: getattr(dialog, name) for name in MUST}
        | {"contact": contact, "source": _source(chat), "step": suggestion(facts)},
        tags=leads.tags_of(facts),
        outdated=leads.own_tags,
        department=await least_loaded(chat.scope, groups) or chat.business.staff.group or "",
    )
    chat.know(name=dialog.name, **{"email" if "@" in contact else "phone": contact})
    chat.show_desk(case)


def facts_of(dialog: Any, chat: Chat) -> Mapping[str, str]:
    """A lead as the rules look at it."""
    return {
        "what": dialog.what,
        "when": horizon(dialog.when, chat.now.date()),
        "decides": dialog.decides,
        "language": chat.language,
        "branch": _branch(chat.business, dialog.what),
        "channel": chat.contact.channel,
        "phone": dialog.phone,
    }


def summary(dialog: Dialog, chat: Chat) -> Wording:
    """Where the lead comes from and what was answered; the card adds what could be done next."""
    answers = [
        summary_line(field.label, field.kind.show(dialog.answer(field), dialog))
        for field in (dialog.fields[name] for name in MUST)
        if field.label is not None
    ]
    return Lines((t("Source: {source}", source=_source(chat)), *answers))


def suggestion(facts: Mapping[str, str]) -> str:
    """What whoever takes the lead could do, as `bot.desk` names it."""
    if facts["when"] == "later":
        return "touch"
    if facts["decides"] == "other":
        return "prices"
    return "today" if facts["when"] == "now" else "week"


def say_taken(dialog: Any, chat: Chat) -> None:
    """Thank the customer and offer what can be done at once."""
    field = dialog.fields["phone" if dialog.phone else "email"]
    contact = field.kind.show(dialog.answer(field), dialog)
    thanks = t("Thank you, {name}! We will contact you: {contact}.", name=dialog.name, contact=contact)
    options = [
        *_ways(chat, _service(chat.business, dialog.what)),
        Option(t("Talk to a person"), Speak("human")),
        Option(t("Menu"), Speak("menu")),
    ]
    chat.say(Lines((thanks, t("What would you like to do now?")), "\n\n"), options, kind="notice")


def say_price(chat: Chat, service: str) -> None:
    """What a service costs, and how to go on."""
    found = chat.business.services.get(service)
    options = [Option(t("Talk to a person"), Speak("human")), Option(t("Menu"), Speak("menu"))]
    if found is None:
        chat.say(t("That is no longer offered."), options)
        return
    chat.say(told(found), [*_booking(chat, service), *options])


def told(service: Service) -> Wording:
    """A service with how long it takes, what it costs and what it is."""
    line = t("{label}: {value}", label=service.name, value=terms(service))
    return Lines((line, service.description)) if service.description else line


def _ways(chat: Chat, service: str) -> list[Option]:
    """A time to book, and the prices: of the service, else of all."""
    found = chat.business.services.get(service)
    listed = next((place.key for place in chat.business.menu.places.values() if place.listing == "services"), "")
    ways = _booking(chat, service)
    if found is not None and found.price is not None:
        ways.append(Option(t("Prices here"), Act("price", service)))
    elif listed:
        ways.append(Option(t("Prices here"), Go(listed)))
    return ways


def _booking(chat: Chat, service: str) -> list[Option]:
    if not chat.dialogs.knows("booking"):
        return []
    bookable = bool(service) and bool(chat.business.offering(service))
    return [Option(t("Book a time"), Start("booking", given={"service": encode(service)} if bookable else {}))]


def _wish(business: Business, what: str) -> Wish | None:
    return next((wish for wish in business.leads.what if wish.id == what), None)


def _service(business: Business, what: str) -> str:
    wish = _wish(business, what)
    return what if not business.leads.what else (wish and wish.service) or ""


def _branch(business: Business, what: str) -> str:
    """The branch that a wish belongs to: its own, or the only one that offers its service."""
    wish = _wish(business, what)
    if wish is not None and wish.branch:
        return wish.branch
    service = _service(business, what)
    places = [branch for branch in business.branches if business.offering(service, branch)]
    return places[0] if len(places) == 1 else ""


def _source(chat: Chat) -> str:
    """The channel, and the link that brought the customer, as far as one is known."""
    return " · ".join(filter(None, (chat.contact.channel, shown_name(chat.conversation.source))))
