"""Which handler an event goes to: one fixed order of precedence, first come of it is served.

System events · consent · a human in charge · global words · commands · the open dialog · menu · understanding ·
fallback. A handler says whether the event was its own; the last one takes everything.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from bot.actor import Actor
from bot.chat import Chat
from bot.events import Event


class Stage(IntEnum):
    """The order of precedence."""

    SYSTEM = 0
    CONSENT = 1
    HUMAN = 2
    WORDS = 3
    COMMANDS = 4
    DIALOG = 5
    MENU = 6
    UNDERSTANDING = 7
    FALLBACK = 8


Handler = Callable[[Chat, Event], Awaitable[bool]]
ActorHandler = Callable[[Actor, Event], Awaitable[None]]


class Route(NamedTuple):
    """A handler at its stage."""

    stage: Stage
    handle: Handler


class NotRouted(Exception):
    """No handler took the event; the routes lack a fallback."""


class Router:
    """Gives each event to the first handler that takes it.

    `actors` are the handlers of actors that are no conversations, by the first part of their key.
    """

    def __init__(self, routes: Sequence[Route], actors: Mapping[str, ActorHandler] | None = None) -> None:
        stages = [route.stage for route in routes]
        if stages != sorted(stages):
            raise ValueError(f"routes stand out of the order of precedence: {[stage.name for stage in stages]}")
        self.routes = tuple(routes)
        self.actors = actors or {}

    async def handle(self, chat: Chat, event: Event) -> None:
        """Run the handlers until one takes the event; raises `NotRouted` when none does."""
        for route in self.routes:
            if await route.handle(chat, event):
                chat.flush()
                return
        raise NotRouted(type(event).__name__)
