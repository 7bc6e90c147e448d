"""What is the same for every wire: words wait in a queue, and a line that broke is tried again more and more seldom."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable

FIRST, LONGEST = 0.5, 10.0  # seconds
WAITING = 256  # words; what comes while so many wait is dropped


class QueuedWire(ABC):
    """See `Wire`. `away` is what `_carry` raises when the line breaks."""

    away: tuple[type[Exception], ...]

    def __init__(self) -> None:
        self._words: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self.up = False

    def send(self, word: bytes) -> None:
        """See `Wire.send`."""
        if self.up and not self._words.full():
            self._words.put_nowait(word)

    async def run(self, hear: Callable[[bytes], None]) -> None:
        """See `Wire.run`."""
        pause = FIRST
        try:
            while True:
                try:
                    await self._carry(hear)
                except self.away as error:
                    pause = FIRST if self.up else min(2 * pause, LONGEST)
                    self._lost(error)
                    self._down()
                await asyncio.sleep(pause)
        finally:
            self.up = False

    @abstractmethod
    async def _carry(self, hear: Callable[[bytes], None]) -> None:
        """Hang on the line until it breaks; `up` is set as soon as words come through."""

    @abstractmethod
    def _lost(self, error: Exception) -> None:
        """Say that the line broke, or that it was tried in vain: `up` is still what it was."""

    def _down(self) -> None:
        self.up = False
        while not self._words.empty():
            self._words.get_nowait()
