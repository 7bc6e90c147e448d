"""A customer who writes faster than anybody can mean it: asked to wait, once a minute, while operators see it all."""

from datetime import timedelta

from bot.chat import Chat
from bot.events import Event, TimerFired, Unheard
from bot.texts import t

TIMER = "unheard"
LOOK = timedelta(seconds=10)  # what came after the last look is shown by then
WORTH = timedelta(minutes=5)  # for the request to wait


async def handle(chat: Chat, event: Event) -> bool:
    """Ask to wait, unless a human is in charge; whoever works on the case sees what was written, joined."""
    match event:
        case Unheard(notice):
            if notice and chat.conversation.charge != "human":
                ask_to_wait(chat)
            if chat.conversation.case:
                chat.show_desk()
                chat.remind(TIMER, chat.scope.now + LOOK)
        case TimerFired(key=key) if key == TIMER:
            chat.show_desk()
        case _:
            return False
    return True


def ask_to_wait(chat: Chat) -> None:
    """Say that not every message was handled, and what to do."""
    chat.say(
        t("One moment please: I cannot keep up with so many messages. They are kept. Write your last one again soon."),
        kind="notice",
        expires_after=WORTH,
    )
