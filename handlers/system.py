"""What happens to a conversation without the customer: timers, bounced messages, parked events."""

from datetime import datetime
from functools import partial

from bot.chat import Chat, Option
from bot.dialog import Lost
from bot.events import REMINDER, Announced, Apology, Bounced, Event, JobFinished, TimerFired, Untold
from bot.ports import media
from bot.replies import Act, Speak, Start
from bot.store import transcript
from bot.texts import Lines, t
from dialogs.visits import describe
from handlers.campaign import announce
from handlers.handoff import hand_off, lose


async def handle(chat: Chat, event: Event) -> bool:
    """Take system events; everything that a customer does is left to others."""
    match event:
        case TimerFired(key="dialog", data=data):
            await fall_silent(chat, data.get("frame", ""))
        case TimerFired(data=data) if "booking" in data:
            await remind(chat, data["booking"], data.get("start", ""))
        case TimerFired(data=data) if "campaign" in data:
            announce(chat, Announced(data["campaign"], {chat.language: data["text"]}, int(data["n"])))
        case Bounced():
            await bounce(chat, event)
        case JobFinished(port=media.PORT, ok=False):
            chat.show_desk(note=chat.words_for_staff(t("A file that the customer sent could not be kept.")))
        case Untold(first, last):
            await say_rest(chat, first, last)
        case TimerFired() | JobFinished():
            pass
        case Apology():
            await apologise(chat, event)
        case _:
            return False
    return True


async def fall_silent(chat: Chat, frame: str) -> None:
    """The open dialog has had no answer for a while; one that this release cannot continue goes to people."""
    try:
        await chat.dialogs.silence(chat, frame)
    except Lost as lost:
        await lose(chat, lost)


async def remind(chat: Chat, booking_id: str, start: str) -> None:
    """Remind of a visit that still stands at the time it was set for, unless the customer wants no messages."""
    booking = await chat.calendar.find(booking_id)
    if booking is None or booking.status != "booked" or chat.conversation.stopped:
        return
    if booking.slot.start != datetime.fromisoformat(start):
        return  # moved by another conversation of the customer's, which has its own reminders
    chat.say(
        Lines((t("A reminder of your visit:"), describe(chat, booking))),
        [
            Option(t("I will come"), Act("visit.keep", booking.id)),
            Option(t("Another time"), Start("reschedule", about=booking.id)),
            Option(t("Cancel the visit"), Start("cancel_visit", about=booking.id)),
        ],
        kind="reminder",
        lane=REMINDER,
        expires_after=booking.slot.start - chat.scope.now,
    )


async def say_rest(chat: Chat, first: int, last: int) -> None:
    """Say what did not fit into the one answer that a provider took, now that it takes more."""
    scope = chat.scope
    script = partial(transcript.after, scope.business, scope.actor, first - 1, last - first + 1)
    for line in await scope.read("rest", script):
        if line.author == "bot" and line.seq <= last:
            chat.repeat(line.message)


async def bounce(chat: Chat, event: Bounced) -> None:
    """A message did not reach the customer: operators who wait for an answer see it, and a visit gets a phone call."""
    chat.conversation.blocked = chat.conversation.blocked or event.outcome == "blocked"
    undelivered = t("Not delivered: {reason}.", reason=event.outcome)
    if case_id := chat.conversation.case or await said_in(chat, event.message):
        chat.show_desk(case_id, note=chat.words_for_staff(undelivered))
    elif is_lost(event) and (visits := await chat.calendar.upcoming()):
        body = {"reason": f"not delivered: {event.outcome}", "visit": visits[0].id, "phone": visits[0].phone}
        who = visits[0].name or chat.contact.address
        case = await chat.cases.open("call", title=f"{who}: a reminder did not arrive", body=body)
        chat.show_desk(case)


def is_lost(event: Bounced) -> bool:
    """Whether the customer cannot be reminded here; what has run out was about a visit that is over."""
    return event.outcome == "blocked" or (event.kind == "reminder" and event.outcome != "expired")


async def said_in(chat: Chat, message: int) -> str:
    """The case that was closed last, for a message that an operator wrote; empty for one of the bot's."""
    scope = chat.scope
    lines = await scope.read("bounced", partial(transcript.after, scope.business, scope.actor, message - 1, 1))
    if not lines or lines[0].seq != message or lines[0].author != "human":
        return ""
    case = await chat.ratings.newest()
    return case.id if case else ""


async def apologise(chat: Chat, event: Apology) -> None:
    """An event failed for good: say sorry, hand the matter to people, and let the customer go on."""
    chat.first(
        t("Sorry, something went wrong on our side with your last message. Nothing is lost, our team will look at it.")
    )
    await hand_off(chat, reason=f"parked event {event.parked}")
    chat.say(t("You can go on here meanwhile."), [Option(t("Menu"), Speak("menu"))])
