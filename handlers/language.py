"""Hears which language the customer writes in, before anything is answered."""

from bot.chat import Chat
from bot.events import Event, Opened, Pressed, Said
from bot.records.passes import found_in
from bot.understanding import guess_language


async def listen(chat: Chat, event: Event) -> bool:
    """Follow the customer into the language they write in; never takes the event.

    Not inside a dialog, where a name or an address says nothing of the language, and never against what was chosen.
    """
    if isinstance(event, (Said, Pressed, Opened)):
        chat.conversation.blocked = False
        if event.by is not None:
            chat.guess(name=event.by.name, language=event.by.language)
            chat.speak(chat.conversation.language or event.by.language)
    if isinstance(event, Opened) and event.source and not found_in(event.source):
        chat.conversation.source = chat.conversation.source or event.source
    if isinstance(event, Said) and chat.conversation.frame is None:
        language = guess_language(event.text)
        if language is not None:
            chat.speak(language)
    return False
