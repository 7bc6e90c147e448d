"""STOP works before everything."""

from bot.chat import Chat
from bot.events import Event, Opened, Said
from bot.ports.clock import micros
from bot.records.withdrawal import Withdraw
from bot.texts import t
from bot.understanding import Word, global_word
from handlers.on_screen import CALL


async def handle(chat: Chat, event: Event) -> bool:
    """Take STOP and START; writing again of one's own accord is no consent to be written to, nor is a call or a comment."""
    if not isinstance(event, (Said, Opened)):
        return False
    if isinstance(event, Opened) and (event.via or event.source == CALL):
        return bool(event.via) and chat.conversation.stopped
    word = global_word(event.text) if isinstance(event, Said) else Word.START
    if word is Word.STOP:
        chat.conversation.stopped = True
        chat.scope.write(Withdraw(chat.scope.business, chat.scope.actor, micros(chat.scope.now)))
        if not (isinstance(event, Said) and event.settled):
            chat.say(t("You will get no more reminders or news from us. Write START to get them again."), kind="notice")
        return True
    if word is Word.START and chat.conversation.stopped:
        chat.conversation.stopped = False
        chat.say(t("You will get our messages again."), kind="notice")
        return True
    return False
