"""An event loop without a clock or sockets: time is the world's, and jumps to whatever comes next.

One callback is one *tick*. The loop can be dropped between any two ticks, as a power cut would; then nothing that was in
memory runs again, not even a `finally`. Where asyncio leaves open which of several ready tasks goes on first, chance says.
"""

import asyncio
import contextvars
import heapq
import warnings
from asyncio import events
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.simulation.world import World

FAR = float("inf")
REACH = 4  # tasks out of which the next one is drawn

_STEPS = ("TaskStepMethWrapper", "builtin_function_or_method")
"""What a task is called back by: its first step, and its waking up."""


class Crashed(BaseException):
    """The program was cut off here."""


class Restless(BaseException):
    """The program did not come to rest."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs until it is told to stop, is cut off, or everything is at rest.

    `due` gives when the database wants something next (in the world's time), or `FAR`: what looks for work now and then
    finds nothing before that, so time leaps over its looking. `crash_at` is the tick before which it is cut off; what
    is due after the `horizon` only is not waited for.
    """

    def __init__(self, world: World, due: Callable[[], float], *, shuffled: bool, most: int) -> None:
        super().__init__()
        self.world, self.due = world, due
        self.ticks, self.crash_at, self.most = 0, 0, most
        self.horizon = FAR
        self.each: Callable[[], None] | None = None
        self._shuffled = shuffled
        self._clock_resolution = 1e-9
        self._work: list[asyncio.Task[Any]] = []
        self.set_task_factory(self._make)

    def time(self) -> float:
        """The world's time."""
        return self.world.time

    def _make(self, loop: asyncio.AbstractEventLoop, coro: Any, **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **more)
        self._work.append(task)
        if len(self._work) > 256:
            self._work = [each for each in self._work if not each.done()]
        return task

    def _run_once(self) -> None:
        ready = self._ready  # type: ignore[attr-defined]
        while not ready:
            if self._stopping:  # type: ignore[attr-defined]
                return
            self._advance()
        self.ticks += 1
        if self.ticks == self.crash_at:
            raise Crashed
        if self.ticks > self.most:
            raise Restless
        handle = self._chosen(ready)
        if not handle.cancelled():
            handle._run()
        if self.each is not None:
            self.each()

    def _chosen(self, ready: Any) -> asyncio.Handle:
        """The next callback; among steps of tasks at the head, which are of different tasks, any of them."""
        if not self._shuffled or len(ready) < 2:
            return ready.popleft()  # type: ignore[no-any-return]
        first = 0
        for handle in ready:
            if first == REACH or type(handle._callback).__name__ not in _STEPS:
                break
            first += 1
        if first < 2:
            return ready.popleft()  # type: ignore[no-any-return]
        place = self.world.draw.randrange(first)
        handle = ready[place]
        del ready[place]
        return handle  # type: ignore[no-any-return]

    def _advance(self) -> None:
        """Nothing is ready: go to what comes next, and see to it."""
        timers = self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0].cancelled():
            heapq.heappop(timers)._scheduled = False
        ours = timers[0].when() if timers else FAR
        theirs = self.world.next_at()
        theirs = FAR if theirs is None else theirs
        if theirs <= ours:
            if theirs == FAR:
                self.stop()
                return
            self.world.act()
            return
        if ours > self.world.time:
            due = self.due()
            if due > ours:
                ours = min(due, theirs)
                if ours > self.horizon or ours == FAR:
                    self.stop()
                    return
                if theirs <= due:
                    self.world.act()
                    return
        self.world.time = max(self.world.time, ours)
        while timers and timers[0].when() <= self.world.time:
            handle = heapq.heappop(timers)
            handle._scheduled = False
            self._ready.append(handle)  # type: ignore[attr-defined]

    def drop(self) -> None:
        """End without an end: every coroutine is closed where it stands, with nothing left that it could reach."""
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._work.reverse()
            while self._work:
                task = self._work.pop()
                if not task.done():
                    task._log_destroy_pending = False  # type: ignore[attr-defined]
                    self._close_coroutine(task)
            self._ready.clear()  # type: ignore[attr-defined]
            self._scheduled.clear()  # type: ignore[attr-defined]
            self.close()

    def _close_coroutine(self, task: asyncio.Task[Any]) -> None:
        """Close it until it stays closed; what its `finally` would begin is made on this loop and closed after it."""
        coro: Any = task.get_coro()
        events._set_running_loop(self)
        try:
            for _ in range(8):
                with suppress(BaseException):
                    contextvars.Context().run(coro.close)
                    break
        finally:
            events._set_running_loop(None)

    def _process_events(self, _: Any) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else runs."""
