"""The wire over PostgreSQL's own NOTIFY, for deployments without Redis: one connection a process, beside the pool."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg
import structlog

from bot.store.postgres import OUT_OF_REACH

log = structlog.get_logger()

CHANNEL = "dragoman"
PATIENCE = 5.0  # seconds for one statement
LISTEN = 5.0  # seconds of silence after which the line is tried
FIRST, LONGEST = 0.5, 10.0
WAITING = 256
AWAY = (*OUT_OF_REACH, asyncpg.PostgresError, TimeoutError)


class NotifyWire:
    """See `Wire`; a channel belongs to one database, so deployments are apart."""

    longest = 7000  # PostgreSQL takes 8000 bytes

    def __init__(self, url: str) -> None:
        self._url = url
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
                except AWAY as error:
                    pause = FIRST if self.up else min(2 * pause, LONGEST)
                    self._down(error)
                await asyncio.sleep(pause)
        finally:
            self.up = False

    async def _carry(self, hear: Callable[[bytes], None]) -> None:
        """Hang on the line until it breaks."""
        line = await asyncpg.connect(self._url, timeout=PATIENCE, command_timeout=PATIENCE)
        try:
            await line.add_listener(CHANNEL, lambda *args: hear(str(args[-1]).encode()))
            self.up = True
            while True:
                word = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(LISTEN):
                        word = await self._words.get()
                if word is None:
                    await line.execute("SELECT 1")
                else:
                    await line.execute("SELECT pg_notify($1, $2)", CHANNEL, word.decode())
        finally:
            line.terminate()

    def _down(self, error: Exception) -> None:
        """The store says that the database is away; here it is only noted."""
        if self.up:
            log.info(
                "the line between the processes broke; they look for work once a second", reason=type(error).__name__
            )
        self.up = False
        while not self._words.empty():
            self._words.get_nowait()
