"""Takes steps: the next event of an actor, one handler run, one commit.

Events of one actor are handled one at a time and in order, because the actor is leased; different actors run side by
side. No transaction is open while a handler runs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

import msgspec
import structlog

from bot.actor import Actor
from bot.chat import Chat
from bot.conversation import freeze, thaw
from bot.events import LIVE, Apology, Contact, Envelope, Event, Pressed, Said, TimerFired, Unheard, Unreadable
from bot.metrics.figures import StepFigures
from bot.ports.clock import Clock, micros
from bot.ports.store import ClaimRefused, Conflict, Store, StoreUnavailable
from bot.records import Customer, load_customer
from bot.replies import Choice
from bot.router import Router
from bot.runtime.alarm import LOOK
from bot.runtime.faults import reason_of
from bot.runtime.intake import Intake
from bot.runtime.peers import Peers
from bot.runtime.reading import LeftToOthers, check_readable
from bot.runtime.scope import StepScope
from bot.runtime.sender import LEASE as SEND_LEASE
from bot.runtime.sender import Sender
from bot.runtime.tenant import Tenant
from bot.runtime.wakeups import Wakeups
from bot.store import at_once, inbox, processes, steps, timers
from bot.store.inbox import Accepted, Claimed, Hands
from bot.store.steps import Outgoing, Step
from bot.tracing import Traces

log = structlog.get_logger()

BACKOFF = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=15), timedelta(seconds=30))
"""Waits between the tries of a failing event; after the last it is parked, about a minute after the first."""

FEW = 20  # writes and events of a commit that is brief; a campaign's step has more
AT_ONCE = timedelta(seconds=0.25)  # for a handler run before its event is written down
STARTS = 50  # a step begun so often without an end kills its process: it is parked too
OWN_LINE = frozenset({"reminder", "broadcast"})  # what is no answer, and so leaves by no address of a comment
LEASE = timedelta(seconds=30)
CLAIMS = 20  # refused claims that one step may meet before it counts as failed
ELSEWHERE = timedelta(milliseconds=20)  # at least, until what another release can read may be taken again
PATIENCE = timedelta(seconds=20)  # for one handler run; must end before the lease does
RESERVE = 4  # a part in so many of the hands is kept for what is new, and as much for what waits


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
        side_by_side: int = 256,
    ) -> None:
        self._store, self._clock, self._tenants, self._router = store, clock, tenants, router
        self._intake, self._wakeups, self._worker = intake, wakeups, worker
        self._sender, self._side_by_side = sender, side_by_side
        self._running: set[asyncio.Task[None]] = set()
        self._old: set[asyncio.Task[None]] = set()
        self._looks = 0
        self.behind = False
        """Whether more waits than there are hands."""
        self._promised = 0
        self._stopping: asyncio.Event | None = None
        self.cautious = False
        """Whether every event is written down before its step begins, so that one that kills the process is counted."""
        self.figures = StepFigures()
        self.traces: Traces | None = None
        self.peers: Peers | None = None
        intake.steps = self

    @property
    def _open(self) -> bool:
        return self._stopping is not None and not self._stopping.is_set()

    @property
    def full(self) -> bool:
        """Whether no hand is free here, so that another process had better look."""
        return not self._open or len(self._running) + self._promised >= self._side_by_side

    def offer(self, wanted: int) -> Hands | None:
        """See `Steps.offer`; nothing while this process takes no steps, or has its hands full."""
        if not self._open:
            return None
        free = min(wanted, self._free(len(self._running) - len(self._old) + self._promised, shared=self.behind))
        self.behind = self.behind or free < wanted
        if free <= 0:
            return None
        self._promised += free
        return Hands(self._worker, micros(self._clock.now() + LEASE), free)

    def begin(self, offer: Hands, claimed: Sequence[Claimed]) -> None:
        """See `Steps.begin`."""
        self._promised -= offer.free
        self._begin(claimed)
        if not self._open:
            self._wakeups.ring("step")

    def _free(self, busy: int, *, shared: bool) -> int:
        """Hands for one of the two ways to a step, which has `busy` of them; `shared` leaves the other way its part."""
        most = self._side_by_side - self._side_by_side // RESERVE if shared else self._side_by_side
        return min(most - busy, self._side_by_side - len(self._running) - self._promised)

    def _begin(self, claimed: Sequence[Claimed], *, old: bool = False) -> None:
        for each in claimed:
            task = asyncio.create_task(self._guarded(each))
            self._running.add(task)
            if old:
                self._old.add(task)
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
        free = self._free(len(self._old), shared=True)
        try:
            claimed = await self._claim(free) if free > 0 else []
        except StoreUnavailable as error:
            log.warning("the database cannot be used, steps wait", error=str(error))
            await self._clock.sleep(1)
            return
        self._begin(claimed, old=True)
        if not claimed:
            await self._wakeups.wait("step", 1.0)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._old.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a step ended without being noted; its lease runs out and it is repeated", exc_info=error)
        if self.behind or len(self._running) + 1 + self._promised >= self._side_by_side:
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
        now, newest = micros(self._clock.now()), limit // RESERVE if self.behind else 0
        self._looks += 1
        script = partial(
            inbox.claim, self._worker, now, LEASE, limit, tuple(self._tenants), newest=newest, turn=self._looks
        )
        claimed = await self._store.run(script, brief=True)
        self.behind = len(claimed) == limit
        return claimed

    async def step(self, claimed: Claimed) -> None:
        """One event from handler to commit, however it ends."""
        began, outcome = perf_counter(), "done"
        try:
            if claimed.starts > STARTS:
                raise RuntimeError(f"began {claimed.starts} times without an end")
            await self._take(claimed)
        except Conflict:
            outcome = "conflict"
            await self._store.run(partial(inbox.let_go, claimed, self._worker, micros(self._clock.now())))
        except LeftToOthers:
            outcome = "left"
            await self._leave(claimed)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  the one boundary: whatever a handler does, the event is kept and people hear of it
            outcome = await self._failed(claimed, error)
        self._count(claimed, perf_counter() - began, outcome)

    def _count(self, claimed: Claimed, seconds: float, outcome: str) -> None:
        self.figures.outcomes[claimed.business, outcome] += 1
        self.figures.seconds.observe(seconds)
        if self.traces is not None:
            self.traces.stepped(claimed, seconds, outcome)

    def may_at_once(self, envelope: Envelope) -> bool:
        """See `Steps.may_at_once`."""
        fit = type(envelope.event) in at_once.KINDS and envelope.lane == LIVE and envelope.heard
        return fit and self._open and not self.cautious

    async def at_once(self, envelope: Envelope) -> Accepted | None:
        """See `Steps.at_once`."""
        if self.offer(1) is None:
            return None
        began = perf_counter()
        try:
            claimed = await self._store.read(partial(at_once.foresee, envelope, micros(self._clock.now())))
            if claimed is None or claimed.business not in self._tenants:
                return None
            await self._take(claimed, envelope)
        except (Conflict, StoreUnavailable, TimeoutError):
            return None
        except Exception as error:  # noqa: BLE001  it is written down first, and fails again where that is counted
            log.debug("a step is begun again after its event is written down", actor=envelope.actor, reason=str(error))
            return None
        finally:
            self._promised -= 1
            if not self._open:
                self._wakeups.ring("step")
        self._count(claimed, perf_counter() - began, "done")
        return Accepted(claimed.actor, claimed.seq, fresh=True)

    async def _leave(self, claimed: Claimed) -> None:
        """Let another release take the step: soon, and not always after the same while, so that it comes first once."""
        now = self._clock.now()
        pause = ELSEWHERE * (1 + now.microsecond % 10)
        await self._store.run(partial(processes.leave_to_others, claimed, self._worker, micros(now + pause)))
        asyncio.get_running_loop().call_later(pause.total_seconds(), self._wakeups.ring_elsewhere, "step")

    async def _take(self, claimed: Claimed, envelope: Envelope | None = None) -> None:
        """Run the handler and commit; with the envelope of an event that is not written down yet, that as well."""
        tenant = self._tenants[claimed.business]
        if self.peers is not None and self.peers.mixed:
            check_readable(claimed, tenant, self.peers)
        if isinstance(claimed.event, Unreadable):
            raise ValueError(f"this release cannot read it: {claimed.event.reason}")
        if isinstance(claimed.event, TimerFired) and not await self._current(claimed, claimed.event):
            await self._commit(Step(claimed, claimed.state))
            return
        scope = StepScope(self._store, claimed.business, claimed.actor, claimed.seq, self._clock.now())
        customer = None
        if _kind(claimed.actor) not in self._router.actors:
            customer = await self._store.read(partial(load_customer, claimed.business, claimed.actor))
            scope.reads["customer"] = customer
        patience = (PATIENCE if envelope is None else AT_ONCE).total_seconds()
        for _ in range(CLAIMS):
            async with asyncio.timeout(patience):
                decided = await self._decide(tenant, scope, claimed, customer)
            try:
                await self._commit(decided, envelope)
            except ClaimRefused as refused:
                self.figures.refused += 1
                scope = scope.again(refused.claim)
            else:
                return
        raise RuntimeError(f"was refused {CLAIMS} claims in one step")

    async def _decide(self, tenant: Tenant, scope: StepScope, claimed: Claimed, customer: Customer | None) -> Step:
        """Run the handler of the event; `customer` is None for an actor that is no conversation."""
        if customer is None:
            actor = Actor(tenant.business, scope, tenant.phrasebook, claimed.state, tenant.rooms,
                          partial(self._sender.human_window, claimed.business))  # fmt: skip
            await self._router.actors[_kind(claimed.actor)](actor, claimed.event)
            return Step(claimed, actor.state, scope.pushes, list(scope.timers.values()), scope.writes, scope.events)
        chat = self._chat(tenant, scope, claimed, customer)
        await self._router.handle(chat, understood(claimed, chat))
        if isinstance(claimed.event, (Said, Unheard, Apology)) and claimed.event.media:
            push = self._sender.keep(claimed.business, claimed.actor, claimed.event.media)
            if push is not None:
                scope.push(push)
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
        contact, aside = Contact.of(claimed.actor), claimed.actor
        if via := chat.conversation.via:
            aside = msgspec.structs.replace(contact, address=via).actor
            if any(said.kind not in OWN_LINE for said in chat.said):
                chat.conversation.via = ""
        shown = claimed.wants_answer or self._sender.shows(claimed.business, claimed.actor)
        outgoing = [
            Outgoing(claimed.actor if said.kind in OWN_LINE else aside, contact.channel, said.kind, said.lane, said.message,
                     "human" if said.message.author else "bot", expires_after=said.expires_after, shown=shown)
            for said in chat.said
        ]  # fmt: skip
        response = msgspec.json.encode([said.message for said in chat.said]).decode() if claimed.wants_answer else None
        return Step(
            claimed, freeze(chat.conversation), [*outgoing, *scope.pushes], list(scope.timers.values()), scope.writes,
            scope.events, response,
        )  # fmt: skip

    async def _commit(self, step: Step, envelope: Envelope | None = None) -> None:
        now = self._clock.now()
        send_until = micros(now + SEND_LEASE) if self._sender.open else 0
        commit = steps.commit if envelope is None else partial(at_once.commit, envelope)
        script = partial(commit, step, self._worker, micros(now), send_until)
        brief = len(step.events) + len(step.writes) <= FEW
        committed = await self._store.run(script, locks=step.locks, brief=brief, apart=bool(step.writes))
        claimed = step.claimed
        self._sender.begin(committed.parcels, more=committed.left)
        if shown := sum(row.shown for row in step.outgoing):
            self._sender.show(claimed.business, claimed.actor)
            self._sender.figures.outcomes[_kind(claimed.actor), "shown"] += shown
        self._intake.answered(claimed.business, claimed.actor)
        if committed.more or step.events:
            self._wakeups.ring("step")
        if committed.left:
            self._wakeups.ring("send")
        soon = micros(now + LOOK)
        if any(timer.due is not None and timer.due < soon for timer in step.timers):
            self._wakeups.ring("timer")

    async def _failed(self, claimed: Claimed, error: Exception) -> str:
        """Try again soon, or park the event and owe the customer an apology; gives which: `failed` or `parked`."""
        reason = reason_of(claimed, error)
        log.error("a step failed", actor=claimed.actor, happened=type(claimed.event).__name__, seq=claimed.seq,
                  attempt=claimed.attempts + 1, error=reason, exc_info=error)  # fmt: skip
        now = self._clock.now()
        if claimed.attempts < len(BACKOFF) and claimed.starts <= STARTS:
            retry_at = micros(now + BACKOFF[claimed.attempts])
            await self._store.run(partial(inbox.fail, claimed, self._worker, reason, retry_at))
            return "failed"
        silent = isinstance(claimed.event, Apology) or _kind(claimed.actor) in self._router.actors
        apology = None if silent else self._apology(claimed, now)
        script = partial(inbox.park, claimed, self._worker, reason, micros(now), apology)
        await self._store.run(script, locks=(f"{claimed.business}/{claimed.actor}",))
        self._wakeups.ring("step")
        return "parked"

    def _apology(self, claimed: Claimed, now: datetime) -> Envelope:
        key = f"apology:{claimed.actor}:{claimed.seq}"
        media = claimed.event.media if isinstance(claimed.event, (Said, Unheard)) else ()
        return Envelope(claimed.business, claimed.actor, key, now, Apology(claimed.seq, media))


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
