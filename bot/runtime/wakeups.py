"""Tells a loop that there is work, so that nothing has to be polled for.

A wake-up may be lost without harm: every loop also looks by itself after a while. Work that this process does not do, or
has no hand free for, is told to the others as well.
"""

import asyncio
from collections.abc import Callable, Collection

SHARED = frozenset({"step", "send", "timer"})
"""Work that any process may take up; the rest is a process's own."""


class Wakeups:
    """A set of bells, by the name of the work."""

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}
        self.mine: Collection[str] = SHARED
        """The shared work that this process does."""
        self.busy: dict[str, Callable[[], bool]] = {}
        """Says of a shared work whether all hands for it are full here."""
        self.tell: Callable[[str], None] | None = None
        """Lets other processes know of a shared work."""

    def _bell(self, work: str) -> asyncio.Event:
        return self._bells.setdefault(work, asyncio.Event())

    def ring(self, work: str) -> None:
        """There is work of this kind."""
        if self.tell is not None and work in SHARED and self._wanted_elsewhere(work):
            self.tell(work)
        self._bell(work).set()

    def _wanted_elsewhere(self, work: str) -> bool:
        if work not in self.mine:
            return True
        busy = self.busy.get(work)
        return busy is not None and busy()

    def ring_elsewhere(self, work: str) -> None:
        """There is work that only others can do."""
        if self.tell is not None:
            self.tell(work)

    def rung(self, work: str) -> None:
        """Another process says that there is work of this kind."""
        if work in self.mine:
            self._bell(work).set()

    async def wait(self, work: str, seconds: float) -> None:
        """Until somebody rings, at most `seconds`; a ring from before counts."""
        bell = self._bell(work)
        if not bell.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await bell.wait()
            except TimeoutError:
                return
        bell.clear()
