"""What was not understood: never silence, never a guess."""

from bot.chat import Chat, Option
from bot.events import Event, Said
from bot.replies import Speak
from bot.texts import Lines, t
from handlers.handoff import presence
from handlers.words import welcome


async def handle(chat: Chat, event: Event) -> bool:
    """Take whatever is left, and offer the menu and a human."""
    if not chat.conversation.greeted:
        welcome(chat)
        return True
    if chat.conversation.charge == "waiting" and isinstance(event, Said):
        if not chat.conversation.noted:
            chat.conversation.noted = True
            chat.say(Lines((t("I have added that to your question."), presence(chat))), kind="notice")
        return True
    if isinstance(event, Said) and event.media and not event.text:
        words = t("I have kept your picture, but I cannot look at it. A person can.")
    else:
        words = t("I did not understand that.")
    chat.say(words, [Option(t("Menu"), Speak("menu")), Option(t("Talk to a person"), Speak("human"))])
    return True
