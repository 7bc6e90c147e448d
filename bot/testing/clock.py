"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Satisfies `Clock`; sleeping moves it."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The virtual instant, in UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Take no time, but let the clock show that it passed."""
        self._now += timedelta(seconds=seconds)

    def move_to(self, instant: datetime) -> None:
        """Move forward; raises `ValueError` for an instant that has passed."""
        if instant < self._now:
            raise ValueError(f"the clock shows {self._now} and cannot go back to {instant}")
        self._now = instant.astimezone(UTC)
