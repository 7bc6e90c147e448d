"""What can go wrong on the way to any provider, whatever it says itself."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DropBefore:
    """Close the connection without doing it."""


@dataclass(frozen=True, slots=True)
class DropAfter:
    """Do it, then close the connection without an answer."""


class Hold:
    """Keep the call waiting before it is done, until `release`; `reached` waits until one came."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    async def reached(self) -> None:
        """Wait until a call stands here."""
        await self._reached.wait()

    def release(self) -> None:
        """Let those that wait, and all that come later, go on."""
        self._released.set()

    async def stand(self) -> None:
        """Wait as a call."""
        self._reached.set()
        await self._released.wait()
