"""Buckets that all processes take from: the generic cell rate algorithm, one script on the server a time.

While the server is away or slow, each process counts for itself (`otherwise`), and the server is asked again only after
a pause, so that nobody who sends waits for it.
"""

import time
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from bot.ports.rates import Rates
from bot.redis.client import connect

log = structlog.get_logger()

PATIENCE = 0.25  # seconds
FIRST, LONGEST = 1.0, 30.0
PREFIX = "dragoman:rate:"

TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local each, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
full = math.min(math.max(full, now), now + each * burst)
local after = full + each * cost
local wait = after - each * burst - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1000)
return 0
"""
"""The time at which the bucket would be full again is all that is kept of it, by the server's own clock; one that was put
back does not close it."""


class SharedRates:
    """See `Rates`. `now` is a monotonic clock in seconds, for the pauses."""

    def __init__(self, url: str, otherwise: Rates, *, now: Callable[[], float] = time.monotonic) -> None:
        self._client = connect(url, PATIENCE)
        self._take = self._client.register_script(TAKE)
        self._otherwise, self._now = otherwise, now
        self._pause = 0.0
        self._ask_at = 0.0

    async def take(self, key: str, *, per_second: float, burst: int, cost: int = 1) -> float:
        """See `Rates.take`."""
        if self._now() >= self._ask_at:
            try:
                micros = await self._take(keys=[PREFIX + key], args=[1e6 / per_second, burst, cost])
            except (RedisError, OSError, TimeoutError) as error:
                self._away(error)
            else:
                self._back()
                return int(micros) / 1e6
        return await self._otherwise.take(key, per_second=per_second, burst=burst, cost=cost)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    def _away(self, error: Exception) -> None:
        if not self._pause:
            log.warning("Redis is away; each process counts its rates alone meanwhile", reason=type(error).__name__)
        self._pause = min(2 * self._pause, LONGEST) or FIRST
        self._ask_at = self._now() + self._pause

    def _back(self) -> None:
        if self._pause:
            log.info("Redis is back; rates are counted over all processes")
        self._pause = 0.0
