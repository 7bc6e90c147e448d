"""Tells a loop that there is work, so that nothing has to be polled for within one process.

A wake-up may be lost without harm: every loop also looks by itself after a while.
"""

import asyncio


class Wakeups:
    """A set of bells, by the name of the work."""

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}

    def _bell(self, work: str) -> asyncio.Event:
        return self._bells.setdefault(work, asyncio.Event())

    def ring(self, work: str) -> None:
        """There is work of this kind."""
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
