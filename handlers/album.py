"""Several pictures sent in one go, which a messenger delivers one by one: they are answered once."""

from bot.chat import Chat
from bot.dialog import Lost
from bot.events import Event, Said
from handlers.handoff import lose


async def handle(chat: Chat, event: Event) -> bool:
    """Take a further picture of an album without a word: it stands in the transcript, and its first was answered.

    Where several pictures were asked for, it is one of them.

    Words are always heard: a picture of it that has its own is handled like any message.
    """
    if not isinstance(event, Said) or not event.album:
        return False
    further = event.album == chat.conversation.album
    chat.conversation.album = event.album
    if not further or event.text:
        return False
    try:
        await chat.dialogs.look(chat, event.media, further=True)
    except Lost as lost:
        await lose(chat, lost)
    return True
