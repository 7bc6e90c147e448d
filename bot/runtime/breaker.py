"""A way out that leads nowhere is not tried row by row: after some failures it is shut, and tried now and then."""

from collections.abc import Callable
from typing import Literal

FAILURES = 5  # in a row, until it opens
FIRST = 2.0  # seconds until the first try
LONGEST = 10.0  # between tries, so that what waits leaves soon after the provider is back
TRIAL = 90.0  # seconds after which a trial of which nothing was heard counts no more

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Closed while sends come through, open after failures in a row, half-open while one row is tried.

    `now` gives seconds. What is sent meanwhile by rows begun before it opened changes nothing but to close it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._pause = 0.0
        self._until = 0.0
        self._trial = 0.0

    @property
    def state(self) -> State:
        """What it is now, for whoever watches."""
        if not self._pause:
            return "closed"
        return "half-open" if self._until <= self._now() else "open"

    def wait(self) -> float:
        """Seconds until a send may begin; 0 for now. Half-open lets one through at a time."""
        if not self._pause:
            return 0.0
        now = self._now()
        if now < self._until:
            return min(self._until - now, self._pause)
        return min(max(self._trial - now, 0.0), FIRST)

    def begin(self) -> None:
        """A send begins; only after `wait` gave 0."""
        if self._pause:
            self._trial = self._now() + TRIAL

    def succeeded(self) -> None:
        """The provider answered, whatever it said."""
        self._failures, self._pause, self._trial = 0, 0.0, 0.0

    def failed(self) -> None:
        """No answer came, or that it cannot do anything now."""
        self._failures += 1
        now = self._now()
        if self._failures < FAILURES or (self._pause and now < self._until):
            return
        self._pause = min(self._pause * 2, LONGEST) or FIRST
        self._until, self._trial = now + self._pause, 0.0

    def unknown(self) -> None:
        """A send came to no answer for a reason of ours: the next one is the trial."""
        self._trial = 0.0
