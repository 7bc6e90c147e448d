"""The open dialog: answers, questions asked in the middle, dialogs that this release cannot continue."""

from bot.chat import Chat, Option
from bot.dialog import Lost
from bot.events import Event, Pressed, Said
from bot.replies import Answer, Speak, Start
from bot.texts import t
from handlers import menu
from handlers.handoff import lose
from handlers.intents import Understood
from handlers.understanding import answer, digress, tell_price


async def handle(chat: Chat, event: Event) -> bool:
    """Give answers to the open dialog; without one, an answer's button is told that its question is over."""
    try:
        if isinstance(event, Pressed) and chat.pressed and isinstance(chat.pressed.means, Answer):
            if not await chat.dialogs.press(chat, chat.pressed.means):
                await over(chat, chat.pressed.means)
            return True
        if isinstance(event, Said) and event.via:
            return chat.conversation.frame is not None and await aside(chat, event.text)
        if isinstance(event, Said) and event.media and await chat.dialogs.look(chat, event.media):
            return True
        if isinstance(event, Said) and event.text and chat.conversation.frame is not None:
            return await hear(chat, event.text)
    except Lost as lost:
        await lose(chat, lost)
        return True
    return False


async def hear(chat: Chat, text: str) -> bool:
    """Take a typed answer; a question of the customer's own is answered first and the open one asked again."""
    answered = answer if chat.dialogs.takes_anything(chat) else tell_price
    if answered(chat, text):
        return await chat.dialogs.ask_again(chat)
    refused = await chat.dialogs.hear(chat, text)
    if refused is None:
        return True
    match await digress(chat, text) or await menu.visit(chat, text):
        case Understood.ANSWERED:
            await chat.dialogs.ask_again(chat)
        case None:
            await chat.dialogs.refuse(chat, refused)
    return True


async def aside(chat: Chat, text: str) -> bool:
    """Answer what was said in public while a dialog is open: no question of it was meant, and it is asked again."""
    found = await digress(chat, text) or await menu.visit(chat, text)
    return found is Understood.STARTED or await chat.dialogs.ask_again(chat)


async def over(chat: Chat, means: Answer) -> None:
    """A button of a question that is over: say where the conversation stands, offer to begin anew."""
    chat.first(t("That question has been answered or has run out."))
    if await chat.dialogs.ask_again(chat):
        return
    options = [Option(t("Menu"), Speak("menu"))]
    if title := chat.dialogs.title(means.dialog):
        options.insert(0, Option(title, Start(means.dialog)))
    chat.say(t("What would you like to do?"), options)
