"""The one way out: lines of the outbox, each in order, each row until it is sent or given up loudly."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

import msgspec
import structlog

from bot.events import Bounced, Contact, Envelope, JobFinished
from bot.ports.channel import Channel, Outcome, PerhapsSent, Provider, Retry, Sent, Undeliverable
from bot.ports.clock import Clock, instant, micros
from bot.ports.store import Store, StoreUnavailable
from bot.replies import Message
from bot.runtime.wakeups import Wakeups
from bot.store import outbox
from bot.store.outbox import Parcel, Result

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
PATIENCE = timedelta(days=1)  # for a message that names no end of its own
NOT_TWICE = frozenset({"broadcast"})  # kinds that are not sent again when they were perhaps sent


class Pushed(msgspec.Struct):
    """The body of a push: the job's name and the order, which only its provider reads."""

    job: str
    order: msgspec.Raw


decode_push = msgspec.json.Decoder(Pushed).decode


class Sender:
    """Sends what is due, `side_by_side` lines at a time; of `firms` only, if they are given."""

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
        self._worker, self._firms, self._side_by_side = worker, firms, side_by_side

    async def work(self) -> bool:
        """Send the head of every line that is due, up to `side_by_side`; False when there was none."""
        return await self._round() is not None

    async def _round(self) -> bool | None:
        """One round; says whether more may be due at once, None when nothing was due at all."""
        now = micros(self._clock.now())
        take = partial(outbox.take, self._worker, now, LEASE, self._side_by_side, self._firms)
        parcels = await self._store.run(take)
        if not parcels:
            return None
        results = await asyncio.gather(*(self._deliver(parcel) for parcel in parcels))
        locks = {f"{each.business}/line/{each.line}" for each in parcels}
        locks |= {f"{event.business}/{event.actor}" for result in results for event in result.events}
        more = await self._settle(results, locks)
        if any(result.events for result in results):
            self._wakeups.ring("step")
        return more or len(parcels) == self._side_by_side

    async def _settle(self, results: Sequence[Result], locks: Collection[str]) -> bool:
        """Write down what became of parcels, as long as the lease lasts: what is not written is sent once more."""
        ends = self._clock.now() + LEASE
        while True:
            script = partial(outbox.settle, results, self._worker, micros(self._clock.now()))
            try:
                return await self._store.run(script, locks=locks)
            except StoreUnavailable as error:
                if self._clock.now() >= ends:
                    raise
                log.warning("what was sent could not be written down yet", error=str(error))
                await self._clock.sleep(1)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; what is in hand then is finished."""
        while not stopping.is_set():
            try:
                if not await self._round():
                    await self._wakeups.wait("send", 1.0)
            except StoreUnavailable as error:
                log.warning("the database cannot be used, sending waits", error=str(error))
                await self._clock.sleep(1)

    async def _deliver(self, parcel: Parcel) -> Result:
        now = self._clock.now()
        if parcel.perhaps and parcel.kind in NOT_TWICE:
            return Result(parcel, "perhaps", error="the process ended while it was sent")
        ends = instant(parcel.expires_at) if parcel.expires_at else instant(parcel.created_at) + PATIENCE
        if now >= ends:
            return self._given_up(parcel, "expired", "it was no longer worth sending")
        try:
            if parcel.message is None:
                return await self._push(parcel)
            return await self._send(parcel, parcel.message)
        except (
            Exception
        ) as error:  # a channel's bug must not stop other lines; the row is tried again and in the end given up
            log.error("a channel failed", port=parcel.port, key=parcel.key, exc_info=error)
            return self._later(
                parcel, timedelta(seconds=min(2**parcel.attempts, 300)), f"{type(error).__name__}: {error}"
            )

    async def _push(self, parcel: Parcel) -> Result:
        """Carry out an order; whatever comes of it for good is an event of the actor that gave it."""
        provider = self._providers.get((parcel.business, parcel.port))
        if provider is None:
            return self._given_up(parcel, "failed", f"no {parcel.port} is set up")
        outcome: Outcome = await provider.push(parcel.line, bytes(decode_push(parcel.body or "").order))
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

    async def _send(self, parcel: Parcel, message: Message) -> Result:
        """Make the requests that were not made yet, one after another."""
        contact = Contact.of(parcel.line)
        channel = self._channels.get((parcel.business, f"{contact.channel}/{contact.account}"))
        if channel is None:
            return self._given_up(parcel, "failed", f"no account {contact.account} of {contact.channel} is set up")
        parts: list[tuple[int, str, str]] = []
        for n, request in enumerate(channel.render(message, parcel.number or 0, parcel.replaced)):
            if n < parcel.sent_parts:
                continue
            match await channel.send(contact, request):
                case Sent(provider_id):
                    parts.append((n, "sent", provider_id))
                case Retry(after, reason):
                    return self._later(parcel, after, reason, parts)
                case PerhapsSent(reason) if parcel.kind in NOT_TWICE:
                    return Result(parcel, "perhaps", error=reason, parts=parts)
                case PerhapsSent(reason):
                    return self._later(parcel, timedelta(seconds=5), reason, parts)
                case Undeliverable(outcome, reason):
                    return self._given_up(parcel, outcome, reason, parts)
        return Result(parcel, "sent", parts=parts)

    def _later(
        self, parcel: Parcel, after: timedelta, reason: str, parts: list[tuple[int, str, str]] | None = None
    ) -> Result:
        return Result(parcel, "waiting", micros(self._clock.now() + after), reason, parts or [])

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
            event = Bounced(parcel.number, outcome, reason)
            events = [Envelope(parcel.business, parcel.actor, f"bounced:{parcel.key}", self._clock.now(), event)]
        state = "expired" if outcome == "expired" else "failed"
        return Result(parcel, state, error=reason, parts=parts or [], events=events)
