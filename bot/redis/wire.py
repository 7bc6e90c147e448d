"""The wire over Redis or Valkey: one channel, publish and subscribe.

Speaking and hearing are apart from each other and from everybody else: a server that is slow or gone is noticed here,
said once, and tried again more and more seldom. Whoever speaks never waits.
"""

import asyncio
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = structlog.get_logger()

PATIENCE = 1.0  # seconds for one answer; a server slower than a look of our own once a second is of no use
LISTEN = 5.0  # seconds of silence after which the line is tried
FIRST, LONGEST = 0.5, 10.0
WAITING = 256  # words; what comes while so many wait is dropped
AWAY = (RedisError, OSError, TimeoutError)


class RedisWire:
    """See `Wire`. `url` may hold a password, which is never said; `channel` keeps deployments apart."""

    longest = 64 * 1024

    def __init__(self, url: str, channel: str) -> None:
        self._client = Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            health_check_interval=0,
            retry_on_timeout=False,
        )
        self._channel = channel
        self._words: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self._warned = False
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
            await self._client.aclose()

    async def _carry(self, hear: Callable[[bytes], None]) -> None:
        """Hang on the line until it breaks."""
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

    def _down(self, error: Exception) -> None:
        self.up = False
        while not self._words.empty():
            self._words.get_nowait()
        if not self._warned:
            log.warning("Redis is away; processes look for work once a second meanwhile", reason=type(error).__name__)
        self._warned = True

    def _back(self) -> None:
        self.up = True
        if self._warned:
            log.info("Redis is back")
        self._warned = False
