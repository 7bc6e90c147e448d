"""How long to wait after refusals: longer each time, until something goes through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

MOST_SECONDS = 256.0
KEPT = 10_000
FORGOTTEN_SECONDS = 3600.0


@dataclass(slots=True)
class _Wait:
    times: int = 0
    until: float = 0.0


class Waits:
    """Waits by key (a customer, the account): 4^n seconds after n refusals in a row, as Meta asks. `now` is monotonic."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waits: dict[str, _Wait] = {}

    def left(self, key: str) -> float:
        """Seconds until it may be tried again; 0 for now."""
        found = self._waits.get(key)
        return max(0.0, found.until - self._now()) if found is not None else 0.0

    def refused(self, key: str) -> timedelta:
        """One more refusal; gives how long to wait. Those that were under way side by side count once."""
        now = self._now()
        if len(self._waits) >= KEPT:
            self._waits = {k: each for k, each in self._waits.items() if each.until + FORGOTTEN_SECONDS > now}
        found = self._waits.setdefault(key, _Wait())
        if found.until <= now:
            found.until = now + min(4.0**found.times, MOST_SECONDS)
            found.times += 1
        return timedelta(seconds=max(found.until - now, 1.0))

    def passed(self, key: str) -> None:
        """Something went through."""
        self._waits.pop(key, None)
