"""What a call cannot tell is sent to where it can be seen: a messenger of the caller's, else a text message.

It goes to whoever has the number that calls, and to nobody else: to a conversation that is linked with this one or whose
channel has vouched for that very number, else to the number itself. A number that is said or typed is never written to.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot.business import Account, Business
from bot.chat import Chat, Option
from bot.desk import shown_name
from bot.dialog import Lost
from bot.events import Bounced, Contact, Event, Said, SentOn
from bot.ports.store import Script
from bot.records.links import linked
from bot.records.proofs import whose
from bot.replies import Message
from bot.store import transcript
from bot.store.transcript import Line
from bot.texts import LANGUAGES, Lines, Wording, spoken, t
from bot.understanding import same
from handlers.handoff import lose

CALL = "call"
HUMAN = "human"
WISH = t("send it to me")
FREE = timedelta(hours=23)
"""How long after their last word somebody is written to in a messenger that is not patient (`bot.ports.faces`)."""

NOTICE = "notice"

LOOKED_AT = 30  # messages


class Place(NamedTuple):
    """Where something can be seen: a conversation, and what the caller knows it as."""

    actor: str
    name: Wording


def can_send(business: Business) -> bool:
    """Whether there may be a place at all to which a caller's things are sent."""
    return any(business.face(each.channel).kind == "messenger" or _texts(business, each) for each in business.accounts)


def _texts(business: Business, account: Account) -> bool:
    """Whether an account writes text messages to a number; one of calls does where it is set up to."""
    settings = account.settings
    return (
        business.face(account.channel).kind == "text"
        or settings.get("reach") == "text"
        or bool(settings.get("text_from"))
    )


def texts_here(chat: Chat) -> bool:
    """Whether this account of calls can write a text message to who calls."""
    number = chat.contact.address
    return number.startswith("+") and any(
        _texts(chat.business, each) and chat.contact == _contact(chat.business, each, number)
        for each in chat.business.accounts
    )


async def choose(chat: Chat, event: Event) -> bool:
    """Take a caller's wish to be sent what was just told to them; nothing where nothing was."""
    if not isinstance(event, Said) or chat.conversation.source != CALL:
        return False
    if not any(same(event.text, chat.phrasebook.say(WISH, code)) for code in LANGUAGES):
        return False
    scope = chat.scope
    lines = await scope.read("told", partial(transcript.before, scope.business, scope.actor, None, LOOKED_AT))
    wanted = tuple(sorted(_wanted(lines)))
    if not wanted:
        return False
    files = any(line.message.media for line in lines if line.seq in wanted)
    place = await find_place(chat, files=files)
    if place is None:
        chat.first(t("There is nowhere that I could send it. Write to us in a messenger to see it."))
    else:
        key = f"sent on:{place.actor}:{scope.actor}:{wanted[-1]}"
        scope.tell(place.actor, SentOn(scope.actor, wanted, chat.language), key=key)
        chat.first(t("It is on its way to you: {place}.", place=place.name))
    if chat.conversation.charge != HUMAN:
        await _go_on(chat, lines)
    return True


def _wanted(lines: Sequence[Line]) -> Iterator[int]:
    """The numbers of the last messages in a row that are better seen than told."""
    found = False
    for line in reversed(lines):
        if line.author == "customer" and found:
            return
        if line.author != "customer" and not line.message.written and (line.message.shows or line.message.long):
            found = True
            yield line.seq


async def _go_on(chat: Chat, lines: Sequence[Line]) -> None:
    """Ask once more what is open, or leave the choices that were told last."""
    try:
        if await chat.dialogs.ask_again(chat):
            return
    except Lost as lost:
        await lose(chat, lost)
        return
    asked = next((line.message.choices for line in reversed(lines) if line.message.choices), ())
    chat.flush([Option(spoken(each.label), each.means, description=spoken(each.description)) for each in asked])


async def find_place(chat: Chat, *, files: bool) -> Place | None:
    """Where a caller's things are sent: the messenger in which they wrote last, else the number that calls."""
    scope, business, number = chat.scope, chat.business, chat.contact.address
    found = await scope.read("conversations", partial(_conversations, scope.business, chat.customer.id, number))
    open_ones = []
    for actor, heard in found:
        face = business.face(Contact.of(actor).channel)
        if face.kind == "messenger" and (face.patient or scope.now - heard < FREE):
            open_ones.append((heard, actor, face.name))
    if open_ones:
        _, actor, name = max(open_ones)
        return Place(actor, spoken(name))
    if not number.startswith("+"):
        return None
    if texts_here(chat):
        return Place(scope.actor, t("a text message"))
    accounts = sorted(business.accounts, key=lambda each: business.face(each.channel).kind != "text")
    first = next((each for each in accounts if _writes_first(business, each.channel, files=files)), None)
    if first is None:
        return None
    name = business.face(first.channel).name
    return Place(_contact(business, first, number).actor, spoken(name) if name else t("a text message"))


def _writes_first(business: Business, channel: str, *, files: bool) -> bool:
    """Whether a channel brings words, or with them files, to a number that has never written there."""
    twin = business.twin(NOTICE)
    face = business.face(channel)
    by_template = twin is not None and face.template and channel in twin.names and "text" in twin.values
    return face.kind == "text" or (by_template and not files)


def _contact(business: Business, account: Account, number: str) -> Contact:
    address = number if business.face(account.channel).plus else number.removeprefix("+")
    return Contact(account.channel, account.id, address)


def _conversations(business: str, customer: str, number: str) -> Script[list[tuple[str, datetime]]]:
    """The conversations of the caller, each with when they wrote there last."""
    persons = dict.fromkeys((customer, (yield from whose(business, number))))
    found = []
    for person in filter(None, persons):
        for each in (yield from linked(business, person)):
            heard = yield from transcript.last_heard(business, each)
            found += [(each, heard)] if heard is not None else []
    return found


async def bring(chat: Chat, event: Event) -> bool:
    """Say here what was told in a call; if it does not arrive, it is for people to see to."""
    match event:
        case SentOn():
            await _bring(chat, event)
        case Bounced() if await _was_sent_on(chat, event):
            chat.conversation.blocked = chat.conversation.blocked or event.outcome == "blocked"
            await _see_to(chat, event)
        case _:
            return False
    return True


async def _bring(chat: Chat, event: SentOn) -> None:
    scope = chat.scope
    chat.speak(chat.conversation.language or event.language)
    messages = await scope.read("sent on", partial(_said, scope.business, event))
    chat.first(t("What you asked for on the phone:"))
    for message in messages:
        listed = [f"• {each.label}" for each in message.choices] if message.long else []
        links = message.links
        if chat.business.face(chat.contact.channel).template:  # it has words alone
            listed, links = [*listed, *(f"{each.label}: {each.url}" for each in links)], ()
        chat.say(
            Lines((spoken(message.text), *map(spoken, listed))), media=message.media, links=links,
            written=event.conversation == scope.actor, origin=event.conversation, kind=NOTICE,
        )  # fmt: skip


def _said(business: str, event: SentOn) -> Script[list[Message]]:
    found: list[Line] = []
    for number in event.messages:
        found += yield from transcript.after(business, event.conversation, number - 1, 1)
    return [line.message for line in found if line.seq in event.messages]


async def _was_sent_on(chat: Chat, event: Bounced) -> bool:
    scope = chat.scope
    lines = await scope.read("bounced", partial(transcript.after, scope.business, scope.actor, event.message - 1, 1))
    return any(line.seq == event.message and line.author == "bot" and line.message.origin for line in lines)


async def _see_to(chat: Chat, event: Bounced) -> None:
    phone = chat.contact.address if chat.contact.address.startswith("+") else chat.customer.phone
    who = shown_name(chat.customer.name) or phone or chat.contact.address
    body = {"reason": f"not delivered: {event.outcome}", "phone": phone, "language": chat.language}
    case = await chat.cases.open(
        CALL, title=f"{who}: what they asked for on the phone did not arrive", body=body,
        department=chat.business.staff.group or "",
    )  # fmt: skip
    chat.show_desk(case)
