"""Buckets of tokens in this process, a number a key.

What is kept of a bucket is the instant at which it will be full again (the «generic cell rate algorithm»), so a bucket
that is full need not be kept at all.
"""

import time
from collections.abc import Callable

KEPT = 50_000  # buckets, before those that are full are looked for and forgotten


class Buckets:
    """Satisfies `bot.ports.rates.Rates`. `now` gives seconds, from whatever beginning."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full_at: dict[str, float] = {}
        self._look_at = KEPT

    def __len__(self) -> int:
        """How many buckets are kept; those of them that are full again are forgotten in time."""
        return len(self._full_at)

    async def take(self, key: str, *, per_second: float, burst: int, cost: int = 1) -> float:
        """See `Rates.take`."""
        return self.spend(key, per_second=per_second, burst=burst, cost=cost)

    def spend(self, key: str, *, per_second: float, burst: int, cost: int = 1) -> float:
        """The same, without waiting for the loop: for the way of every message."""
        now, longest = self._now(), burst / per_second
        full_at = self._full_at.get(key, now)
        if full_at - now > longest:  # a clock that was put back must not close a bucket until it has caught up
            full_at = self._full_at[key] = now + longest
        full_at = max(full_at, now) + cost / per_second
        wait = full_at - now - longest
        if wait > 1e-9:
            return wait
        if len(self._full_at) >= self._look_at:
            self._forget(now)
        self._full_at[key] = full_at
        return 0.0

    def _forget(self, now: float) -> None:
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        self._look_at = max(KEPT, 2 * len(self._full_at))
