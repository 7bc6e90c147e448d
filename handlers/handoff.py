"""HUMAN: the matter goes to people, and the customer hears when someone will be there."""

from bot.chat import Chat, Option
from bot.desk import shown_name
from bot.dialog import Lost
from bot.replies import Speak
from bot.texts import Lines, Wording, clock, day, spoken, t

KIND = "handoff"


async def hand_off(chat: Chat, *, reason: str) -> None:
    """Open a case for the staff (or add to the open one) and tell the customer what happens next."""
    frame = chat.conversation.frame
    body = {"reason": reason, "language": chat.language}
    if frame is not None:
        body |= {"dialog": frame.dialog} | {name: bytes(raw).decode() for name, raw in frame.answers.items()}
    chat.conversation.case = await chat.cases.open(
        KIND,
        title=f"{shown_name(chat.customer.name) or chat.contact.address}: {reason}",
        body=body,
        department=chat.business.staff.group or "",
    )
    chat.conversation.charge = chat.conversation.charge or "waiting"
    chat.show_desk()
    chat.say(
        Lines(
            (
                t("I have passed this on to our team."),
                presence(chat),
                t("Or call us: {phone}.", phone=chat.business.phone),
            )
        ),
        [Option(t("Menu"), Speak("menu"))],
        rings=ringing(chat),
        kind="notice",
    )


def ringing(chat: Chat) -> str:
    """The group whose phones may ring now: it has some, and the firm is open."""
    group = chat.business.groups.get(chat.business.staff.group or "")
    return group.id if group is not None and group.phones and chat.business.is_open(chat.now) else ""


def presence(chat: Chat) -> Wording:
    """When a human will be there: now, or at the next opening."""
    if chat.business.is_open(chat.now):
        return t("We are open now and will answer you as soon as we can.")
    opens = chat.business.next_opening(chat.now)
    if opens is None:
        return spoken("")
    return t(
        "We are closed now. We open on {day} at {time} and will answer you then.", day=day(opens), time=clock(opens)
    )


async def lose(chat: Chat, lost: Lost) -> None:
    """A dialog that this release cannot continue is handed to people with all its answers."""
    chat.first(t("Sorry, we have changed this form since you began it. What you answered is with our team."))
    await hand_off(chat, reason=str(lost))
    chat.dialogs.discard(chat)
