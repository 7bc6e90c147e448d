"""Keeps the files that customers send where the channel keeps them for a while only.

The step that hears of a file leaves an order in the outbox, so that it is fetched whatever happens to this process.
"""

import asyncio
from datetime import timedelta

import msgspec

from bot.ports.channel import Outcome, Retry, Sent, Undeliverable
from bot.ports.media import Keep
from bot.records.keeping import Keeping

AGAIN = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15))
"""Waits between the tries for a file that did not come; after the last it is given up."""

LOOK = timedelta(seconds=1)
"""After which it is seen whether an order has been carried out."""

AWAY = timedelta(seconds=30)
SIDE_BY_SIDE = 4  # a file is held whole, so that its first bytes can be looked at

decode = msgspec.json.Decoder(Keep).decode


class Keeper:
    """The provider behind the port `files` for one business.

    An order is carried out beside the sending, which would wait for it otherwise: the first `push` begins it, a later one
    finds it done. What a process that died had begun is begun anew, and what is kept already stays.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._begun: dict[tuple[str, bytes], asyncio.Task[bool]] = {}
        self._tries: dict[tuple[str, bytes], int] = {}
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def push(self, line: str, order: bytes) -> Outcome:
        """Begin an order, or say what became of one that was begun."""
        key = (line, order)
        begun = self._begun.get(key)
        if begun is None:
            try:
                read = decode(order)
            except msgspec.DecodeError as error:
                return Undeliverable("refused", str(error))
            self._begun[key] = asyncio.create_task(self._keep(read))
        elif begun.done():
            del self._begun[key]
            try:
                return self._outcome(key, kept=begun.result())
            except OSError as error:
                return Retry(AWAY, f"files cannot be kept now: {type(error).__name__}", "provider")
        return Retry(LOOK, "under way")

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._begun.values(), return_exceptions=True)

    async def _keep(self, order: Keep) -> bool:
        """Keep what can be had of an order; whether that was all."""
        kept = True
        for source, name in order.files:
            async with self._room:
                kept = await self._keeping.keep(source, name) and kept
        return kept

    def _outcome(self, key: tuple[str, bytes], *, kept: bool) -> Outcome:
        tried = self._tries.pop(key, 0)
        if kept:
            return Sent()
        if tried == len(AGAIN):
            return Undeliverable("refused", "a file cannot be had, or is too large")
        self._tries[key] = tried + 1
        return Retry(AGAIN[tried], "a file could not be had")
