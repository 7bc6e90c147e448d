"""The wire over PostgreSQL's own NOTIFY, for deployments without Redis: one connection a process, beside the pool."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg
import structlog

from bot.store.postgres import OUT_OF_REACH
from bot.wire import QueuedWire

log = structlog.get_logger()

CHANNEL = "dragoman"
PATIENCE = 5.0  # seconds for one statement
LISTEN = 5.0  # seconds of silence after which the line is tried


class NotifyWire(QueuedWire):
    """See `Wire`; a channel belongs to one database, so deployments are apart."""

    longest = 7000  # PostgreSQL takes 8000 bytes
    away = (*OUT_OF_REACH, asyncpg.PostgresError, TimeoutError)

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _carry(self, hear: Callable[[bytes], None]) -> None:
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

    def _lost(self, error: Exception) -> None:
        """The store says that the database is away; here it is only noted."""
        if self.up:
            log.info(
                "the line between the processes broke; they look for work once a second", reason=type(error).__name__
            )
