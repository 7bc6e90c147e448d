"""Delivery by webhook: a line per chat (or per user), each waiting until its first update was answered with 2xx."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import msgspec

from tests.standins.telegram.clock import Clock
from tests.standins.telegram.record import Attempt, Update
from tests.standins.telegram.wire import Json, decode

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_RETRY_AFTER_SECONDS = 3600
SILENCE_SECONDS = 60


@dataclass(slots=True)
class Pending:
    """An update that was not yet taken: its line, and when it is dropped."""

    update: Update
    queue: object
    expires: float


@dataclass(slots=True)
class Waits:
    """How long to wait after a refusal: this, doubled each time, at most a random number of seconds in the range."""

    first_seconds: float = 1.0
    most_seconds: tuple[float, float] = (60.0, 120.0)


@dataclass(slots=True)
class Address:
    """Where to deliver, and how."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: tuple[int, str] | None = field(default=None)


class Webhook:
    """Delivers to one address until it is closed. `execute` is given a call that stood in an answer."""

    def __init__(
        self,
        address: Address,
        waits: Waits,
        clock: Clock,
        *,
        execute: Callable[[Json], Awaitable[None]],
        taken: Callable[[list[int]], None],
    ) -> None:
        self.address = address
        self._waits, self._clock, self._execute, self._taken = waits, clock, execute, taken
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SILENCE_SECONDS),
            connector=aiohttp.TCPConnector(limit=address.max_connections),
        )
        self._lines: dict[object, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, one: Pending) -> None:
        """Put one at the end of its line."""
        line = self._lines.get(one.queue)
        if line is not None:
            line.append(one)
            return
        line = self._lines[one.queue] = deque([one])
        task = asyncio.create_task(self._serve(one.queue, line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop delivering; what was not taken stays queued."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    async def _serve(self, key: object, line: deque[Pending]) -> None:
        while line:
            one = line[0]
            one.update.taken = await self._insist(one)
            line.popleft()
            self._taken([one.update.update_id])
        del self._lines[key]

    async def _insist(self, one: Pending) -> bool:
        """Deliver it again and again; False when it expired first."""
        wait, most = self._waits.first_seconds, random.uniform(*self._waits.most_seconds)
        while one.expires >= self._clock.now():
            asked = await self._attempt(one)
            if asked is None:
                return True
            pause = asked or min(wait, most)
            if self._clock.now() + pause > one.expires:
                return False
            await asyncio.sleep(pause)
            wait *= 2
        return False

    async def _attempt(self, one: Pending) -> float | None:
        """None when it was taken, else the pause that the answer asked for, or 0."""
        attempt = Attempt(self._clock.now(), "webhook", 0)
        one.update.attempts.append(attempt)
        headers = {"Content-Type": "application/json"}
        if self.address.secret:
            headers[SECRET_HEADER] = self.address.secret
        try:
            async with self._session.post(
                self.address.url, data=bytes(one.update.raw), headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._note(str(error) or type(error).__name__)
            return 0.0
        attempt.status = response.status
        if 200 <= response.status < 300:
            if body.lstrip().startswith(b"{"):
                await self._run(body)
            return None
        self._note(f"Wrong response from the webhook: {response.status} {response.reason}")
        asked = response.headers.get("Retry-After", "")
        return float(min(int(asked), MOST_RETRY_AFTER_SECONDS)) if asked.isdecimal() else 0.0

    async def _run(self, body: bytes) -> None:
        try:
            call = decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # the real server does not say either that it did not understand an answer
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self._execute(call)

    def _note(self, why: str) -> None:
        self.address.last_error = (self._clock.date(), why)
