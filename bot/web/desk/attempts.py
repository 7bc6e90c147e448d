"""How often somebody may try a password: counted by login and by address, in this process and over all processes.

A person who mistypes has room; a program that guesses has not. This process counts wrong tries and forgets them with a
restart; over all processes every try counts, with more room, so that no number of processes gives a guesser much more.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.ports.rates import Rates

WINDOW = timedelta(minutes=15)
BY_PAIR = 5  # wrong tries at one login from one address
BY_ONE = 50  # wrong tries at one login from anywhere, or from one address at any login
SHARED = 4  # times as many tries, right ones among them, over all processes
MOST = 10_000  # names that are remembered


class Attempts:
    """Tries of the last while. `rates` counts those of all processes, if there are several."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates
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

    async def spent(self, login: str, address: str) -> bool:
        """Count a try over all processes: whether it has to wait."""
        if self._rates is None:
            return False
        for key, most in _keys(login, address):
            per_second = SHARED * most / WINDOW.total_seconds()
            if await self._rates.take(f"login/{'/'.join(key)}", per_second=per_second, burst=SHARED * most):
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
