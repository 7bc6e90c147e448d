"""Everything that runs over one store, started and stopped together."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import structlog

from bot.ports.channel import Channel, Listener, Provider, Troubled, files_last
from bot.ports.clock import Clock, micros
from bot.ports.media import MediaStore
from bot.ports.store import Store, StoreUnavailable
from bot.router import Router
from bot.runtime.alarm import Alarm
from bot.runtime.caretaker import Caretaker
from bot.runtime.ear import Ear
from bot.runtime.flood import Allowance, Floods
from bot.runtime.gate import Gate
from bot.runtime.intake import Intake
from bot.runtime.peers import SETTLED, Peers
from bot.runtime.relay import Relay
from bot.runtime.sender import Sender
from bot.runtime.stepper import Stepper
from bot.runtime.tenant import Tenant
from bot.runtime.wakeups import Wakeups
from bot.store import leases

log = structlog.get_logger()

ROLES: Mapping[str, frozenset[str]] = {
    "all": frozenset({"step", "send", "timer"}),
    "web": frozenset(),
    "worker": frozenset({"step", "timer"}),
    "sender": frozenset({"send"}),
}
"""What a process does besides taking in what comes over HTTP, by its role."""

SERVING = frozenset({"all", "web"})

GRACE = timedelta(seconds=8)
FAREWELL = timedelta(seconds=2)


@dataclass
class Engine:
    """The durable core over one store.

    `start` and `stop` run it in the background; `settle` runs it by hand until all is quiet, for tests and tools.
    """

    store: Store
    clock: Clock
    tenants: Mapping[str, Tenant]
    router: Router
    channels: Mapping[tuple[str, str], Channel]
    """By business and account (`telegram/main`)."""
    worker: str
    media: MediaStore
    providers: Mapping[tuple[str, str], Provider] = field(default_factory=dict)
    """What takes pushes, by business and port."""
    listeners: Sequence[Listener] = ()
    sole: bool = True
    """Whether no other process works on this store: all leases are then taken back at start, else those of `worker`."""
    wakeups: Wakeups = field(default_factory=Wakeups)
    allowance: Allowance | None = None
    """How much is heard of one customer at once; without it all is, as tools and tests want it."""
    role: str = "all"
    """One of `ROLES`; another than `all` only where `sole` is not set."""
    relay: Relay | None = None
    """The line to the other processes; without it each looks by itself once a second."""
    started: bool = False
    """Whether everything of its role runs."""

    def __post_init__(self) -> None:
        self.intake = Intake(self.store, self.clock, self.media, self.wakeups)
        if self.allowance is not None:
            self.intake.floods = Floods(lambda: self.clock.now().timestamp(), self.allowance)
        self.intake.forgetful = {key for key, channel in self.channels.items() if files_last(channel) is not None}
        self.sender = Sender(
            self.store, self.clock, self.channels, self.providers, self.wakeups,
            worker=self.worker, firms=tuple(self.tenants),
        )  # fmt: skip
        self.stepper = Stepper(
            self.store,
            self.clock,
            self.tenants,
            self.router,
            self.intake,
            self.wakeups,
            self.sender,
            worker=self.worker,
        )
        self.alarm = Alarm(self.store, self.clock, self.wakeups)
        self.caretaker = Caretaker(self.store, self.clock)
        self.gate = Gate(
            self.store, self.clock, self.wakeups, self.sender, worker=self.worker, firms=tuple(self.tenants),
            past=lambda clock: replace(self, clock=clock, wakeups=Wakeups(), listeners=()),
        )  # fmt: skip
        self._hang_on_the_relay()
        self.peers = None if self.sole else Peers(
            self.store, self.clock, worker=self.worker, role=self.role,
            tenants=self.tenants, kinds=self._kinds(), actors=self.router.actors,
        )  # fmt: skip
        self.stepper.peers = self.peers
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._relaying: asyncio.Task[None] | None = None

    @property
    def serving(self) -> bool:
        """Whether pages and deliveries are served here; every process says how it is."""
        return self.role in SERVING

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop; nobody new should be sent here."""
        return self._stopping.is_set()

    def accounts(self) -> dict[str, str]:
        """The accounts that may need mending, each with what people must mend, or nothing; without secrets."""
        listening = set(map(id, self.listeners))
        others = {
            account: channel.trouble
            for (_, account), channel in self.channels.items()
            if isinstance(channel, Troubled) and id(channel) not in listening
        }
        return {each.token: each.trouble for each in self.listeners} | others

    def troubles(self) -> dict[str, str]:
        """Those of them that people must mend."""
        return {account: trouble for account, trouble in self.accounts().items() if trouble}

    def _hang_on_the_relay(self) -> None:
        self.wakeups.mine = ROLES[self.role]
        self.wakeups.busy["step"] = lambda: self.stepper.full
        self.wakeups.busy["send"] = lambda: not self.sender.open
        if self.relay is not None:
            self.wakeups.tell = self.relay.work
            self.relay.on_work.append(self.wakeups.rung)

    def _kinds(self) -> dict[str, frozenset[str]]:
        """The kinds of actor of each business: those with handlers of their own, and its channels."""
        own = frozenset(self.router.actors)
        return {
            slug: own | {account.partition("/")[0] for firm, account in self.channels if firm == slug}
            for slug in self.tenants
        }

    async def start(self) -> None:
        """Take up what a process that died left, then run.

        Beside a process of another release steps begin a little later, when that one knows that there is this one.
        """
        owner = None if self.sole else self.worker
        await self.store.run(partial(leases.take_back, micros(self.clock.now()), owner))
        # Every other life after one that was not ended in order: what ended it is written down and counted this time.
        self.stepper.cautious = await self.store.run(partial(leases.begin_life, self.worker)) % 2 == 0
        await self.gate.catch_up()
        if self.gate.standing:
            self._begin(self.gate.run(self._stopping), "gate")
        if self.peers is not None:
            await self.peers.beat()
            self._begin(self.peers.run(self._stopping), "peers")
        if self.relay is not None:
            self._relaying = asyncio.create_task(self.relay.run(), name="relay")
            self._relaying.add_done_callback(_say_why)
        works = ROLES[self.role]
        if "step" in works:
            self._begin(self._step(), "stepper")
            self._begin(self.alarm.run(self._stopping), "alarm")
            self._begin(self.caretaker.run(self._stopping), "caretaker")
            self._listen()
        if "send" in works:
            self._begin(self.sender.run(self._stopping), "sender")
        self.started = True

    def _begin(self, work: Coroutine[None, None, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _step(self) -> None:
        if self.peers is not None and self.peers.mixed:
            with suppress(TimeoutError):
                async with asyncio.timeout(SETTLED):
                    await self._stopping.wait()
        await self.stepper.run(self._stopping)

    def _listen(self) -> None:
        for listener in self.listeners:
            ear = Ear(self.store, self.clock, self.intake, listener, worker=self.worker, sole=self.sole)
            self._begin(ear.run(self._stopping), f"listener {listener.token}")

    def stop_soon(self) -> None:
        """Begin no new step and take leave of the others; `stop` ends what has begun."""
        self._stopping.set()
        for work in ROLES[self.role]:
            self.wakeups.rung(work)

    async def stop(self) -> None:
        """Begin no new step, end those that have begun and say what they said, within ten seconds."""
        self.stop_soon()
        _, pending = await asyncio.wait(self._tasks, timeout=GRACE.total_seconds()) if self._tasks else ((), ())
        for task in pending:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if "send" in ROLES[self.role]:
            await self._say_the_rest()
        with suppress(StoreUnavailable):  # then the next start is a cautious one
            # Of a lease that was written while the line to the database broke this process does not know.
            await self.store.run(partial(leases.take_back, micros(self.clock.now()), self.worker))
            await self.store.run(partial(leases.end_life, self.worker))
        if self.peers is not None:
            await self.peers.leave()
        if self._relaying is not None:
            self._relaying.cancel()
            await asyncio.gather(self._relaying, return_exceptions=True)

    async def _say_the_rest(self) -> None:
        """Send what the last steps have left in the outbox; what cannot leave now leaves after the next start."""
        try:
            async with asyncio.timeout(FAREWELL.total_seconds()):
                while await self.sender.work():
                    pass
        except (TimeoutError, StoreUnavailable) as error:
            log.info("some messages wait for the next start", reason=str(error))

    def failed(self) -> BaseException | None:
        """Why a part of the engine ended by itself, if one did; the process must not go on without it."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                return task.exception()
        return None

    async def settle(self) -> None:
        """Work until nothing is due: steps, sends, timers."""
        while await self.stepper.work() or await self.sender.work() or await self.alarm.work():
            pass


def _say_why(relaying: asyncio.Task[None]) -> None:
    """The line to the others is no part that the process cannot go on without; that it broke for good is said."""
    if not relaying.cancelled() and (error := relaying.exception()) is not None:
        log.error("the line between the processes ended; they look for work once a second", exc_info=error)
