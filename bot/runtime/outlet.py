"""The ways out, one for each account and provider: whether it makes sense to send a row now, and if not, when.

What an outage has left must not eat what the provider allows: the last places of every second are for rows that have
just been written. Rows that cannot go are not tried: each gets a place in time, so they come back one by one.
"""

from collections import deque
from collections.abc import Callable, Mapping

from bot.events import Contact
from bot.ports.channel import Outcome, Paced, PerhapsSent, Retry
from bot.runtime.breaker import Breaker

KEPT_FREE = 16  # one place in so many of a second is for fresh rows
UNLIMITED = 200.0  # rows a second that come back to a way out without a limit of its own
HANDS = 64  # rows of one way out that may be under way and are not fresh
ALL_HANDS = 112  # of those that are

LOOK = 1.0  # seconds between two looks for rows that may go
SOON = 0.1  # the same while rows come back one by one

Key = tuple[str, str]


class Outlet:
    """One account's way out. `per_second` is what its provider takes, 0 for no limit; `now` gives seconds."""

    def __init__(self, now: Callable[[], float], per_second: int) -> None:
        self._now, self._per_second = now, per_second
        self._sent: deque[float] = deque(maxlen=max(per_second, 1))
        self._held = 0.0
        self._place = 0.0
        self._under_way: set[str] = set()
        self.breaker = Breaker(now)

    def admit(self, key: str, *, fresh: bool) -> float:
        """0 when a row may go now, and it is counted until it has `left`; else the seconds after which it is to ask again."""
        if key in self._under_way:
            return 0.0
        now = self._now()
        wait = max(self.breaker.wait(), self._held - now, self._wait(now, fresh=fresh))
        if len(self._under_way) >= (ALL_HANDS if fresh else HANDS):
            wait = max(wait, 0.5)
        if wait > 0:
            return wait if fresh else self._later(now, wait)
        if self._per_second:
            self._sent.append(now)
        self.breaker.begin()
        self._under_way.add(key)
        return 0.0

    def _wait(self, now: float, *, fresh: bool) -> float:
        """Until a second has room for one more."""
        while self._sent and not 0 <= now - self._sent[0] < 1.0:
            self._sent.popleft()
        kept = 0 if fresh else -(-self._per_second // KEPT_FREE)
        if not self._per_second or len(self._sent) < max(self._per_second - kept, 1):
            return 0.0
        return self._sent[0] + 1.0 - now

    def _later(self, now: float, wait: float) -> float:
        """A place behind those that wait already."""
        rate = self._per_second - -(-self._per_second // KEPT_FREE) if self._per_second > 1 else UNLIMITED
        self._place = max(self._place, now + wait) + 1 / rate
        return self._place - now

    def left(self, key: str) -> None:
        """A row is done with, whatever became of it; nothing for one that was not admitted."""
        if key in self._under_way:
            self._under_way.remove(key)
            self.breaker.unknown()

    @property
    def look_in(self) -> float:
        """Seconds after which rows that were sent back may go; a second at most, and that when there are none."""
        now = self._now()
        if self._place <= now:
            return LOOK
        return min(max(self.breaker.wait(), self._held - now, SOON), LOOK)

    def answered(self, outcome: Outcome) -> None:
        """What became of one request."""
        match outcome:
            case PerhapsSent():
                self.breaker.failed()
            case Retry(after, scope="account"):
                self._held = self._now() + after.total_seconds()
                self.breaker.unknown()
            case Retry(scope="provider"):
                self.breaker.failed()
            case Retry():
                self.breaker.unknown()
            case _:
                self.breaker.succeeded()


class Outlets:
    """The outlets of one process, each made when it is first needed."""

    def __init__(self, now: Callable[[], float], channels: Mapping[Key, object]) -> None:
        self._now, self._channels = now, channels
        self.known: dict[Key, Outlet] = {}
        """By business and account or port, for whoever watches."""

    def of(self, business: str, line: str, port: str, number: int | None) -> Outlet:
        """The way of a row: that of its contact's account, or for a push that of its port."""
        if number is not None:
            contact = Contact.of(line)
            port = f"{contact.channel}/{contact.account}"
        found = self.known.get((business, port))
        if found is None:
            channel = self._channels.get((business, port))
            per_second = channel.per_second if isinstance(channel, Paced) else 0
            found = self.known[business, port] = Outlet(self._now, per_second)
        return found

    @property
    def look_in(self) -> float:
        """Seconds after which rows of any way out may go, see `Outlet.look_in`."""
        return min((each.look_in for each in self.known.values()), default=LOOK)
