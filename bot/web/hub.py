"""Wakes the open pages of a visitor, in this process and through the relay in others."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.events import Contact
from bot.runtime.relay import Relay

RELAYED = 5.0  # seconds until a page looks unwoken although other processes would wake it


class Hub:
    """Open pages by conversation. A page that is woken reads the transcript, so a lost wake-up costs time, no message.

    `look_seconds` is how long a page waits before it looks unwoken: short where another process may have spoken and
    nothing would say so.
    """

    def __init__(self, *, look_seconds: float = 20.0, relay: Relay | None = None) -> None:
        self.look_seconds = look_seconds
        self.closing = False
        self._pages: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._relay = relay
        if relay is not None:
            relay.on_talk.append(self.woken)

    def wake(self, contact: Contact) -> None:
        """There is something new for this visitor, wherever their pages are."""
        self.woken(contact)
        if self._relay is not None:
            self._relay.talk(contact)

    def woken(self, contact: Contact) -> None:
        """There is something new for this visitor; wakes the pages of this process."""
        for page in self._pages.get(contact.actor, ()):
            page.set()

    def close(self) -> None:
        """The process ends: wake every page, so that its line closes at once and finds another process."""
        self.closing = True
        for bells in self._pages.values():
            for bell in bells:
                bell.set()

    @contextmanager
    def page(self, contact: Contact) -> Iterator[asyncio.Event]:
        """Be woken for this visitor while the block lasts."""
        bell = asyncio.Event()
        self._pages[contact.actor].add(bell)
        try:
            yield bell
        finally:
            self._pages[contact.actor].discard(bell)
            if not self._pages[contact.actor]:
                del self._pages[contact.actor]

    async def wait(self, bell: asyncio.Event) -> None:
        """Until the page is woken or it is time to look."""
        try:
            async with asyncio.timeout(self._look()):
                await bell.wait()
        except TimeoutError:
            return
        bell.clear()

    def _look(self) -> float:
        return max(self.look_seconds, RELAYED) if self._relay is not None and self._relay.up else self.look_seconds
