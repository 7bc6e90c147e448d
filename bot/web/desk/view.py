"""A case as the desk's page receives it: in the list, as a card, and what was said."""

from collections.abc import Sequence
from typing import Any

from bot.desk.answers import answers
from bot.desk.card import elsewhere, facts, state, step
from bot.desk.frames import shown_name
from bot.desk.queue import Listed
from bot.events import Contact
from bot.records import Case, Customer
from bot.replies import Message
from bot.store.transcript import Line
from bot.texts import t
from bot.web.desk.present import Present
from bot.web.files import is_confidential
from bot.web.shape import shape, shown_media

SNIPPET = 90
WORDS = {
    "image": t("Photo"),
    "voice": t("Voice message"),
    "video": t("Video"),
    "call": t("Talk on the phone"),
    "place": t("Place on the map"),
}


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
        "icon": here.page.business.face(channel).sign,
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


def card(here: Present, case: Case, customer: Customer, owner: str, places: Sequence[str]) -> dict[str, Any]:
    """What is known: the same words that the card in a staff group says; `places` are all the customer's conversations."""
    known = [*facts(here.page.business, case, customer), *elsewhere(here.page.business, case, places)]
    contact = Contact.of(case.actor)
    group = here.page.business.groups.get(case.department)
    return {
        "id": case.id,
        "kind": case.kind,
        "status": case.status,
        "name": shown_name(customer.name),
        "channel": contact.channel,
        "icon": here.page.business.face(contact.channel).sign,
        "phone": customer.phone,
        "owner": shown_name(owner),
        "mine": case.owner == here.member.id,
        "group": case.department if group else "",
        "opened_at": case.opened_at.isoformat(),
        "state": here.words(state(case, owner)),
        "facts": [here.words(fact) for fact in known],
        "summary": case.summary,
        "answers": answers(case, here.page.business, here.words),
        "step": here.words(step(case)),
        "notes": [
            {"text": entry.data["note"], "by": shown_name(entry.data.get("by", "")), "at": entry.at.isoformat()}
            for entry in case.entries
            if entry.data.get("note")
        ],
    }


def said(here: Present, case: Case, line: Line) -> dict[str, Any]:
    """One message; unlike a customer, the desk sees which colleague wrote, and every file."""
    shaped = shape(line, here.page.files)
    if line.author == "human":
        shaped["author"] = shown_name(line.message.by or line.message.author)
    files = [_file(here, case, line, n) for n in range(len(line.message.media))]
    if files:
        shaped["media"] = files[0]
    if len(files) > 1:
        shaped["more"] = files[1:]
    return shaped


def _file(here: Present, case: Case, line: Line, n: int) -> dict[str, Any]:
    """A file of a message; a recording is called what it is, and has an address within the case."""
    media = line.message.media[n]
    found = shown_media(media, here.page.files)
    if is_confidential(here.site, here.page, media.source, media.name):
        found["url"] = f"/desk/{here.business}/api/cases/{case.id}/recordings/{line.seq}/{n}"
        found["alt"] = here.words(WORDS[media.kind])
    return found
