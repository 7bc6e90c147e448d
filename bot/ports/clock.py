"""Time, as an argument."""

from datetime import UTC, datetime
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the time and waits; the only source of both, so that tests can own it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""


def micros(instant: datetime) -> int:
    """An instant as stored: microseconds since 1970 UTC. The instant must be aware."""
    if instant.tzinfo is None:
        raise ValueError("a stored instant needs a time zone")
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(value: int) -> datetime:
    """The stored microseconds as an aware instant in UTC."""
    seconds, rest = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
