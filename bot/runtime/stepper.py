"""Takes steps: the next event of an actor, one handler run, one commit.

Events of one actor are handled one at a time and in order, because the actor is leased; different actors run side by
side. No transaction is open while a handler runs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import structlog

from bot.actor import Actor
from bot.chat import Chat
from bot.conversation import freeze, thaw
from bot.events import Apology, Contact, Envelope, Event, Pressed, Said, TimerFired
from bot.ports.clock import Clock, micros
from bot.ports.store import ClaimRefused, Conflict, Store, StoreUnavailable
from bot.records import Customer, load_customer
from bot.replies import Choice
from bot.router import Router
from bot.runtime.intake import Intake
from bot.runtime.scope import StepScope
from bot.runtime.sender import LEASE as SEND_LEASE
from bot.runtime.sender import Sender
from bot.runtime.tenant import Tenant
from bot.runtime.wakeups import Wakeups
from bot.store import inbox, steps, timers
from bot.store.inbox import Claimed, Hands
from bot.store.steps import Outgoing, Step

log = structlog.get_logger()

BACKOFF = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=15), timedelta(seconds=30))
"""Waits between the tries of a failing event; after the last it is parked, about a minute after the first."""

FEW = 20  # writes and events of a commit that is brief; a campaign's step has more
STARTS = 50  # a step begun so often without an end kills its process: it is parked too
LEASE = timedelta(seconds=30)
CLAIMS = 20  # refused claims that one step may meet before it counts as failed
PATIENCE = timedelta(seconds=20)  # for one handler run; must end before the lease does


class Stepper:
    """Runs steps for every business, up to `side_by_side` at a time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        tenants: Mapping[str, Tenant],
        router: Router,
        intake: Intake,
        wakeups: Wakeups,
        sender: Sender,
        *,
        worker: str,
        side_by_side: int = 64,
    ) -> None:
        self._store, self._clock, self._tenants, self._router = store, clock, tenants, router
        self._intake, self._wakeups, self._worker = intake, wakeups, worker
        self._sender, self._side_by_side = sender, side_by_side
        self._running: set[asyncio.Task[None]] = set()
        self._promised = 0
        self._stopping: asyncio.Event | None = None
        intake.steps = self

    @property
    def _open(self) -> bool:
        return self._stopping is not None and not self._stopping.is_set()

    def offer(self, wanted: int) -> Hands | None:
        """See `Steps.offer`; nothing while this process takes no steps, or has its hands full."""
        free = min(wanted, self._side_by_side - len(self._running) - self._promised)
        if not self._open or free <= 0:
            return None
        self._promised += free
        return Hands(self._worker, micros(self._clock.now() + LEASE), free)

    def begin(self, offer: Hands, claimed: Sequence[Claimed]) -> None:
        """See `Steps.begin`."""
        self._promised -= offer.free
        self._begin(claimed)
        if not self._open:
            self._wakeups.ring("step")

    def _begin(self, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            task = asyncio.create_task(self._guarded(each))
            self._running.add(task)
            task.add_done_callback(self._finished)

    async def work(self) -> bool:
        """Take every step that is due now and wait for them all; False when there was none."""
        claimed = await self._claim(self._side_by_side)
        for each in claimed:
            await self.step(each)
        return bool(claimed)

    async def run(self, stopping: asyncio.Event) -> None:
        """Take steps until told to stop; then finish those begun."""
        self._stopping = stopping
        try:
            while not stopping.is_set():
                await self._look()
        finally:
            self._stopping = None
        while self._running or self._promised:
            if self._running:
                await asyncio.gather(*self._running, return_exceptions=True)
            if self._promised:
                await self._wakeups.wait("step", 1.0)

    async def _look(self) -> None:
        """Begin what is due, or wait until something may be."""
        free = self._side_by_side - len(self._running) - self._promised
        try:
            claimed = await self._claim(free) if free > 0 else []
        except StoreUnavailable as error:
            log.warning("the database cannot be used, steps wait", error=str(error))
            await self._clock.sleep(1)
            return
        self._begin(claimed)
        if not claimed:
            await self._wakeups.wait("step", 1.0)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a step ended without being noted; its lease runs out and it is repeated", exc_info=error)
        if len(self._running) + 1 + self._promised >= self._side_by_side:
            self._wakeups.ring("step")  # all hands were full: somebody may have waited for one

    async def _guarded(self, claimed: Claimed) -> None:
        try:
            await self.step(claimed)
        except StoreUnavailable as error:
            log.warning("a step could not be written, it will be repeated", actor=claimed.actor, error=str(error))
            await self._give_back(claimed)

    async def _give_back(self, claimed: Claimed) -> None:
        """Let the event be taken again once the database takes writes; after the lease that happens by itself."""
        ends = self._clock.now() + LEASE
        while self._clock.now() < ends:
            await self._clock.sleep(1)
            try:
                await self._store.run(partial(inbox.let_go, claimed, self._worker, micros(self._clock.now())))
                return
            except StoreUnavailable:
                continue

    async def _claim(self, limit: int) -> list[Claimed]:
        now = micros(self._clock.now())
        script = partial(inbox.claim, self._worker, now, LEASE, limit, tuple(self._tenants))
        return await self._store.run(script, brief=True)

    async def step(self, claimed: Claimed) -> None:
        """One event from handler to commit, however it ends."""
        try:
            if claimed.starts > STARTS:
                raise RuntimeError(f"began {claimed.starts} times without an end")
            await self._take(claimed)
        except Conflict:
            await self._store.run(partial(inbox.let_go, claimed, self._worker, micros(self._clock.now())))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  the one boundary: whatever a handler does, the event is kept and people hear of it
            await self._failed(claimed, error)

    async def _take(self, claimed: Claimed) -> None:
        tenant = self._tenants[claimed.business]
        if isinstance(claimed.event, TimerFired) and not await self._current(claimed, claimed.event):
            await self._commit(Step(claimed, claimed.state))
            return
        scope = StepScope(self._store, claimed.business, claimed.actor, claimed.seq, self._clock.now())
        customer = None
        if _kind(claimed.actor) not in self._router.actors:
            customer = await self._store.read(partial(load_customer, claimed.business, claimed.actor))
            scope.reads["customer"] = customer
        for _ in range(CLAIMS):
            async with asyncio.timeout(PATIENCE.total_seconds()):
                decided = await self._decide(tenant, scope, claimed, customer)
            try:
                await self._commit(decided)
            except ClaimRefused as refused:
                scope = scope.again(refused.claim)
            else:
                return
        raise RuntimeError(f"was refused {CLAIMS} claims in one step")

    async def _decide(self, tenant: Tenant, scope: StepScope, claimed: Claimed, customer: Customer | None) -> Step:
        """Run the handler of the event; `customer` is None for an actor that is no conversation."""
        if customer is None:
            actor = Actor(tenant.business, scope, tenant.phrasebook, claimed.state, tenant.rooms)
            await self._router.actors[_kind(claimed.actor)](actor, claimed.event)
            return Step(claimed, actor.state, scope.pushes, list(scope.timers.values()), scope.writes, scope.events)
        chat = self._chat(tenant, scope, claimed, customer)
        await self._router.handle(chat, understood(claimed, chat))
        return self._decided(claimed, chat, scope)

    async def _current(self, claimed: Claimed, event: TimerFired) -> bool:
        return await self._store.read(partial(timers.is_current, claimed.business, claimed.actor, event))

    def _chat(self, tenant: Tenant, scope: StepScope, claimed: Claimed, customer: Customer) -> Chat:
        conversation = thaw(claimed.state)
        if not conversation.language and customer.language:
            conversation.language = customer.language
        return Chat(tenant.business, conversation, customer, scope, tenant.machine, tenant.ports, tenant.phrasebook,
                    tenant.understander, choice_of(claimed), claimed.lane)  # fmt: skip

    def _decided(self, claimed: Claimed, chat: Chat, scope: StepScope) -> Step:
        channel = Contact.of(claimed.actor).channel
        shown = self._sender.shows(claimed.business, claimed.actor)
        outgoing = [
            Outgoing(claimed.actor, channel, said.kind, said.lane, said.message, "human" if said.message.author else "bot",
                     expires_after=said.expires_after, shown=shown)
            for said in chat.said
        ]  # fmt: skip
        response = msgspec.json.encode([said.message for said in chat.said]).decode() if claimed.wants_answer else None
        return Step(
            claimed, freeze(chat.conversation), [*outgoing, *scope.pushes], list(scope.timers.values()), scope.writes,
            scope.events, response,
        )  # fmt: skip

    async def _commit(self, step: Step) -> None:
        now = self._clock.now()
        send_until = micros(now + SEND_LEASE) if self._sender.open else 0
        script = partial(steps.commit, step, self._worker, micros(now), send_until)
        committed = await self._store.run(script, locks=step.locks, brief=len(step.events) + len(step.writes) <= FEW)
        claimed = step.claimed
        self._sender.begin(committed.parcels)
        if any(row.shown for row in step.outgoing):
            self._sender.show(claimed.business, claimed.actor)
        self._intake.answered(claimed.business, claimed.actor)
        if committed.more or step.events:
            self._wakeups.ring("step")
        if committed.left:
            self._wakeups.ring("send")
        if step.timers:
            self._wakeups.ring("timer")

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        """Try again soon, or park the event and owe the customer an apology."""
        reason = f"{type(error).__name__}: {error}"
        log.error("a step failed", actor=claimed.actor, happened=type(claimed.event).__name__, seq=claimed.seq,
                  attempt=claimed.attempts + 1, error=reason, exc_info=error)  # fmt: skip
        now = self._clock.now()
        if claimed.attempts < len(BACKOFF) and claimed.starts <= STARTS:
            retry_at = micros(now + BACKOFF[claimed.attempts])
            await self._store.run(partial(inbox.fail, claimed, self._worker, reason, retry_at))
            return
        silent = isinstance(claimed.event, Apology) or _kind(claimed.actor) in self._router.actors
        apology = None if silent else self._apology(claimed, now)
        script = partial(inbox.park, claimed, self._worker, reason, micros(now), apology)
        await self._store.run(script, locks=(f"{claimed.business}/{claimed.actor}",))
        self._wakeups.ring("step")

    def _apology(self, claimed: Claimed, now: datetime) -> Envelope:
        key = f"apology:{claimed.actor}:{claimed.seq}"
        return Envelope(claimed.business, claimed.actor, key, now, Apology(claimed.seq))


def _kind(actor: str) -> str:
    return actor.partition("/")[0]


def choice_of(claimed: Claimed) -> Choice | None:
    """The choice that was pressed, or picked by typing its number as it was shown."""
    if claimed.about is None:
        return None
    _, message = claimed.about
    match claimed.event:
        case Pressed(choice=choice):
            return message.choice(choice)
        case Said(text):
            return message.numbered_choice(int("".join(filter(str.isdecimal, text))))
    return None


def understood(claimed: Claimed, chat: Chat) -> Event:
    """The event as handlers see it: a typed number that picks a choice is a press of it."""
    if isinstance(claimed.event, Said) and claimed.about is not None and chat.pressed is not None:
        return Pressed(claimed.about[0], chat.pressed.id, claimed.event.client_id)
    return claimed.event
