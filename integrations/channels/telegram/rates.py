"""How fast may be spoken: asked before a call, so that Telegram has nothing to refuse.

A window of the last so many seconds is kept for everything, each chat and each group. Unlike a bucket it never lets two
bursts through side by side.
"""

from collections import deque
from collections.abc import Callable

from integrations.channels.telegram.limits import ALL_IN_A_SECOND, CHAT_IN_FOUR_SECONDS, GROUP_IN_A_MINUTE

KEPT_CHATS = 10_000
MANY_REFUSALS = 3
SOON = 10.0  # seconds within which refusals in several chats mean that the whole bot is meant


class Window:
    """At most `count` within `seconds`."""

    __slots__ = ("_seconds", "_times")

    def __init__(self, count: int, seconds: float) -> None:
        self._times: deque[float] = deque(maxlen=count)
        self._seconds = seconds

    def wait(self, now: float) -> float:
        """How many seconds until one more may be taken; 0 for none."""
        if len(self._times) < (self._times.maxlen or 0):
            return 0.0
        return max(0.0, self._times[0] + self._seconds - now)

    def take(self, now: float) -> None:
        """Count one more."""
        self._times.append(now)

    def idle(self, now: float) -> bool:
        """Whether nothing in it counts any more."""
        return not self._times or self._times[-1] + self._seconds <= now


class Rates:
    """The windows of one account, in memory. `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float], *, all_in_a_second: int = ALL_IN_A_SECOND) -> None:
        self._now = now
        self._limited = all_in_a_second > 0
        self._all = Window(max(all_in_a_second, 1), 1.0)
        self._chats: dict[int, Window] = {}
        self._held: dict[int, float] = {}
        self._all_held = 0.0
        self._refusals: deque[tuple[float, int]] = deque(maxlen=MANY_REFUSALS)

    def take(self, chat: int) -> float:
        """Count one message to this chat, or say how many seconds it must wait; then nothing is counted."""
        now = self._now()
        held = max(self._all_held, self._held.get(chat, 0.0)) - now
        if held > 0:
            return held
        if not self._limited:
            return 0.0
        window = self._chats.get(chat)
        if window is None:
            window = self._chats[chat] = self._window(chat, now)
        wait = max(self._all.wait(now), window.wait(now))
        if not wait:
            self._all.take(now)
            window.take(now)
        return wait

    def held(self) -> float:
        """How many seconds Telegram wants to hear of nobody; 0 for none."""
        return max(0.0, self._all_held - self._now())

    def _window(self, chat: int, now: float) -> Window:
        if len(self._chats) >= KEPT_CHATS:
            self._chats = {key: kept for key, kept in self._chats.items() if not kept.idle(now)}
            self._held = {key: until for key, until in self._held.items() if until > now}
        return Window(GROUP_IN_A_MINUTE, 60.0) if chat < 0 else Window(CHAT_IN_FOUR_SECONDS, 4.0)

    def refused(self, chat: int, seconds: float) -> None:
        """Telegram asked to wait: this chat does, and everybody when it is said of several chats."""
        now = self._now()
        self._held[chat] = now + seconds
        self._refusals.append((now, chat))
        recent = {each for at, each in self._refusals if now - at < SOON}
        if len(recent) >= MANY_REFUSALS:
            self._all_held = max(self._all_held, now + seconds)
