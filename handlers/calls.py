"""Phone calls: who calls again goes on where they stopped, and who gave up is called back by people."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.business import Holiday
from bot.chat import Chat
from bot.desk import shown_name
from bot.dialog import Lost
from bot.events import Apology, Event, HungUp, JobFinished, Media, Opened, Rang, Said, Unheard
from bot.ports import media
from bot.ports.step import Push
from bot.store import transcript
from bot.texts import Lines, t
from handlers import handoff
from handlers.handoff import lose, presence
from handlers.on_screen import CALL, texts_here
from handlers.words import offer_languages

ERASE = "erase"
ERASED_WITHIN = timedelta(days=30)
SLACK = timedelta(seconds=30)  # between the call's own clock and ours
LOOKED_AT = 30  # messages


async def greet(chat: Chat, event: Event) -> bool:
    """Say first that the firm is closed, and for which holiday.

    Takes the call of somebody whose language nobody knows yet, and of who has a question open.
    """
    if not isinstance(event, Opened) or event.source != CALL:
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
    """Take the end of a call, what became of ringing the staff, and recordings of talks with them.

    A call that was missed is for people to call back.
    """
    if isinstance(event, Said | Unheard | Apology) and chat.conversation.source == CALL:
        _erase_there(chat, event.media)
    match event:
        case Said(media=(Media(kind="call"), *_)):
            pass  # a talk with the staff; the desk is shown it
        case JobFinished(key="erase", port=media.PORT, ok=False):
            wording = t("A recording could not be erased at the provider. Erase it there.")
            case = chat.conversation.case
            if not case:
                body = {"reason": "a recording is not erased"}
                case = await chat.cases.open(
                    CALL, title=_who(chat), body=body, department=chat.business.staff.group or ""
                )
            chat.show_desk(case, note=chat.words_for_staff(wording))
        case HungUp():
            if (reason := await _given_up(chat, event)) and not chat.conversation.case:
                await _call_back(chat, CALL, reason, missed=chat.conversation.frame is None)
        case Rang(answered=True):
            chat.show_desk(note=chat.words_for_staff(t("A colleague has talked to the customer on the phone.")))
        case Rang():
            chat.show_desk(note=chat.words_for_staff(t("Nobody has picked up the phone.")))
            await _call_back(chat, handoff.KIND, "nobody picked up the phone", missed=True)
        case _:
            return False
    chat.show_desk()
    return True


def _erase_there(chat: Chat, recorded: Sequence[Media]) -> None:
    """Let what was recorded lie with us alone: once it is kept here, it is erased at the provider."""
    files = tuple((each.source, each.name) for each in recorded if each.source)
    if files:
        line = f"{media.PORT}/{ERASE}/{chat.scope.actor}"
        chat.scope.push(Push(media.PORT, line, ERASE, media.Erase(files), expires_after=ERASED_WITHIN))


async def _call_back(chat: Chat, kind: str, reason: str, *, missed: bool) -> None:
    """Let somebody call back; who was `missed` is told so, once a case, where they can be written to."""
    phone = chat.contact.address
    if not phone.startswith("+"):
        return
    who = _who(chat)
    body = {"reason": reason, "phone": phone, "language": chat.language}
    known = await chat.cases.current(kind)
    told = known is not None and any(entry.data.get("reason") == reason for entry in known.entries)
    case = await chat.cases.open(kind, title=f"{who}: {reason}", body=body, department=chat.business.staff.group or "")
    chat.show_desk(case)
    if missed and not told and texts_here(chat) and not chat.conversation.stopped:
        chat.say(Lines((t("Sorry that we missed your call."), presence(chat))), written=True, kind="notice")


def _who(chat: Chat) -> str:
    return shown_name(chat.customer.name) or chat.contact.address


async def _given_up(chat: Chat, event: HungUp) -> str:
    """Why somebody should call back; empty when nobody need."""
    if (frame := chat.conversation.frame) is not None:
        return f"hung up in the middle of {frame.dialog}"
    scope = chat.scope
    lines = await scope.read("call", partial(transcript.before, scope.business, scope.actor, None, LOOKED_AT))
    began = scope.now - timedelta(seconds=event.seconds) - SLACK
    spoke = any(line.author == "customer" and line.at >= began for line in lines)
    return "" if spoke else "hung up without a word"
