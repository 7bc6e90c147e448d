"""How often somebody may try a password: counted by login and by address, in this process's memory.

A person who mistypes has room; a program that guesses has not. The counts are per process and are gone after a restart,
which costs a guesser nothing worth having: a password of ten characters is not found a few tries at a time.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
BY_PAIR = 5  # wrong tries at one login from one address
BY_ONE = 50  # wrong tries at one login from anywhere, or from one address at any login
MOST = 10_000  # names that are remembered


class Attempts:
    """Wrong tries of the last while."""

    def __init__(self) -> None:
        self._wrong: dict[tuple[str, ...], deque[datetime]] = defaultdict(deque)

    def held(self, login: str, address: str, now: datetime) -> bool:
        """Whether one more try has to wait."""
        for key, most in _keys(login, address):
            tries = self._wrong.get(key)
            while tries and tries[0] <= now - WINDOW:
                tries.popleft()
            if tries and len(tries) >= most:
                return True
        return False

    def wrong(self, login: str, address: str, now: datetime) -> None:
        """A try that failed."""
        if len(self._wrong) > MOST:
            self._forget(now)
        for key, _ in _keys(login, address):
            self._wrong[key].append(now)

    def right(self, login: str, address: str) -> None:
        """A try that worked: who mistyped before is trusted again."""
        self._wrong.pop(("pair", login, address), None)

    def _forget(self, now: datetime) -> None:
        for key in [key for key, tries in self._wrong.items() if not tries or tries[-1] <= now - WINDOW]:
            del self._wrong[key]


def _keys(login: str, address: str) -> Iterable[tuple[tuple[str, ...], int]]:
    yield ("pair", login, address), BY_PAIR
    yield ("login", login), BY_ONE
    yield ("address", address), BY_ONE
