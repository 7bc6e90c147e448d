"""Everything that runs over one store, started and stopped together."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.ports.channel import Channel, Listener, Provider
from bot.ports.clock import Clock, micros
from bot.ports.media import MediaStore
from bot.ports.store import Store, StoreUnavailable
from bot.router import Router
from bot.runtime.alarm import Alarm
from bot.runtime.caretaker import Caretaker
from bot.runtime.ear import Ear
from bot.runtime.intake import Intake
from bot.runtime.sender import Sender
from bot.runtime.stepper import Stepper
from bot.runtime.tenant import Tenant
from bot.runtime.wakeups import Wakeups
from bot.store import leases

log = structlog.get_logger()

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

    def __post_init__(self) -> None:
        self.intake = Intake(self.store, self.clock, self.media, self.wakeups)
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
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take up what a process that died left, then run."""
        owner = None if self.sole else self.worker
        await self.store.run(partial(leases.take_back, micros(self.clock.now()), owner))
        for part in (self.stepper, self.sender, self.alarm, self.caretaker):
            self._tasks.append(asyncio.create_task(part.run(self._stopping), name=type(part).__name__.lower()))
        for listener in self.listeners:
            ear = Ear(self.store, self.clock, self.intake, listener, worker=self.worker, sole=self.sole)
            self._tasks.append(asyncio.create_task(ear.run(self._stopping), name=f"listener {listener.token}"))

    async def stop(self) -> None:
        """Begin no new step, end those that have begun and say what they said, within ten seconds."""
        self._stopping.set()
        for work in ("step", "send", "timer"):
            self.wakeups.ring(work)
        _, pending = await asyncio.wait(self._tasks, timeout=GRACE.total_seconds()) if self._tasks else ((), ())
        for task in pending:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._say_the_rest()

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
