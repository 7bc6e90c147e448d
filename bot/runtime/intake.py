"""The one way in: an event is answered for only after it is on disk."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import msgspec

from bot.events import Edited, Envelope, Media, RoomSaid, Said
from bot.ports.clock import Clock, micros
from bot.ports.media import MediaStore
from bot.ports.store import Store
from bot.runtime.wakeups import Wakeups
from bot.store import inbox
from bot.store.inbox import Accepted, Claimed, Hands
from bot.understanding import clean

LOOK_SECONDS = 0.5


class Steps(Protocol):
    """Who takes steps in this process, and may take one at once instead of looking for it."""

    def offer(self, wanted: int) -> Hands | None:
        """Set up to `wanted` free hands aside; every offer that is given must be taken up by `begin`."""

    def begin(self, offer: Hands, claimed: Sequence[Claimed]) -> None:
        """Take the steps that an offer was used for; the rest of it is free again."""


class Intake:
    """Puts events into inboxes and wakes the steppers."""

    def __init__(self, store: Store, clock: Clock, media: MediaStore, wakeups: Wakeups) -> None:
        self._store = store
        self._media = media
        self._clock = clock
        self._wakeups = wakeups
        self._bells: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._writing: set[asyncio.Task[list[Accepted]]] = set()
        self.steps: Steps | None = None
        self.watchers: list[Callable[[str], None]] = []
        """Called with the business after each step of this process; what shows the desk wakes up by it."""

    async def accept(self, envelopes: Sequence[Envelope]) -> list[Accepted]:
        """Write events down, in order; when this returns, they survive a power cut. A repeat changes nothing.

        Raises `StoreUnavailable` when they could not be written: then the sender must try again.
        """
        if not envelopes:
            return []
        envelopes = [await self._cleaned(each) for each in envelopes]
        offer = self.steps.offer(len(envelopes)) if self.steps is not None else None
        if offer is None:
            return await self._write(envelopes, None)
        # A task of its own: whoever accepts may be cancelled, the steps that are leased with it must be taken.
        task = asyncio.create_task(self._write(envelopes, offer))
        self._writing.add(task)
        task.add_done_callback(self._written)
        return await asyncio.shield(task)

    async def _write(self, envelopes: Sequence[Envelope], offer: Hands | None) -> list[Accepted]:
        locks = {f"{each.business}/{each.actor}" for each in envelopes}
        script = partial(inbox.accept, envelopes, micros(self._clock.now()), offer)
        claimed: Sequence[Claimed] = ()
        try:
            accepted = await self._store.run(script, locks=locks, brief=True)
            claimed = [each.claimed for each in accepted if each.claimed is not None]
        finally:
            if self.steps is not None and offer is not None:
                self.steps.begin(offer, claimed)
        if any(each.fresh and each.claimed is None for each in accepted):
            self._wakeups.ring("step")
        return accepted

    def _written(self, task: asyncio.Task[list[Accepted]]) -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # who waits has it; nobody may wait any more

    async def _cleaned(self, envelope: Envelope) -> Envelope:
        """Customer text in its storing form; what is too long for a dialog is kept whole as a file beside it."""
        event = envelope.event
        if isinstance(event, (Edited, RoomSaid)):
            plain = msgspec.structs.replace(event, text=clean(event.text).text)
            return msgspec.structs.replace(envelope, event=plain)
        if not isinstance(event, Said) or not event.text:
            return envelope
        cleaned = clean(event.text)
        if cleaned.text == event.text:
            return envelope
        media = event.media
        if cleaned.truncated:
            whole = await self._media.put(event.text.encode("utf-8", "replace"), "text/plain")
            media = (*media, Media("file", whole, "text/plain"))
        said = msgspec.structs.replace(event, text=cleaned.text, media=media, full_length=cleaned.original_length)
        return msgspec.structs.replace(envelope, event=said)

    async def answer(self, envelope: Envelope, *, seconds: float) -> tuple[Accepted, str | None]:
        """Accept an event whose answer leaves in the HTTP response, and wait for it.

        A repeat gets the stored answer. None when there is none within `seconds`: the caller gives its holding answer,
        and what the step says later leaves the usual way. `envelope.answer` must be set.
        """
        bell = asyncio.Event()
        bells = self._bells.setdefault((envelope.business, envelope.actor), set())
        bells.add(bell)
        try:
            (accepted,) = await self.accept([envelope])
            script = partial(inbox.response, envelope.business, accepted.actor, accepted.seq)
            deadline = asyncio.get_running_loop().time() + seconds
            while (found := await self._store.read(script)) is None:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return accepted, None
                await self._rung(bell, min(left, LOOK_SECONDS))
            return accepted, found
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop((envelope.business, envelope.actor), None)

    async def _rung(self, bell: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            return  # another process may have taken the step: look
        bell.clear()

    def answered(self, business: str, actor: str) -> None:
        """A step of this actor has committed."""
        for bell in self._bells.get((business, actor), ()):
            bell.set()
        for watch in self.watchers:
            watch(business)
