"""Free words: what starts a dialog, and questions that have an answer."""

from enum import Enum

from bot.chat import Chat, Option
from bot.events import Event, Said
from bot.replies import Go, Start
from bot.understanding import match_label


class Understood(Enum):
    """What came of free words."""

    ANSWERED = "answered"
    STARTED = "started"


async def handle(chat: Chat, event: Event) -> bool:
    """Start what the words ask for, or answer them; what is not understood is left to the fallback."""
    if not isinstance(event, Said) or not event.text:
        return False
    return await digress(chat, event.text) is not None


async def digress(chat: Chat, text: str) -> Understood | None:
    """Answer a question or start a dialog; None when the words are neither."""
    if answer(chat, text):
        return Understood.ANSWERED
    names = {
        name: [phrase for said in by_language.values() for phrase in said]
        for name, by_language in chat.business.triggers.items()
        if chat.dialogs.knows(name)
    }
    if chat.dialogs.knows("booking"):
        services = [p for each in chat.business.services.values() for p in (*each.name.wordings.values(),
                    *(q for said in each.phrases.values() for q in said))]  # fmt: skip
        names["booking"] = [*names.get("booking", ()), *services]
    found = match_label(text, names)
    if len(found) != 1 or any(frame.dialog == found[0] for frame in chat.conversation.stack):
        return None
    await chat.start(found[0], heard=text)
    return Understood.STARTED


def answer(chat: Chat, text: str) -> bool:
    """Answer a question that the business has an answer to; with its one next step."""
    found = match_label(text, {
        each.id: [phrase for said in each.phrases.values() for phrase in said] for each in chat.business.answers
    })  # fmt: skip
    if len(found) != 1:
        return False
    answer = next(each for each in chat.business.answers if each.id == found[0])
    options = []
    if answer.next is not None and chat.conversation.frame is None:
        means: Go | Start = Go(answer.next.go) if answer.next.go else Start(answer.next.start or "")
        options.append(Option(answer.next.label, means, short=answer.next.short))
    chat.say(answer.text, options)
    return True
