"""One life of the program: engines on a file, from their start until they end or are cut off."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.chat import Chat
from bot.events import Envelope, Event, Said
from bot.ports.channel import Channel, Provider
from bot.ports.clock import micros
from bot.router import Route, Router, Stage
from bot.runtime import Engine, Tenant
from bot.runtime.scope import StepScope
from bot.testing import MemoryMedia
from handlers import ACTORS, ROUTES
from tests.simulation import ledger
from tests.simulation.loop import FAR, VirtualLoop
from tests.simulation.post import Post
from tests.simulation.store import BUSINESS, UnsureStore
from tests.simulation.world import World

MOST_TICKS = 60_000
"""More than any life takes; who takes more does not come to rest."""

DUE = """
SELECT MIN(at) FROM (
    SELECT MIN(MAX(ready_at, lease_until)) AS at FROM actors WHERE ready_at IS NOT NULL
    UNION ALL SELECT MIN(MAX(ready_at, lease_until)) FROM lines WHERE ready_at IS NOT NULL
    UNION ALL SELECT MIN(due_at) FROM timers)
"""


class Poisoned(RuntimeError):
    """What a handler raises over an event that it cannot bear."""


class Watch:
    """Stands before all handlers: fails where it is told to, and sees that a repeated run sees the same world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._failed: dict[str, int] = {}
        self._runs: dict[tuple[str, int], tuple[object, object, str]] = {}

    async def handle(self, chat: Chat, event: Event) -> bool:
        """Never takes an event."""
        scope = chat.scope
        if isinstance(scope, StepScope):
            place, run = (scope.actor, scope.seq), (scope.reads, scope.now, "")
            before = self._runs.get(place)
            if before is not None and before[0] is scope.reads and before[1] != scope.now:
                self.world.blame(
                    "another instant", f"step {scope.seq} of {scope.actor} was repeated at another instant"
                )
            self._runs[place] = run
        if isinstance(event, Said) and event.text.startswith("poison"):
            raise Poisoned(event.text)
        if isinstance(event, Said) and event.text.startswith("flaky"):
            times = self._failed[event.text] = self._failed.get(event.text, 0) + 1
            if times <= int(event.text[5]):
                raise Poisoned(event.text)
        return False

    def forget(self) -> None:
        """The program has ended: no step is repeated any more."""
        self._runs.clear()


class Life:
    """Engines over one file, in a loop of their own. Satisfies `tests.simulation.post.Program`."""

    def __init__(
        self,
        world: World,
        path: Path,
        tenant: Tenant,
        watch: Watch,
        channels: Mapping[tuple[str, str], Channel],
        providers: Mapping[tuple[str, str], Provider],
    ) -> None:
        self.world = world
        self.store = UnsureStore(path, world)
        weather = world.weather
        self.loop = VirtualLoop(world, self.due, shuffled=weather.shuffled, most=MOST_TICKS)
        self.loop.set_exception_handler(self._complain)
        router = Router([Route(Stage.SYSTEM, watch.handle), *ROUTES], {**ACTORS, "ledger": ledger.handle})
        sole = weather.workers == 1
        self.engines = [
            Engine(self.store, world, {BUSINESS: tenant}, router, channels, worker=f"w{n}", media=MemoryMedia(),
                   providers=providers, sole=sole)
            for n in range(weather.workers)
        ]  # fmt: skip
        for engine in self.engines:
            if engine.peers is not None:
                engine.peers._now = lambda: 0.0  # time leaps here, which is no reason to miss anybody
        self.up = False

    def begin(self) -> None:
        """Start; nothing of it has run when this returns."""
        self._starting = self.loop.create_task(self._start(), name="start")

    async def _start(self) -> None:
        for engine in self.engines:
            await self._started(engine)
        self.up = True
        self.world.see("the program is up")

    async def _started(self, engine: Engine) -> None:
        """Start one; a process that meets a database that is not there ends, and is started again."""
        while True:
            try:
                await engine.start()
            except Exception as error:  # noqa: BLE001  whatever stops a start is met by another start
                self.world.see(f"a start fails: {error}")
                await self.world.pause(2.0)
            else:
                break
        if engine.sole:
            self._nothing_left()

    def _nothing_left(self) -> None:
        """Nobody has begun yet, so nobody may hold anything."""
        now = micros(self.world.now())
        for what, name in self.store.rows(
            "SELECT 'actor', actor FROM actors WHERE lease_until > ? UNION ALL"
            " SELECT 'line', line FROM lines WHERE lease_until > ?", now, now
        ):  # fmt: skip
            self.world.blame("left behind", f"{what} {name} is still leased to the one that died")

    def run(self, crash_at: int = 0, *, horizon: float = FAR) -> None:
        """Run until all is at rest for so long; raises `Crashed` at that tick."""
        self.loop.horizon = self.world.time + horizon
        self.loop.crash_at = self.loop.ticks + crash_at if crash_at else 0
        self.loop.run_forever()

    def stop(self) -> None:
        """Stop in order, once it has started; the file stays open."""
        self.loop.crash_at = 0
        self.loop.run_until_complete(self._starting)
        self.up = False
        for engine in self.engines:
            self.loop.run_until_complete(engine.stop())

    def drop(self) -> None:
        """Cut off."""
        self.up = False
        self.store.cut()
        self.loop.drop()

    def due(self) -> float:
        """When the database wants something next."""
        at = self.store.rows(DUE)[0][0]
        return FAR if at is None else self.world.at_instant(at)

    def deliver(self, post: Post, queue: str, attempt: int, batch: Sequence[Envelope]) -> None:
        """See `Program.deliver`; nobody answers while the program starts or stops."""
        if self.up:
            self.loop.create_task(post.carry(self, queue, attempt, batch), name="delivery")

    async def accept(self, batch: Sequence[Envelope]) -> None:
        """See `Program.accept`."""
        engine = self.engines[0] if len(self.engines) == 1 else self.world.draw.choice(self.engines)
        await engine.intake.accept(batch)

    def _complain(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
        """Something was raised that nobody looked at."""
        self.world.see(f"unseen: {context.get('message')} {context.get('exception')!r}")
