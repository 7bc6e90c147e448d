"""The server's time: the real one, which a test may put forward."""

import time
from datetime import timedelta


class Clock:
    """Seconds since 1970. Waiting is real; only what is compared with dates follows `ahead`."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The present."""
        return time.time() + self._ahead

    def date(self) -> int:
        """The present in whole seconds, as messages carry it."""
        return int(self.now())

    def ahead(self, span: timedelta) -> None:
        """Let so much time have passed."""
        self._ahead += span.total_seconds()
