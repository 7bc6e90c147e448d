"""How fast something may happen, counted over all processes or in this one: a bucket of tokens a key."""

from typing import Protocol


class Rates(Protocol):
    """Buckets by key: each holds up to `burst` tokens, fills at `per_second`, and is full at first."""

    async def take(self, key: str, *, per_second: float, burst: int, cost: int = 1) -> float:
        """Take `cost` tokens from the bucket of `key`: 0.0 when they were taken, else the seconds to wait.

        A refusal takes nothing, so asking again early costs nothing. What is taken is not given back. `cost` is at most
        `burst`, and `per_second` is above 0. A key always comes with the same limits. Never raises: what counts over
        processes counts in this one alone while the shared place is away.
        """
