"""How an account stands with Telegram: a token that is refused makes it wait, longer each time, and says so once."""

from collections.abc import Callable
from datetime import timedelta

import structlog

log = structlog.get_logger()

FIRST = 5.0
LONGEST = 300.0


class Standing:
    """Whether calls for one account make sense just now. `now` is a monotonic clock in seconds."""

    def __init__(self, account: str, now: Callable[[], float]) -> None:
        self._account, self._now = account, now
        self._wait = 0.0
        self._until = 0.0

    @property
    def trouble(self) -> str:
        """What a person must mend, or nothing."""
        return "Telegram refuses the token" if self._wait else ""

    def wait(self) -> float:
        """How many seconds no call is to be made; 0 for an account in order."""
        return max(0.0, self._until - self._now()) if self._wait else 0.0

    def refused(self) -> timedelta:
        """Telegram does not know the token; gives how long to wait."""
        if not self._wait:
            log.error(
                "Telegram refuses the token of an account; what is to be sent waits until it is set anew",
                account=self._account,
            )
        if self._until <= self._now():
            self._wait = min(self._wait * 2, LONGEST) or FIRST
            self._until = self._now() + self._wait
        return timedelta(seconds=max(self._until - self._now(), 1.0))

    def accepted(self) -> None:
        """A call went through."""
        if self._wait:
            log.info("Telegram knows the token of an account again", account=self._account)
            self._wait = 0.0
