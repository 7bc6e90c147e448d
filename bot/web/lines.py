"""How many lines a visitor has, and how fast each is read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from aiohttp import web

from bot.events import Contact


class Pace(NamedTuple):
    """How fast frames of a kind are read: `burst` at once, then `per_second`."""

    per_second: float
    burst: int


class Spent:
    """What one line has used of its paces."""

    def __init__(self) -> None:
        self._full_at: dict[Pace, float] = {}

    def wait(self, pace: Pace, now: float) -> float:
        """Count a frame; gives the seconds to wait before the next one is read."""
        full_at = max(self._full_at.get(pace, now), now) + 1 / pace.per_second
        self._full_at[pace] = full_at
        return max(full_at - now - pace.burst / pace.per_second, 0.0)


class Lines:
    """The open lines of this process, by visitor. `most` is how many one visitor may have."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many are open."""
        return self._open.total()

    def full(self, contact: Contact) -> bool:
        """Whether a visitor has all that they may have."""
        return self._open[contact.actor] >= self._most

    @contextmanager
    def open(self, contact: Contact) -> Iterator[None]:
        """Have one line more while the block lasts."""
        self._open[contact.actor] += 1
        try:
            yield
        finally:
            self._open[contact.actor] -= 1
            if not self._open[contact.actor]:
                del self._open[contact.actor]


LINES = web.AppKey("lines", Lines)
