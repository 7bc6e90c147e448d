"""The limits of sending: about one message a second in a chat, twenty a minute in a group, thirty a second in all."""

import math
from collections import deque
from dataclasses import dataclass

from tests.standins.telegram.clock import Clock
from tests.standins.telegram.refusals import Refused, too_many


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` within any `seconds`."""

    count: int
    seconds: float


@dataclass(slots=True)
class Limits:
    """What is kept to. A chat may be written to in short bursts: three at once, then one a second on average."""

    chat: Limit = Limit(5, 5.0)
    group: Limit = Limit(20, 60.0)
    whole: Limit = Limit(30, 1.0)


class Rates:
    """Counts what is sent while `on`. What was refused is not counted."""

    def __init__(self, clock: Clock) -> None:
        self.on = False
        self.limits = Limits()
        self._clock = clock
        self._sent: dict[tuple[int, int], deque[float]] = {}

    def admit(self, bot: int, chat: int) -> Refused | None:
        """Count one message of this bot to this chat, or say how long to wait."""
        if not self.on:
            return None
        now = self._clock.now()
        rules = [(chat, self.limits.group if chat < 0 else self.limits.chat), (0, self.limits.whole)]
        wait = max(self._wait(bot, key, limit, now) for key, limit in rules)
        if wait > 0:
            return too_many(math.ceil(wait))
        for key, _ in rules:
            self._sent[bot, key].append(now)
        return None

    def _wait(self, bot: int, key: int, limit: Limit, now: float) -> float:
        sent = self._sent.setdefault((bot, key), deque())
        while sent and sent[0] <= now - limit.seconds:
            sent.popleft()
        return sent[0] + limit.seconds - now if len(sent) >= limit.count else 0.0
