"""The menu, and buttons that start something."""

from bot import menu
from bot.business import Item
from bot.chat import Chat, Option
from bot.events import Event, Pressed, Said
from bot.replies import Act, Answer, Go, Speak, Start
from bot.texts import t
from bot.understanding import Word
from dialogs.leads import say_price
from handlers import understanding
from handlers.intents import Understood
from handlers.words import obey, welcome


async def handle(chat: Chat, event: Event) -> bool:
    """Go to places and start what their buttons start; a button that means nothing any more brings the menu."""
    match event:
        case Pressed():
            await press(chat)
            return True
        case Said(text) if text and (item := menu.find(chat, text)) is not None:
            if not understanding.tell_price(chat, text):
                await choose(chat, item, text)
            return True
    return False


async def press(chat: Chat) -> None:
    """Do what a pressed button means."""
    match chat.pressed.means if chat.pressed else None:
        case Go(place):
            menu.show(chat, place)
        case Start(dialog, about, given) if chat.dialogs.knows(dialog):
            await chat.start(dialog, about=about, given=given)
        case Act("visit.keep"):
            chat.say(t("Thank you, we are expecting you."), kind="notice")
        case Act("price", about):
            say_price(chat, about)
        case Act(understanding.INTENT, about) if await understanding.choose(chat, about):
            pass
        case Answer() | Speak() | Act() | Start() | None:
            chat.first(t("This button no longer works. Here is the menu."))
            welcome(chat)


async def choose(chat: Chat, item: Item, text: str) -> None:
    """Do what an item of the menu says; what else the text holds is for the dialog that it starts."""
    option: Option = menu.option(item)
    match option.means:
        case Go(place):
            menu.show(chat, place)
        case Start(dialog):
            await chat.start(dialog, heard=text)
        case Speak(word):
            await obey(chat, Word(word))


async def visit(chat: Chat, text: str) -> Understood | None:
    """Show the place, or begin the dialog, that a text in the middle of another dialog names, if it names one."""
    item = menu.find(chat, text)
    if item is not None and item.go is not None:
        menu.show(chat, item.go)
        return Understood.ANSWERED
    if item is not None and item.start and all(frame.dialog != item.start for frame in chat.conversation.stack):
        await chat.start(item.start)
        return Understood.STARTED
    return None
