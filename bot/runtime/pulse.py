"""Whether the loop still turns: a beat on it, and a thread beside it that says where it hangs when the beat stays out."""

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import Callable

import structlog

from bot.redaction import frames_of

log = structlog.get_logger()

EVERY = 0.5  # seconds between two beats
STALL = 1.0  # seconds late that are a fault: something blocks
DEAD = 10.0  # seconds late after which a process is better started anew
WINDOW = 60.0
DEEPEST = 25  # frames of a stack that are told; the innermost say what hangs


class Pulse:
    """The beat of one loop; `start` is called on it. `now` is a monotonic clock in seconds.

    `stalls` counts how often the beat was more than `STALL` late.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.stalls = 0
        self._due: float | None = None
        self._late = 0.0
        self._peaks = (0.0, 0.0)
        self._window = 0.0
        self._told = False
        self._of = threading.main_thread().ident
        self._handle: asyncio.TimerHandle | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to beat, and to be watched."""
        self._of = threading.get_ident()
        self.beat()
        self._turn()
        threading.Thread(target=self._watch, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """Beat no more."""
        self._ended.set()
        self._due = None
        if self._handle is not None:
            self._handle.cancel()

    @property
    def lag(self) -> float:
        """How many seconds the loop is late: at the last beat, or by now when the next one stays out."""
        return max(self._late, self._overdue())

    @property
    def worst(self) -> float:
        """The most it was late within the last minute or two."""
        return max(*self._peaks, self.lag)

    def beat(self) -> None:
        """The loop turns."""
        now = self._now()
        self._late = self._overdue()
        if self._told:
            log.warning("the loop goes on", after_seconds=round(self._late, 1))
            self._told = False
        if self._late > STALL:
            self.stalls += 1
        if now - self._window >= WINDOW:
            self._peaks, self._window = (self._peaks[1], 0.0), now
        self._peaks = (self._peaks[0], max(self._peaks[1], self._late))
        self._due = now + EVERY

    def look(self) -> None:
        """From another thread: when the beat is overdue, say once where the loop's thread stands."""
        late = self._overdue()
        if late <= STALL or self._told:
            return
        frame = sys._current_frames().get(self._of or 0)  # noqa: SLF001  the documented way to see another thread
        walk = reversed(list(traceback.walk_stack(frame))[:DEEPEST])
        stack = frames_of(traceback.StackSummary.extract(walk, lookup_lines=False))
        log.warning("the loop stands still", seconds=round(late, 1), stack=[each.strip() for each in stack])
        self._told = True

    def _overdue(self) -> float:
        due = self._due
        return 0.0 if due is None else max(0.0, self._now() - due)

    def _turn(self) -> None:
        self._handle = asyncio.get_running_loop().call_later(EVERY, self._next)

    def _next(self) -> None:
        self.beat()
        self._turn()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self.look()
