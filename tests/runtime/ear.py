"""A channel that listens: what is said arrives here line by line, and it can be told what to answer."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.events import Contact
from bot.ports.channel import Delivery, Inbound, Outcome, Sent
from bot.replies import Message


class Ear:
    """Parts of a text that ` | ` divides are requests of their own. `outcomes` are given out first, then all is sent."""

    name = "webchat"

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.tried: list[str] = []
        self.said: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.got: list[str] = []

    def receive(self, inbound: Inbound) -> Delivery:
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        return message.text.split(" | ")

    async def send(self, contact: Contact, request: str) -> Outcome:
        self.tried.append(request)
        outcome = self.outcomes.pop(0) if self.outcomes else Sent(f"m{len(self.tried)}")
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Sent):
            self.got.append(request)
            self.said.put_nowait((contact.address, request))
        return outcome

    async def hears(self) -> tuple[str, str]:
        """The next thing said: to whom, and what."""
        async with asyncio.timeout(20):
            return await self.said.get()
