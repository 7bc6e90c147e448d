"""The one way out: lines of the outbox, each in order, each row until it is sent or given up loudly."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
import structlog

from bot.events import Bounced, Contact, Envelope, JobFinished, Media
from bot.metrics.figures import SendFigures
from bot.ports.channel import (
    Channel,
    Outcome,
    PerhapsSent,
    Provider,
    Retry,
    Sent,
    Showing,
    Tracking,
    Undeliverable,
    WindowClosed,
    files_last,
    human_window,
    is_windowed,
)
from bot.ports.clock import Clock, instant, micros
from bot.ports.media import PORT as FILES
from bot.ports.media import Keep
from bot.ports.step import Push
from bot.ports.store import Store, StoreUnavailable
from bot.redaction import fault, hush
from bot.replies import Message
from bot.runtime.outlet import Outlet, Outlets
from bot.runtime.wakeups import Wakeups
from bot.store import outbox, transcript
from bot.store.outbox import Head, Parcel, Result
from bot.tracing import Traces

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
AWAY = timedelta(seconds=1)  # after which a row that needs the database is tried again, as often as it takes
STRANGE = timedelta(seconds=1)  # after which a process of the release that wrote a message may be the one to take it
PATIENCE = timedelta(days=1)  # for a message that names no end of its own
PATIENT = {"money": timedelta(days=3), "fleeting": timedelta(minutes=5)}  # by kind: receipts; «is typing»
RESERVE = 8  # a part in so many of the hands is kept for rows that a step hands over
NOT_TWICE = frozenset({"broadcast"})  # kinds that are not sent again when they were perhaps sent


class Pushed(msgspec.Struct):
    """The body of a push: the job's name and the order, which only its provider reads."""

    job: str
    order: msgspec.Raw


decode_push = msgspec.json.Decoder(Pushed).decode


class Sender:
    """Sends what is due, `side_by_side` lines at a time; of `firms` only, if they are given.

    A step that commits here hands its first rows over at once (`begin`); the others are looked for. What became of them
    is written down together: whatever has been answered while the last writing was under way.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Mapping[tuple[str, str], Channel],
        providers: Mapping[tuple[str, str], Provider],
        wakeups: Wakeups,
        *,
        worker: str,
        firms: Sequence[str] | None = None,
        side_by_side: int = 128,
    ) -> None:
        self._store, self._clock, self._wakeups = store, clock, wakeups
        self._channels, self._providers = channels, providers
        self._shows = {key: channel for key, channel in channels.items() if isinstance(channel, Showing)}
        self._worker, self._firms, self._side_by_side = worker, firms, side_by_side
        self._sending: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._followed: set[tuple[str, str]] = set()
        self._open = False
        self._looks, self._behind = 0, False
        self._asked, self._passed = 0, list[tuple[Outlet, str]]()
        self.outlets = Outlets(lambda: clock.now().timestamp(), channels)
        self.fenced: frozenset[str] = frozenset()
        """Firms whose rows wait, see `bot.runtime.gate`."""
        self.figures = SendFigures()
        self.traces: Traces | None = None

    @property
    def open(self) -> bool:
        """Whether a step may hand its rows over instead of leaving them to be looked for."""
        return self._open and not self.fenced and len(self._sending) < self._side_by_side

    def shows(self, business: str, actor: str) -> bool:
        """Whether this conversation is read from the transcript, so that nothing has to be sent."""
        return self._showing(business, actor) is not None

    def show(self, business: str, actor: str) -> None:
        """Something new stands in the transcript of a conversation that is read there."""
        channel = self._showing(business, actor)
        if channel is not None:
            channel.wake(Contact.of(actor))

    def begin(self, parcels: Sequence[Parcel], *, more: bool = False, admitted: bool = False) -> None:
        """Send rows that are in this worker's hands already; with `more` others may wait behind them on their lines.

        What was looked for is `admitted` to its way out, what a step hands over has yet to ask.
        """
        for parcel in parcels:
            if more:
                self._followed.add((parcel.business, parcel.line))
            task = asyncio.create_task(self._carry(parcel, admitted=admitted))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _carry(self, parcel: Parcel, *, admitted: bool) -> None:
        began = perf_counter()
        result = await self._deliver(parcel, admitted=admitted)  # apart: the list is another one by then
        seconds = perf_counter() - began
        self.figures.seconds.observe(seconds)
        if self.traces is not None:
            self.traces.sent(result, seconds)
        self._results.append(result)
        self._wakeups.ring("mark")

    async def work(self) -> bool:
        """Send the head of every line that is due, up to `side_by_side`; False when there was none."""
        if self._sending or self._results:
            await self._finish()
        parcels = await self._take(self._side_by_side)
        if parcels:
            await self._mark(await asyncio.gather(*(self._deliver(each, admitted=True) for each in parcels)))
        return bool(parcels)

    async def _take(self, limit: int) -> list[Parcel]:
        now = micros(self._clock.now())
        firms = self._firms
        if self.fenced:
            firms = [firm for firm in firms or () if firm not in self.fenced]
        self._looks += 1
        newest = limit // RESERVE if self._behind else 0
        script = partial(
            outbox.take, self._worker, now, LEASE, limit, firms, newest=newest, turn=self._looks, admit=self._admit
        )
        self._passed.clear()
        self._asked = 0
        try:
            parcels = await self._store.run(script, brief=True)
        except BaseException:
            for outlet, key in self._passed:
                outlet.left(key)
            raise
        self._behind = max(self._asked, len(parcels)) == limit
        return parcels

    def _admit(self, head: Head, fresh: bool) -> float:  # noqa: FBT001  see `outbox.Admit`
        """Whether a row may go to its way out; one that will not be sent any more needs none."""
        self._asked += 1
        if self._over(head.kind, head.created_at, head.expires_at) or (
            head.state == "sending" and head.kind in NOT_TWICE
        ):
            return 0.0
        outlet = self.outlets.of(head.business, head.line, head.port, head.number)
        wait = outlet.admit(head.key, fresh=fresh)
        if not wait:
            self._passed.append((outlet, head.key))
        return wait

    def _over(self, kind: str, created_at: int, expires_at: int | None) -> bool:
        ends = instant(expires_at) if expires_at else instant(created_at) + PATIENT.get(kind, PATIENCE)
        return self._clock.now() >= ends

    async def _mark(self, results: Sequence[Result]) -> bool:
        """Write down what became of parcels; whether more may be due at once on their lines."""
        locks = {f"{each.parcel.business}/line/{each.parcel.line}" for each in results}
        locks |= {f"{event.business}/{event.actor}" for result in results for event in result.events}
        locks |= {f"{each.parcel.business}/{each.parcel.actor}" for each in results if each.tracked}
        more = await self._settle(results, locks)
        self._count(results)
        if any(result.events for result in results):
            self._wakeups.ring("step")
        return more

    def _count(self, results: Sequence[Result]) -> None:
        now = micros(self._clock.now())
        for each in results:
            self.figures.outcomes[each.parcel.port, each.state] += 1
            if each.state == "sent":
                self.figures.waited.observe((now - each.parcel.created_at) / 1e6)

    async def _settle(self, results: Sequence[Result], locks: Collection[str]) -> bool:
        """Write down what became of parcels, as long as the lease lasts: what is not written is sent once more."""
        ends = self._clock.now() + LEASE
        lines = {(each.parcel.business, each.parcel.line) for each in results}
        urgent = not lines.isdisjoint(self._followed) or any(each.events for each in results)
        self._followed -= lines
        while True:
            script = partial(outbox.settle, results, self._worker, micros(self._clock.now()))
            try:
                return await self._store.run(script, locks=locks, brief=True, lazy=not urgent)
            except StoreUnavailable as error:
                if self._clock.now() >= ends:
                    raise
                log.warning("what was sent could not be written down yet", error=str(error))
                await self._clock.sleep(1)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; what is in hand then is finished."""
        self._open = True
        marking = asyncio.create_task(self._mark_forever())
        try:
            while not stopping.is_set() and not marking.done():
                if not await self._look():
                    await self._wakeups.wait("send", self.outlets.look_in)
            self._open = False
            self._wakeups.ring("mark")
            await marking
        finally:
            self._open = False
            marking.cancel()

    async def _look(self) -> bool:
        """Begin to send what is due; whether there may be more."""
        free = self._side_by_side - self._side_by_side // RESERVE - len(self._sending)
        try:
            parcels = await self._take(free) if free > 0 else []
        except StoreUnavailable as error:
            log.warning("the database cannot be used, sending waits", error=str(error))
            await self._clock.sleep(1)
            return True
        self.begin(parcels, more=True, admitted=True)
        return free > 0 and self._behind

    async def _mark_forever(self) -> None:
        while self._open or self._sending or self._results:
            await self._wakeups.wait("mark", 1.0)
            while self._results:
                await self._mark_some()

    async def _mark_some(self) -> None:
        results, self._results = self._results, []
        try:
            if await self._mark(results) or len(self._sending) + len(results) >= self._side_by_side:
                self._wakeups.ring("send")
        except asyncio.CancelledError:
            self._results = [*results, *self._results]
            raise
        except StoreUnavailable as error:
            log.warning("the lease of what was sent has run out unwritten; it is sent once more", error=str(error))

    async def _finish(self) -> None:
        """Wait for what is being sent and write down what became of it."""
        if self._sending:
            await asyncio.gather(*self._sending, return_exceptions=True)
        while self._results:
            await self._mark_some()

    def human_window(self, business: str, actor: str) -> timedelta | None:
        """How long people may answer in this conversation after the customer's last word; None for ever."""
        contact = Contact.of(actor)
        return human_window(self._channels.get((business, f"{contact.channel}/{contact.account}")), contact)

    def keep(self, business: str, actor: str, media: Sequence[Media]) -> Push | None:
        """The order to keep what a channel of these files will forget; None when there is nothing to do, or nobody to do it."""
        lasts = {
            (each.source, each.name): span
            for each in media
            if (span := files_last(self._channels.get((business, each.source)))) is not None
        }
        if not lasts or (business, FILES) not in self._providers:
            return None
        return Push(FILES, f"{FILES}/{actor}", "keep", Keep(tuple(lasts)), expires_after=min(lasts.values()))

    def _showing(self, business: str, actor: str) -> Showing | None:
        channel, account, _ = actor.split("/", 2)
        return self._shows.get((business, f"{channel}/{account}"))

    async def _deliver(self, parcel: Parcel, *, admitted: bool) -> Result:
        outlet = self.outlets.of(parcel.business, parcel.line, parcel.port, parcel.number)
        try:
            return await self._by(outlet, parcel, admitted=admitted)
        finally:
            outlet.left(parcel.key)

    async def _by(self, outlet: Outlet, parcel: Parcel, *, admitted: bool) -> Result:
        if parcel.perhaps and parcel.kind in NOT_TWICE:
            return Result(parcel, "perhaps", error="the process ended while it was sent")
        if self._over(parcel.kind, parcel.created_at, parcel.expires_at):
            return self._given_up(parcel, "expired", "it was no longer worth sending")
        if parcel.strange:
            return self._later(parcel, STRANGE, f"another release must send it: {parcel.strange}")
        if not admitted and (wait := outlet.admit(parcel.key, fresh=True)):
            return self._later(parcel, timedelta(seconds=wait), "its way out is shut or full")
        try:
            if parcel.message is None:
                return await self._push(outlet, parcel)
            return await self._send(outlet, parcel, parcel.message)
        except Exception as error:  # noqa: BLE001  see `_failed`
            failed = _failed(parcel, error)
            return self._later(parcel, failed.after, failed.reason)

    async def _push(self, outlet: Outlet, parcel: Parcel) -> Result:
        """Carry out an order; whatever comes of it for good is an event of the actor that gave it."""
        provider = self._providers.get((parcel.business, parcel.port))
        if provider is None:
            return self._given_up(parcel, "failed", f"no {parcel.port} is set up")
        outcome: Outcome = await provider.push(parcel.line, bytes(decode_push(parcel.body or "").order))
        outlet.answered(outcome)
        match outcome:
            case Sent(provider_id, result):
                event = self._finished(parcel, ok=True, result={**result, "id": provider_id})
                return Result(parcel, "sent", parts=[(0, "sent", provider_id)], events=[event])
            case Retry(after, reason):
                return self._later(parcel, after, reason)
            case PerhapsSent(reason):
                return self._later(parcel, timedelta(seconds=5), reason)
            case Undeliverable(name, reason, to):
                return self._given_up(parcel, name, reason, to=to)

    def _finished(self, parcel: Parcel, *, ok: bool, result: Mapping[str, str], error: str = "") -> Envelope:
        event = JobFinished(decode_push(parcel.body or "").job, parcel.port, ok, result, error)
        return Envelope(parcel.business, parcel.actor, f"job:{parcel.key}", self._clock.now(), event)

    async def _send(self, outlet: Outlet, parcel: Parcel, message: Message) -> Result:
        """Say a message, or what is left of it to say."""
        contact = Contact.of(parcel.line)
        channel = self._channels.get((parcel.business, f"{contact.channel}/{contact.account}"))
        if channel is None:
            return self._given_up(parcel, "failed", f"no account {contact.account} of {contact.channel} is set up")
        try:
            requests = await self._rendered(channel, parcel, message)
        except WindowClosed as closed:
            return self._given_up(parcel, "window", str(closed))
        result = await self._make(outlet, parcel, channel, requests)
        return result._replace(tracked=isinstance(channel, Tracking) and channel.tracks and bool(result.parts))

    async def _rendered(self, channel: Channel, parcel: Parcel, message: Message) -> Sequence[Any]:
        """The requests that say a message; how long the customer has been silent is looked up where it matters."""
        if not is_windowed(channel, Contact.of(parcel.line)):
            return channel.render(message, parcel.number or 0, parcel.replaced)
        heard = await self._store.read(partial(transcript.last_heard, parcel.business, parcel.line))
        silence = None if heard is None else self._clock.now() - heard
        return channel.render(message, parcel.number or 0, parcel.replaced, silence)

    async def _make(self, outlet: Outlet, parcel: Parcel, channel: Channel, requests: Sequence[Any]) -> Result:
        """Make the requests that were not made yet, one after another."""
        contact = Contact.of(parcel.line)
        parts: list[tuple[int, str, str]] = []
        for n, request in enumerate(requests):
            if n < parcel.sent_parts:
                continue
            outcome = await self._request(channel, parcel, contact, request)
            outlet.answered(outcome)
            match outcome:
                case Sent(provider_id):
                    parts.append((n, "sent", provider_id))
                case Retry(after, reason):
                    return self._later(parcel, after, reason, parts)
                case PerhapsSent(reason) if parcel.kind in NOT_TWICE:
                    return Result(parcel, "perhaps", error=hush(reason), parts=parts)
                case PerhapsSent(reason):
                    return self._later(parcel, timedelta(seconds=5), reason, parts)
                case Undeliverable(name, reason):
                    return self._given_up(parcel, name, reason, parts)
        return Result(parcel, "sent", parts=parts)

    async def _request(self, channel: Channel, parcel: Parcel, contact: Contact, request: Any) -> Outcome:
        """Make one request. A channel's own bug is a reason to try again later, and keeps what the message has said so far."""
        try:
            return await channel.send(contact, request)
        except Exception as error:  # noqa: BLE001  see `_failed`
            failed = _failed(parcel, error)
            return PerhapsSent(failed.reason) if parcel.kind in NOT_TWICE else failed

    def _later(
        self, parcel: Parcel, after: timedelta, reason: str, parts: list[tuple[int, str, str]] | None = None
    ) -> Result:
        return Result(parcel, "waiting", micros(self._clock.now() + after), hush(reason), parts or [])

    def _given_up(
        self,
        parcel: Parcel,
        outcome: str,
        reason: str,
        parts: list[tuple[int, str, str]] | None = None,
        *,
        to: str = "",
    ) -> Result:
        """The actor hears that its message did not arrive, or that its order cannot be carried out."""
        log.error("a message was given up", key=parcel.key, outcome=outcome, reason=reason)
        if parcel.number is None:
            events = [self._finished(parcel, ok=False, result={"reason": reason, "to": to}, error=outcome)]
        else:
            event = Bounced(parcel.number, outcome, reason, parcel.kind)
            events = [Envelope(parcel.business, parcel.actor, f"bounced:{parcel.key}", self._clock.now(), event)]
        state = "expired" if outcome == "expired" else "failed"
        return Result(parcel, state, error=hush(reason), parts=parts or [], events=events)


def _failed(parcel: Parcel, error: Exception) -> Retry:
    """What a channel's own bug means: it must not stop other lines; the row is tried again and in the end given up.

    A database that is away is nobody's bug: what needs it waits until it is back.
    """
    if isinstance(error, StoreUnavailable):
        log.warning("the database cannot be used, a message waits", key=parcel.key, error=str(error))
        return Retry(AWAY, "the database is away")
    reason = fault(error, parcel.message)
    log.error("a channel failed", port=parcel.port, key=parcel.key, error=reason, exc_info=error)
    return Retry(timedelta(seconds=min(2**parcel.attempts, 300)), reason)
