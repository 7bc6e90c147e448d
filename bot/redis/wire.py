"""The wire over Redis or Valkey: one channel, publish and subscribe.

Speaking and hearing are apart from each other and from everybody else: a server that is slow or gone is noticed here,
said once, and tried again more and more seldom. Whoever speaks never waits.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bot.redis.client import connect
from bot.wire import QueuedWire

log = structlog.get_logger()

PATIENCE = 1.0  # seconds for one answer; a server slower than a look of our own once a second is of no use
LISTEN = 5.0  # seconds of silence after which the line is tried


class RedisWire(QueuedWire):
    """See `Wire`. `url` may hold a password, which is never said; `channel` keeps deployments apart."""

    longest = 64 * 1024
    away = (RedisError, OSError, TimeoutError)

    def __init__(self, url: str, channel: str) -> None:
        super().__init__()
        self._client = connect(url, PATIENCE)
        self._channel = channel
        self._warned = False

    async def run(self, hear: Callable[[bytes], None]) -> None:
        """See `Wire.run`; hangs up at the end."""
        async with aclosing(self._client):
            await super().run(hear)

    async def _carry(self, hear: Callable[[bytes], None]) -> None:
        async with self._client.pubsub() as line:
            await line.subscribe(self._channel)
            await self._await_answer(line, hear)
            self._back()
            speaking = asyncio.create_task(self._speak())
            hearing = asyncio.create_task(self._listen(line, hear))
            try:
                done, _ = await asyncio.wait((speaking, hearing), return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                speaking.cancel()
                hearing.cancel()
                await asyncio.gather(speaking, hearing, return_exceptions=True)

    async def _speak(self) -> None:
        while True:
            word = await self._words.get()
            await self._client.publish(self._channel, word)

    async def _listen(self, line: PubSub, hear: Callable[[bytes], None]) -> None:
        while True:
            if not await self._heard(line, hear, LISTEN):
                await line.ping()
                await self._await_answer(line, hear)

    async def _await_answer(self, line: PubSub, hear: Callable[[bytes], None]) -> None:
        if not await self._heard(line, hear, PATIENCE):
            raise TimeoutError("no answer")

    async def _heard(self, line: PubSub, hear: Callable[[bytes], None], seconds: float) -> bool:
        """Take the next thing that comes within so long; False when nothing comes."""
        message = await line.get_message(timeout=seconds)
        if message is None:
            return False
        if message["type"] == "message":
            hear(message["data"])
        return True

    def _lost(self, error: Exception) -> None:
        if not self._warned:
            log.warning("Redis is away; processes look for work once a second meanwhile", reason=type(error).__name__)
        self._warned = True

    def _back(self) -> None:
        self.up = True
        if self._warned:
            log.info("Redis is back")
        self._warned = False
