"""How an account stands with its provider: one that is refused waits, longer each time, and says so once."""

from datetime import timedelta

import structlog

from bot.ports.channel import Retry
from bot.ports.clock import Clock

log = structlog.get_logger()

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)
NONE = timedelta(0)


class Standing:
    """Whether requests of one account make sense just now. `provider` is its name for people, `source` the account's."""

    def __init__(self, provider: str, source: str, clock: Clock) -> None:
        self._provider, self._source, self._clock = provider, source, clock
        self._wait, self._until = NONE, clock.now()
        self._reason = ""

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return f"{self._provider}: {self._reason}" if self._reason else ""

    def held(self) -> Retry | None:
        """What becomes of a request that is not worth a try yet; None for one that is to be made."""
        return Retry(left, self.trouble, "account") if self._reason and (left := self._left()) else None

    def refused(self, reason: str) -> Retry:
        """The account as a whole is refused. Requests that were under way side by side count once."""
        if reason != self._reason:
            told = f"{self._provider} refuses an account; what is to be sent waits"
            log.error(told, account=self._source, reason=reason)
            self._reason = reason
        if not self._left():
            self._wait = min(self._wait * 2, LONGEST) or FIRST
            self._until = self._clock.now() + self._wait
        return Retry(max(self._left(), timedelta(seconds=1)), self.trouble, "account")

    def accepted(self) -> None:
        """The account was not refused."""
        if self._reason:
            told = f"{self._provider} takes what an account sends again"
            log.info(told, account=self._source)
            self._reason, self._wait, self._until = "", NONE, self._clock.now()

    def _left(self) -> timedelta:
        """How long it waits; not longer than it was to, also when the clock is set back."""
        return min(max(self._until - self._clock.now(), NONE), self._wait)
