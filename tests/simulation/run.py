"""One run: first everything goes wrong that the weather holds, then nothing any more, and all must come to rest.

The same seed is the same run, to the last row and the last message.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog

import main
from bot.events import BROADCAST, Announced, CaseChanged, RoomSaid, Said
from bot.ports.channel import Channel, Outcome, Provider, Sent
from bot.ports.clock import micros
from bot.ports.room import Post as RoomPost
from bot.ports.room import port_of
from bot.runtime import Tenant
from bot.runtime.caretaker import KEEP, PAUSE
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore
from bot.testing import Room
from bot.testing.room import decode
from tests.simulation import ledger
from tests.simulation.life import Life, Watch
from tests.simulation.loop import Crashed, Restless
from tests.simulation.outside import Line, Piece, Sink
from tests.simulation.people import Person
from tests.simulation.post import Post
from tests.simulation.promises import Audit, order_of
from tests.simulation.weather import Weather, drawn
from tests.simulation.world import BEGINS, World

ROOM = "staff/room/main/-1001"
NAMES = ("ani", "bob", "kim")
FORESIGHT = timedelta(days=8).total_seconds()
"""How far the calm half of a run goes; what is set for later (a dialog is given up after two weeks) is not waited for."""

SOON = timedelta(days=5).total_seconds()
"""How far the troubled half goes, so that both end before what is done is pruned after two weeks."""

LATE = timedelta(days=16).total_seconds()
TABLES = (
    "actors",
    "inbox",
    "messages",
    "outbox",
    "lines",
    "requests",
    "timers",
    "bookings",
    "occupancy",
    "cases",
    "customers",
)
NO_MORE, AGAIN = "You will get no more reminders", "You will get our messages again."


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of a run."""

    seed: str
    broken: tuple[str, ...]
    digest: str
    trace: tuple[str, ...]
    counts: dict[str, int]

    def brief(self) -> "Ending":
        """The same without the trace, if nothing was wrong."""
        return self if self.broken else replace(self, trace=())


@dataclass
class Ground:
    """What all runs stand on: the tenant, read once, and an empty database to copy."""

    tenant: Tenant
    template: Path
    folder: Path


@cache
def shared_tenant() -> Tenant:
    """The demo clinic with a staff room where all speak English."""
    tenant = main.tenant_of(Path(main.__file__).parent / "businesses" / "demo")
    business = tenant.business
    english = {"languages": ("en",), "staff": business.staff.model_copy(update={"language": "en"})}
    return replace(tenant, business=business.model_copy(update=english), rooms=(ROOM,))


@contextmanager
def ground() -> Iterator[Ground]:
    """A folder for runs."""
    import asyncio

    with tempfile.TemporaryDirectory(prefix="dragoman-simulation-") as folder:
        template = Path(folder) / "template.db"
        store = SqliteStore(template, inline=True)
        asyncio.run(migrate(store, shipped("sqlite"), now=micros(BEGINS)))
        asyncio.run(store.close())
        yield Ground(shared_tenant(), template, Path(folder))


@contextmanager
def silence() -> Iterator[None]:
    """No logs meanwhile: to show an error costs more than a run, and looks into whatever stands around it."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(*_: Any) -> Any:
    raise structlog.DropEvent


@dataclass
class Run:
    """One run of a seed. `rows` looks into the database."""

    ground: Ground
    seed: str
    began: Weather
    draw: random.Random
    effects: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    stopped_once: set[str] = field(default_factory=set)
    room_key: str = ROOM

    def __post_init__(self) -> None:
        self.world = World(self.draw, self.began)
        self.post = Post(self.world)
        self.line = Line(self.world, self._hears, self._leaves)
        self.room = Room()
        self.sinks = {
            ledger.KEYED: Sink(self.world, ledger.KEYED, self._keyed),
            ledger.UNKEYED: Sink(self.world, ledger.UNKEYED, _unkeyed),
            port_of(ROOM): Sink(self.world, "room", self._shown),
        }
        self.people = {
            name: Person(name, self.world, self.post, self.draw.randint(6, 14)) for name in NAMES[: self.began.people]
        }
        self._keys: set[str] = set()
        self._operators = 4
        self.watch = Watch(self.world)
        self.path = self.ground.folder / f"run-{self.seed.replace('/', '-')}.db"
        self.life: Life | None = None

    @property
    def lapses(self) -> bool:
        """Whether a lease may run out under one who is still at it."""
        return bool(self.began.jumps or self.began.stalls or self.began.refused_writes)

    def rows(self, sql: str, *params: Any) -> list[Any]:
        """What stands in the database."""
        return self.life.store.rows(sql, *params) if self.life else []

    # The course of a run.

    def go(self) -> Ending:
        """Do it all."""
        shutil.copyfile(self.ground.template, self.path)
        try:
            self.prepare()
            self._trouble()
            self._rest()
        except Restless:
            self.world.blame("restless", "the program does not come to rest")
            if self.life is not None:
                self.life.drop()
        finally:
            for end in ("", "-wal", "-shm"):
                Path(f"{self.path}{end}").unlink(missing_ok=True)
        return self._outcome()

    def prepare(self) -> None:
        """Put what people and the weather will do into the world's list."""
        world, draw, weather = self.world, self.draw, self.began
        for person in self.people.values():
            world.after(draw.uniform(0.5, 20.0), person.comes)
        bursts = [draw.uniform(0.5, 60.0) for _ in range(3)]
        for n in range(weather.notes):
            actor = f"ledger/{draw.choice('ab')}"
            told = CaseChanged(draw.choice(ledger.VERBS), f"w{n:02}")
            world.after(draw.choice(bursts) + draw.choice((0.0, 0.01, 0.3, 9.0)), self._tell, actor, told)
        for n in range(weather.news):
            world.after(draw.uniform(10.0, 120.0), self._news, n)
        for _ in range(weather.outages):
            world.after(draw.uniform(1.0, 90.0), self._outage, draw.choice((20.0, 300.0, 7200.0, 16_000.0)))
        for _ in range(weather.refused_writes):
            world.after(
                draw.uniform(1.0, 60.0), self._refuse_writes, draw.choice((0.5, 5.0, 45.0)), draw.random() < 0.3
            )
        for _ in range(weather.jumps):
            world.after(draw.uniform(1.0, 90.0), self._jump, timedelta(hours=draw.choice((1, -1))))

    def _trouble(self) -> None:
        """Lives that are cut off or stopped, one after another."""
        ends = ["crash"] * self.began.crashes + ["stop"] * self.began.stops or ["stop"]
        self.draw.shuffle(ends)
        for end in ends:
            life = self.begin()
            try:
                ticks = self.draw.randint(1, self.draw.choice((60, 600, 3000)))
                life.run(ticks, horizon=max(SOON - self.world.time, 0))
            except Crashed:
                self._end(life, end)
                continue
            self._end(life, "stop")
            return

    def _rest(self) -> None:
        """The weather is calm from here on; what is left must come to an end by itself."""
        self._calm()
        life = self.begin()
        life.run(horizon=FORESIGHT)
        life.stop()
        Audit(self).everything()
        if self.began.age:
            life = self._grow_old(life)
        self._dump()
        life.drop()

    def _calm(self) -> None:
        self.world.weather = replace(self.began.calm(), parts=self.began.parts)
        self.line.down = False
        for sink in self.sinks.values():
            sink.down = False

    def begin(self) -> Life:
        """A new life of the program."""
        slug = self.ground.tenant.business.slug
        channels: dict[tuple[str, str], Channel] = {(slug, "sim/main"): self.line}
        providers: dict[tuple[str, str], Provider] = {(slug, name): sink for name, sink in self.sinks.items()}
        self.life = Life(self.world, self.path, self.ground.tenant, self.watch, channels, providers)
        self.post.program = self.life
        self.life.begin()
        return self.life

    def _end(self, life: Life, how: str) -> None:
        """Cut a life off, or stop it; then nobody answers for a while."""
        if how == "crash":
            self.cut()
        else:
            self.world.see("the program is told to stop")
            life.stop()
            life.drop()
        self.watch.forget()
        self.post.program = None
        self.world.pass_time(self.draw.choice((0.5, 3.0, 40.0, 40.0, 900.0)))

    def cut(self) -> None:
        """Cut the program off: whatever was on its way then may arrive once more, one thing a line."""
        assert self.life is not None
        self.world.see(f"the program is cut off at tick {self.life.loop.ticks}")
        self.world.counts["crashes"] += 1
        self._allow()
        self.life.drop()

    def _allow(self) -> None:
        lines: set[tuple[str, int]] = set()  # one of a lower lane that was perhaps sent is passed by those of a higher
        for line, lane, actor, message, port, body in self.rows(
            "SELECT line, lane, actor, message, port, body FROM outbox WHERE state = 'sending'"
        ):
            if (line, lane) in lines and not self.lapses:
                self.world.blame("two at once", f"{line} had two rows on their way")
            lines.add((line, lane))
            if message is None:
                order = order_of(body)
                self.sinks[port].allowed[line, order] += 1
            else:
                for n in range(8):
                    self.line.allowed[actor, message, n] += 1

    def _grow_old(self, life: Life) -> Life:
        """Two weeks pass: what has served its time goes, what was set aside stays. Gives the life that is left."""
        parked = self.rows("SELECT COUNT(*) FROM inbox WHERE state = 'parked'")
        life.drop()
        life = self.begin()
        self.world.after(LATE, self.world.see, "two weeks have passed")
        life.run()
        life.stop()
        if self.rows("SELECT COUNT(*) FROM inbox WHERE state = 'parked'") != parked:
            self.world.blame("pruned", "what was set aside is gone")
        old = micros(self.world.now() - KEEP - PAUSE)
        left = self.rows("SELECT COUNT(*) FROM inbox WHERE state = 'done' AND accepted_at < ?", old)[0][0]
        left += self.rows("SELECT COUNT(*) FROM outbox WHERE finished_at < ?", old)[0][0]
        if left:
            self.world.blame("not pruned", f"{left} rows have served their time and are still there")
        return life

    def _dump(self) -> None:
        """Let the rows be part of the digest."""
        self._dumped = [repr(row) for table in TABLES for row in sorted(map(repr, self.rows(f"SELECT * FROM {table}")))]

    def _outcome(self) -> Ending:
        world = self.world
        trace = tuple(f"{seen.at:12.3f}  {seen.what}" for seen in world.trace)
        counts = {**world.counts, "messages": len(self.line.heard), "events": sum(map(len, self.post.sent.values()))}
        return Ending(self.seed, tuple(world.broken), world.digest(*getattr(self, "_dumped", [])), trace, counts)

    # What happens in the world.

    def _tell(self, actor: str, told: CaseChanged) -> None:
        self.post.send(actor, told)

    def _news(self, n: int) -> None:
        for person in self.people.values():
            announced = Announced(f"news{n}", {"en": f"News {n}: we have a new chair."}, n)
            self.post.send(person.actor, announced, lane=BROADCAST, key=f"campaign:news{n}:{person.actor}")

    def _outage(self, seconds: float) -> None:
        places: list[Line | Sink] = [self.line, self.line, *self.sinks.values()]
        broken = self.draw.choice(places)
        self.world.see(f"{broken.name} is down for {seconds:g} s")
        broken.down = True
        self.world.after(seconds, setattr, broken, "down", False)

    def _refuse_writes(self, seconds: float, gone: bool) -> None:
        life = self.life
        if life is None or not life.up:
            return
        self.world.see(f"the database refuses {'everything' if gone else 'writes'} for {seconds:g} s")
        name = "gone" if gone else "full"
        setattr(life.store, name, True)
        self.world.after(seconds, setattr, life.store, name, False)

    def _jump(self, span: timedelta) -> None:
        self.world.see(f"the clock jumps by {span}")
        self.world.offset += span

    def _hears(self, actor: str, piece: Piece) -> None:
        if piece.text.startswith(NO_MORE):
            self.stopped.add(actor)
            self.stopped_once.add(actor)
        if piece.text.startswith(AGAIN):
            self.stopped.discard(actor)
        if person := self.people.get(actor.rpartition("/")[2]):
            person.hears(piece)

    def _leaves(self, actor: str, piece: Piece) -> None:
        """A piece is about to be sent: it must still be wanted and worth it."""
        rows = self.rows("SELECT kind, expires_at FROM outbox WHERE actor = ? AND message = ?", actor, piece.number)
        if not rows:
            return
        kind, expires_at = rows[0]
        if expires_at is not None and piece.n == 0 and micros(self.world.now()) >= expires_at:
            self.world.blame("too late", f"{piece.number} of {actor} ({kind}) is sent after its time")
        if kind in ("reminder", "broadcast") and actor in self.stopped and self._wants_none(actor):
            self.world.blame("stop", f"{actor} wants no messages and is sent {piece.number} ({kind})")

    def _wants_none(self, actor: str) -> bool:
        """Whether STOP still stands; who took it back may not have been reached by the answer."""
        said = [each.event.text for each in self.post.sent[actor] if isinstance(each.event, Said)]
        return next((text for text in reversed(said) if text in ("STOP", "START")), "") == "STOP"

    async def _keyed(self, line: str, order: bytes) -> Outcome:
        key = ledger.order_of(order).key
        if key not in self._keys:
            self._keys.add(key)
            self.effects.append(key)
        return Sent(f"crm-{key}")

    async def _shown(self, line: str, order: bytes) -> Outcome:
        outcome = await self.room.push(line, order)
        read = decode(order)
        if isinstance(read, RoomPost) and read.thread and self._operators and self.draw.random() < 0.5:
            self._operators -= 1
            text = "/close" if self._operators == 0 else f"op{self._operators}"
            said = RoomSaid(f"{9000 + self._operators}", "7", "Ani", text, read.thread)
            self.world.after(self.draw.uniform(2.0, 30.0), partial(self.post.send, ROOM, said))  # type: ignore[arg-type]
        return outcome


async def _unkeyed(line: str, order: bytes) -> Outcome:
    return Sent("p")


def seeded(seed: object) -> random.Random:
    """The chance of a seed."""
    return random.Random(f"dragoman {seed}")


def run_seed(ground: Ground, seed: object, weather: Weather | None = None, *, make: Callable[..., Run] = Run) -> Ending:
    """Run one seed; `weather` instead of its own."""
    draw = seeded(seed)
    own = drawn(draw)
    with silence():
        return make(ground, str(seed), weather or own, draw).go()
