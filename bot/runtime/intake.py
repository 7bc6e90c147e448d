"""The one way in: an event is answered for only after it is on disk."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import Protocol

import msgspec

from bot.events import RELAY, Edited, Envelope, Media, RoomSaid, Said, Unheard
from bot.metrics.figures import IntakeFigures
from bot.ports.clock import Clock, micros
from bot.ports.media import MediaStore
from bot.ports.store import Store, StoreUnavailable
from bot.runtime.flood import Floods
from bot.runtime.wakeups import Wakeups
from bot.store import inbox
from bot.store.inbox import Accepted, Claimed, Hands
from bot.tracing import Traces
from bot.understanding import clean

LOOK_SECONDS = 0.5


class Steps(Protocol):
    """Who takes steps in this process, and may take one at once instead of looking for it."""

    def offer(self, wanted: int) -> Hands | None:
        """Set up to `wanted` free hands aside; every offer that is given must be taken up by `begin`."""

    def begin(self, offer: Hands, claimed: Sequence[Claimed]) -> None:
        """Take the steps that an offer was used for; the rest of it is free again."""

    def may_at_once(self, envelope: Envelope) -> bool:
        """Whether it is worth asking for the step of this event `at_once`."""

    async def at_once(self, envelope: Envelope) -> Accepted | None:
        """Take the step of an event that is not written down yet, and write both in one; None when that cannot be."""


class Intake:
    """Puts events into inboxes and wakes the steppers."""

    def __init__(self, store: Store, clock: Clock, media: MediaStore, wakeups: Wakeups) -> None:
        self._store = store
        self._media = media
        self._clock = clock
        self._wakeups = wakeups
        self._bells: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._writing: set[asyncio.Task[list[Accepted]]] = set()
        self._first: dict[tuple[str, str], asyncio.Task[Accepted | None]] = {}
        self.steps: Steps | None = None
        self.figures = IntakeFigures()
        self.traces: Traces | None = None
        self.floods: Floods | None = None
        self.forgetful: Collection[tuple[str, str]] = ()
        """The accounts that forget the files of their customers, by business and source."""
        self.watchers: list[Callable[[str], None]] = []
        """Called with the business after each step of this process; what shows the desk wakes up by it."""

    async def accept(self, envelopes: Sequence[Envelope], *, address: str = "") -> list[Accepted]:
        """Write events down, in order; when this returns, they survive a power cut. A repeat changes nothing.

        `address` is where in the net a customer's own program sent them from. What is too much is written down and not
        handled, see `Floods`. Raises `StoreUnavailable` when they could not be written: then the sender must try again.
        """
        if not envelopes:
            return []
        wanted = len(envelopes)
        envelopes = [await self._cleaned(each) for each in envelopes]
        if self.floods is not None:
            envelopes = self.floods.sort(envelopes, address)
        return (await self._accept([*envelopes, *self._files_of(envelopes)]))[:wanted]

    def _files_of(self, envelopes: Sequence[Envelope]) -> Iterator[Envelope]:
        """For what is written down and not handled, that its files are to be kept all the same."""
        for each in envelopes:
            if not each.heard and isinstance(each.event, Said):
                media = tuple(one for one in each.event.media if (each.business, one.source) in self.forgetful)
                if media:
                    key = f"files:{each.dedupe_key}"
                    yield Envelope(each.business, each.actor, key, each.at, Unheard(media=media), RELAY)

    async def _accept(self, envelopes: Sequence[Envelope]) -> list[Accepted]:
        while busy := {self._first[key] for each in envelopes if (key := (each.business, each.actor)) in self._first}:
            await asyncio.wait(busy)  # what came first is written first
        if self.steps is not None and len(envelopes) == 1 and self.steps.may_at_once(envelopes[0]):
            return [await self._at_once(self.steps, envelopes[0])]
        return await self._leased(envelopes)

    async def _at_once(self, steps: Steps, envelope: Envelope) -> Accepted:
        """One event with its step in one commit where that can be."""
        key = (envelope.business, envelope.actor)
        began = perf_counter()
        # A task of its own: whoever accepts may be cancelled in the middle of it.
        task = self._first[key] = asyncio.create_task(steps.at_once(envelope))
        task.add_done_callback(lambda _: self._first.pop(key))
        accepted = await asyncio.shield(task)
        if accepted is None:
            return (await self._leased([envelope]))[0]
        self._figure([envelope], [accepted], perf_counter() - began)
        return accepted

    async def _leased(self, envelopes: Sequence[Envelope]) -> list[Accepted]:
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
        began = perf_counter()
        try:
            accepted = await self._store.run(script, locks=locks, brief=True)
            claimed = [each.claimed for each in accepted if each.claimed is not None]
        finally:
            if self.steps is not None and offer is not None:
                self.steps.begin(offer, claimed)
        if any(each.fresh and each.claimed is None and of.heard for each, of in zip(accepted, envelopes, strict=True)):
            self._wakeups.ring("step")
        self._figure(envelopes, accepted, perf_counter() - began)
        return accepted

    def _figure(self, envelopes: Sequence[Envelope], accepted: Sequence[Accepted], seconds: float) -> None:
        self.figures.take(accepted, seconds)
        if self.traces is not None:
            self.traces.accepted(envelopes, accepted, seconds)

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
            whole = await self._put(event.text)
            media = (*media, Media("file", whole, "text/plain"))
        said = msgspec.structs.replace(event, text=cleaned.text, media=media, full_length=cleaned.original_length)
        return msgspec.structs.replace(envelope, event=said)

    async def _put(self, text: str) -> str:
        """Keep a long text as a file; who sent it must try again when that cannot be."""
        try:
            return await self._media.put(text.encode("utf-8", "replace"), "text/plain")
        except OSError as error:
            raise StoreUnavailable(f"a long text cannot be kept as a file: {error}") from error

    async def answer(self, envelope: Envelope, *, seconds: float, address: str = "") -> tuple[Accepted, str | None]:
        """Accept an event whose answer leaves in the HTTP response, and wait for it.

        A repeat gets the stored answer. None when there is none within `seconds`: the caller gives its holding answer,
        and who asks again gets what the step has said meanwhile. `envelope.answer` must be set.
        """
        bell = asyncio.Event()
        bells = self._bells.setdefault((envelope.business, envelope.actor), set())
        bells.add(bell)
        try:
            (accepted,) = await self.accept([envelope], address=address)
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
