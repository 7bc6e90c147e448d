"""Slash-commands of customers; they are the global words under other names."""

from bot.chat import Chat
from bot.events import Event, Said
from bot.understanding import Word
from handlers.words import obey

COMMANDS = {
    "/start": Word.START,
    "/menu": Word.MENU,
    "/language": Word.LANGUAGE,
    "/human": Word.HUMAN,
    "/cancel": Word.CANCEL,
    "/back": Word.BACK,
    "/help": Word.HELP,
}
"""`/stop` is not among them: it is STOP, which is heard before everything (`handlers.consent`)."""


async def handle(chat: Chat, event: Event) -> bool:
    """Take a command that customers have; any other text that begins with a slash is text."""
    if not isinstance(event, Said):
        return False
    return await obey(chat, COMMANDS.get(event.text.strip().casefold()))
