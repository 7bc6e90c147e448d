"""What the bot says in a staff room."""

from collections.abc import Sequence

import msgspec

from bot.actor import Actor
from bot.events import Media
from bot.ports.room import Order, Post, port_of
from bot.ports.step import Push
from bot.texts import Wording

Button = tuple[Wording, str, str]
"""Its label, the name of the act, and what that is about."""


def say(
    actor: Actor,
    wording: Wording,
    acts: Sequence[Button] = (),
    *,
    thread: str = "",
    reply_to: str = "",
    media: tuple[Media, ...] = (),
) -> None:
    """Say something in this room."""
    message = msgspec.structs.replace(actor.message(wording, acts), media=media)
    push(actor, Post(message, thread, reply_to=reply_to))


def push(actor: Actor, order: Order, job: str = "said") -> None:
    """Have something done in this room."""
    actor.scope.push(Push(port_of(actor.scope.actor), actor.scope.actor, job, order))
