"""Phone calls: who calls again goes on where they stopped, and who gave up is called back by people."""

from datetime import timedelta
from functools import partial

from bot.business import Holiday
from bot.chat import Chat
from bot.desk import shown_name
from bot.dialog import Lost
from bot.events import Event, HungUp, Opened
from bot.store import transcript
from bot.texts import t
from handlers.handoff import lose, presence
from handlers.words import offer_languages

KIND = "call"
SLACK = timedelta(seconds=30)  # between the call's own clock and ours
LOOKED_AT = 30  # messages


async def greet(chat: Chat, event: Event) -> bool:
    """Say first that the firm is closed, and for which holiday.

    Takes the call of somebody whose language nobody knows yet, and of who has a question open.
    """
    if not isinstance(event, Opened) or event.source != KIND:
        return False
    if not chat.business.is_open(chat.now):
        if (holiday := _holiday(chat)) is not None:
            chat.first(t("Today is a holiday: {name}.", name=holiday.name))
        chat.first(presence(chat))
    if chat.conversation.charge == "human":
        return False
    if not event.language and _speaks_unknown(chat):
        chat.ahead.insert(0, chat.business.name)
        offer_languages(chat)
        return True
    if chat.conversation.frame is None:
        return False
    chat.ahead.insert(0, chat.business.name)
    try:
        return await chat.dialogs.ask_again(chat)
    except Lost as lost:
        await lose(chat, lost)
        return True


def _speaks_unknown(chat: Chat) -> bool:
    """Whether the firm speaks several languages and this caller's is not known."""
    return len(chat.business.languages) > 1 and not chat.conversation.language and not chat.customer.language


def _holiday(chat: Chat) -> Holiday | None:
    """The holiday of the whole firm today."""
    today = chat.now.date()
    return next((each for each in chat.business.holidays if each.day.covers(today)), None)


async def handle(chat: Chat, event: Event) -> bool:
    """Take the end of a call. Who hung up without a word or in the middle of a question is for people to call back."""
    if not isinstance(event, HungUp):
        return False
    reason = await _given_up(chat, event)
    if reason and not chat.conversation.case and chat.contact.address.startswith("+"):
        who = shown_name(chat.customer.name) or chat.contact.address
        body = {"reason": reason, "phone": chat.contact.address, "language": chat.language}
        case = await chat.cases.open(
            KIND, title=f"{who}: {reason}", body=body, department=chat.business.staff.group or ""
        )
        chat.show_desk(case)
    chat.show_desk()
    return True


async def _given_up(chat: Chat, event: HungUp) -> str:
    """Why somebody should call back; empty when nobody need."""
    if (frame := chat.conversation.frame) is not None:
        return f"hung up in the middle of {frame.dialog}"
    scope = chat.scope
    lines = await scope.read("call", partial(transcript.before, scope.business, scope.actor, None, LOOKED_AT))
    began = scope.now - timedelta(seconds=event.seconds) - SLACK
    spoke = any(line.author == "customer" and line.at >= began for line in lines)
    return "" if spoke else "hung up without a word"
