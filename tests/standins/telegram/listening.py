"""Waiting for what a bot says: everything counts once, when it is new or has changed since one last listened."""

import asyncio
from collections.abc import Callable
from typing import overload

from tests.standins.telegram.chats import Chat
from tests.standins.telegram.seen import Seen, seen

PATIENCE_SECONDS = 10.0

Wish = Callable[[Seen], bool]
Came = list[tuple[Seen, int]]


class Silence(AssertionError):
    """What was waited for did not come."""


class Listener:
    """Who reads a chat, or one topic of it."""

    def __init__(self) -> None:
        self._heard: dict[tuple[int, int | None], int] = {}

    def _listens_to(self) -> Chat:
        raise NotImplementedError

    @overload
    async def hears(
        self, wanted: int = 1, within_seconds: float = ..., *, topic: int | None = None
    ) -> tuple[Seen, ...]: ...

    @overload
    async def hears(self, wanted: str | Wish, within_seconds: float = ..., *, topic: int | None = None) -> Seen: ...

    async def hears(
        self, wanted: int | str | Wish = 1, within_seconds: float = PATIENCE_SECONDS, *, topic: int | None = None
    ) -> tuple[Seen, ...] | Seen:
        """Wait for so many messages of bots, for one with these words in it, or for one of which it is true.

        Only what came or changed since the last time counts, and what is passed over on the way counts as heard.
        Raises `Silence` with what did come.
        """
        chat = self._listens_to()
        found: tuple[tuple[Seen, ...] | Seen, int] | None
        try:
            async with asyncio.timeout(within_seconds):
                while (found := _find(wanted, self.unheard(topic))) is None:
                    await chat.changed()
        except TimeoutError:
            came = [one.text or one.kind for one, _ in self.unheard(topic)]
            raise Silence(f"waited {within_seconds} s for {wanted!r}, and there came {came}") from None
        if found[1]:
            self._heard[chat.id, topic] = found[1]
        return found[0]

    def unheard(self, topic: int | None = None) -> Came:
        """What bots said or changed since the last time, the oldest first, each with its place in the order."""
        chat = self._listens_to()
        since = self._heard.get((chat.id, topic), 0)
        found = [
            one
            for one in chat.messages.values()
            if one.bot and one.changed > since and (topic is None or one.topic == topic)
        ]
        return [(seen(one), one.changed) for one in sorted(found, key=lambda one: one.changed)]


def _find(wanted: int | str | Wish, came: Came) -> tuple[tuple[Seen, ...] | Seen, int] | None:
    if isinstance(wanted, int):
        if len(came) < wanted:
            return None
        return tuple(one for one, _ in came[:wanted]), came[wanted - 1][1] if wanted else 0
    fits: Wish = (lambda one: wanted in one.text) if isinstance(wanted, str) else wanted
    return next(((one, at) for one, at in came if fits(one)), None)
