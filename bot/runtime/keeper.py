"""Keeps the files that customers send where the channel keeps them for a while only.

The step that hears of a file leaves an order in the outbox, so that it is fetched whatever happens to this process.
"""

import asyncio
from datetime import timedelta

import msgspec

from bot.ports.channel import Outcome, Retry, Sent, Undeliverable
from bot.ports.files import NotFetched
from bot.ports.media import Erase, Keep
from bot.records.keeping import Keeping

AGAIN = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15))
"""Waits between the tries for a file that cannot be had now; the last holds until the order is over."""

LOOK = timedelta(seconds=1)
"""After which it is seen whether an order has been carried out."""

AWAY = timedelta(seconds=30)
KEPT = 10_000  # orders whose tries are known, before they are forgotten and all wait briefly once more
SIDE_BY_SIDE = 4  # a file is held whole, so that its first bytes can be looked at

decode = msgspec.json.Decoder(Keep | Erase).decode


class Keeper:
    """The provider behind the port `files` for one business.

    An order is carried out beside the sending, which would wait for it otherwise: the first `push` begins it, a later one
    finds it done. What a process that died had begun is begun anew, and what is kept already stays.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._begun: dict[tuple[str, bytes], asyncio.Task[Outcome]] = {}
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
            self._begun[key] = asyncio.create_task(self._keep(read) if isinstance(read, Keep) else self._erase(read))
        elif begun.done():
            del self._begun[key]
            try:
                return self._told(key, begun.result())
            except OSError as error:
                return Retry(AWAY, f"files cannot be kept now: {type(error).__name__}", "provider")
        return Retry(LOOK, "under way")

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._begun.values(), return_exceptions=True)

    async def _keep(self, order: Keep) -> Outcome:
        """Keep what can be had of an order; what is gone is told of once nothing else is to be had."""
        gone, away = False, ""
        for source, name in order.files:
            async with self._room:
                try:
                    gone = not await self._keeping.keep(source, name) or gone
                except NotFetched as error:
                    away = str(error)
        if away:
            return Retry(AGAIN[0], f"a file cannot be had now: {away}")
        return Undeliverable("refused", "a file is gone, or too large") if gone else Sent()

    async def _erase(self, order: Erase) -> Outcome:
        """Have all files of an order erased where they came from; asked again, that is no harm."""
        for source, name in order.files:
            async with self._room:
                if not await self._keeping.erase(source, name):
                    return Retry(AGAIN[0], "a file cannot be erased now")
        return Sent()

    def _told(self, key: tuple[str, bytes], outcome: Outcome) -> Outcome:
        """What became of an order; one that waits does so longer each time."""
        tried = self._tries.pop(key, 0)
        if not isinstance(outcome, Retry):
            return outcome
        if len(self._tries) >= KEPT:
            self._tries.clear()
        self._tries[key] = tried + 1
        return Retry(AGAIN[min(tried, len(AGAIN) - 1)], outcome.reason)
