"""Wakes open desks.

A desk asks whether anything has changed and is answered when something has. In this process every committed step rings
the desks of its business, which then compare a mark read from the database; what another process did is seen at the
next look. So a ring that is lost costs time, never a message.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

LONGEST = 25.0  # seconds that a call is held; proxies give up after 30
PAUSE = 0.15  # seconds in which several changes become one


class Changes:
    """Desks that wait, by business. `look_seconds` is how long one waits before it looks unwoken."""

    def __init__(self, look_seconds: float) -> None:
        self._look = look_seconds
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._closing = False

    def ring(self, business: str) -> None:
        """Something was committed in this business."""
        for bell in self._bells.get(business, ()):
            bell.set()

    def close(self) -> None:
        """The process ends: answer everybody who waits."""
        self._closing = True
        for business in list(self._bells):
            self.ring(business)

    async def after(self, business: str, seen: str, look: Callable[[], Awaitable[str]]) -> str:
        """The mark that `look` gives as soon as it is another than `seen`, or the same after `LONGEST`."""
        bell = asyncio.Event()
        self._bells[business].add(bell)
        ends = asyncio.get_running_loop().time() + LONGEST
        try:
            while True:
                bell.clear()
                mark = await look()
                left = ends - asyncio.get_running_loop().time()
                if mark != seen or left <= 0 or self._closing:
                    return mark
                await self._rung(bell, min(left, self._look))
        finally:
            self._bells[business].discard(bell)

    async def _rung(self, bell: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            return
        if not self._closing:
            await asyncio.sleep(PAUSE)
