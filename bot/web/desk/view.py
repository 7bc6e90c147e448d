"""A case as the desk's page receives it: in the list, as a card, and what was said."""

from typing import Any

from bot.desk.answers import answers
from bot.desk.card import facts, state, step
from bot.desk.frames import ICONS, shown_name
from bot.desk.queue import Listed
from bot.events import Contact
from bot.records import Case, Customer
from bot.replies import Message
from bot.store.transcript import Line
from bot.texts import t
from bot.web.desk.present import Present
from bot.web.file_links import FileLinks
from bot.web.shape import shape, shown_media

SNIPPET = 90
WORDS = {"image": t("Photo"), "voice": t("Voice message"), "video": t("Video"), "place": t("Place on the map")}


def listed(here: Present, case: Listed) -> dict[str, Any]:
    """A line of the list."""
    channel = Contact.of(case.actor).channel
    group = here.page.business.groups.get(case.department)
    last = case.last
    return {
        "id": case.id,
        "kind": case.kind,
        "status": case.status,
        "name": shown_name(case.name),
        "channel": channel,
        "icon": ICONS.get(channel, "•"),
        "language": case.language,
        "group": here.words(group.name) if group else "",
        "owner": shown_name(case.owner_name),
        "mine": case.owner == here.member.id,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "last": {"from": last.author, "text": snippet(here, last.message), "at": last.at.isoformat()} if last else None,
    }


def snippet(here: Present, message: Message) -> str:
    """The beginning of a message, on one line."""
    words = " ".join(message.text.split())
    if not words and message.media:
        return here.words(WORDS.get(message.media[0].kind, t("File")))
    return words if len(words) <= SNIPPET else f"{words[:SNIPPET]}…"


def card(here: Present, case: Case, customer: Customer, owner: str) -> dict[str, Any]:
    """What is known: the same words that the card in a staff group says."""
    contact = Contact.of(case.actor)
    group = here.page.business.groups.get(case.department)
    return {
        "id": case.id,
        "kind": case.kind,
        "status": case.status,
        "name": shown_name(customer.name),
        "channel": contact.channel,
        "icon": ICONS.get(contact.channel, "•"),
        "phone": customer.phone,
        "owner": shown_name(owner),
        "mine": case.owner == here.member.id,
        "group": case.department if group else "",
        "opened_at": case.opened_at.isoformat(),
        "state": here.words(state(case, owner)),
        "facts": [here.words(fact) for fact in facts(here.page.business, case, customer)],
        "summary": case.summary,
        "answers": answers(case, here.page.business, here.words),
        "step": here.words(step(case)),
        "notes": [
            {"text": entry.data["note"], "by": shown_name(entry.data.get("by", "")), "at": entry.at.isoformat()}
            for entry in case.entries
            if entry.data.get("note")
        ],
    }


def said(line: Line, files: FileLinks) -> dict[str, Any]:
    """One message; unlike a customer, the desk sees which colleague wrote, and every file."""
    shaped = shape(line, files)
    if line.author == "human":
        shaped["author"] = shown_name(line.message.by or line.message.author)
    if len(line.message.media) > 1:
        shaped["more"] = [shown_media(each, files) for each in line.message.media[1:]]
    return shaped
