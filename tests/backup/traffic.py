"""Customers who write at a steady rate to the first release, while somebody changes the schema beneath it.

python -m tests.backup.traffic                   # every migration, down and up, on both databases
python -m tests.backup.traffic --rows 200000     # with so many messages in it
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

import click

from bot.ports.clock import micros
from bot.ports.store import Row, Script, Store, StoreUnavailable, insert
from bot.store import open_store
from bot.store.migrating import Migration, migrate, roll_back, shipped
from tests.backup import first_release
from tests.backup.first_release import BUSINESS
from tests.conftest import Now
from tests.contracts.schema import ask
from tests.standins import postgres

T = TypeVar("T")
RATE = 50
ACTORS = 40
REST_SECONDS = 0.4  # between two changes of the schema


@dataclass
class Traffic:
    """What the customers of the old program met."""

    store: Store
    written: int = 0
    refused: int = 0
    """Times that a message had to be sent again; a page does it by itself."""
    errors: list[str] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When each message was written, and how long it waited to be accepted."""

    def __post_init__(self) -> None:
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def flow(self) -> None:
        """Write, answer and send until told to stop."""
        work = [asyncio.create_task(self._work(each)) for each in (first_release.step, first_release.send)]
        began = monotonic()
        while not self._stopping:
            task = asyncio.create_task(self._write(self.written))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            self.written += 1
            await asyncio.sleep(max(0.0, began + self.written / RATE - monotonic()))
        await asyncio.gather(*self._tasks)
        await asyncio.gather(*work)

    def stop(self) -> None:
        """Let nobody write any more; what was written is answered."""
        self._stopping = True

    async def _write(self, n: int) -> None:
        began = monotonic()
        script = partial(first_release.accept, f"webchat/main/{n % ACTORS}", f"k{n}")
        while not await self._try(script):
            self.refused += 1
            await asyncio.sleep(0.2)
        self.waits.append((began, monotonic() - began))

    async def _try(self, script: Callable[[int], Script[T]]) -> bool:
        """Run it; whether it was taken."""
        try:
            await self.store.run(lambda: script(micros(Now().now())))
        except StoreUnavailable:
            return False
        except Exception as error:  # noqa: BLE001  whatever it is: a customer would have met it
            self.errors.append(f"{type(error).__name__}: {error}")
            return False
        return True

    async def _work(self, script: Callable[[int], Script[int]]) -> None:
        """Like a worker: look, and look again a moment later."""
        idle = 0
        while not (self._stopping and not self._tasks and idle > 5):
            try:
                done = await self.store.run(lambda: script(micros(Now().now())))
            except StoreUnavailable:
                done = 0
            except Exception as error:  # noqa: BLE001  see above
                self.errors.append(f"{type(error).__name__}: {error}")
                done = 0
            idle = 0 if done else idle + 1
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Change:
    """One migration, one way, under traffic."""

    migration: Migration
    way: str
    seconds: float
    longest_wait: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of them all."""

    written: int
    lost: int
    unsent: int
    refused: int
    errors: list[str]
    usual_wait: float
    """The longest while nobody changed anything."""
    changes: list[Change]


async def fill(store: Store, rows: int) -> None:
    """A history, so that a change has something to go through."""
    for start in range(0, rows, 500):
        many = range(start, start + 500)
        inbox = [(BUSINESS, f"webchat/main/old{n // 50}", n % 50, f"old{n}", "{}", 0, n, "done") for n in many]
        said = [(BUSINESS, f"webchat/main/old{n // 50}", n % 50, "customer", '{"text": "hello"}', n) for n in many]

        def script(inbox: list[tuple[object, ...]] = inbox, said: list[tuple[object, ...]] = said) -> Script[None]:  # type: ignore[assignment]
            yield insert(
                "inbox", ("business", "actor", "seq", "dedupe_key", "body", "lane", "accepted_at", "state"), inbox
            )
            yield insert("messages", ("business", "actor", "seq", "author", "body", "at"), said)

        await store.run(script)


def _keep(inbox: Sequence[Row], said: Sequence[Row]) -> Script[None]:
    yield insert("inbox", ("business", "actor", "seq", "dedupe_key", "body", "lane", "accepted_at", "state"), inbox)
    yield insert("messages", ("business", "actor", "seq", "author", "body", "at"), said)


async def run(url: str, rows: int = 0) -> Outcome:
    """Take every migration but the first back and up again, newest first, while customers write.

    The first one makes the tables that the first release begins with.
    """
    store, deploy = await open_store(url, Now()), await open_store(url, Now())
    await fill(store, rows)
    known = shipped("sqlite" if url.startswith("sqlite") else "postgres")
    traffic = Traffic(store)
    flowing = asyncio.create_task(traffic.flow())
    await asyncio.sleep(3 * REST_SECONDS)
    usual = max(wait for _, wait in traffic.waits)
    spans: list[tuple[Migration, str, float, float]] = []
    try:
        spans += [await _timed(each, "down", roll_back(deploy, known)) for each in reversed(known[1:])]
        spans += [await _timed(known[n - 1], "up", migrate(deploy, known[:n], now=0)) for n in range(2, len(known) + 1)]
    finally:
        traffic.stop()
        await flowing
    changes = [Change(each, way, end - begin, _longest(traffic, begin, end)) for each, way, begin, end in spans]
    ((kept,),) = await ask(store, "SELECT COUNT(*) FROM inbox WHERE dedupe_key LIKE 'k%' AND state = 'done'")
    ((sent,),) = await ask(store, "SELECT COUNT(*) FROM outbox WHERE state = 'sent'")
    await store.close()
    await deploy.close()
    lost, unsent = traffic.written - kept, traffic.written - sent
    return Outcome(traffic.written, lost, unsent, traffic.refused, traffic.errors, usual, changes)


async def _timed(migration: Migration, way: str, work: Awaitable[object]) -> tuple[Migration, str, float, float]:
    begin = monotonic()
    await work
    end = monotonic()
    await asyncio.sleep(REST_SECONDS)
    return migration, way, begin, end


def _longest(traffic: Traffic, begin: float, end: float) -> float:
    """The longest that somebody waited who wrote shortly before or during a change."""
    return max((wait for at, wait in traffic.waits if begin - 1 / RATE <= at + wait and at <= end), default=0.0)


@contextmanager
def databases(folder: Path) -> Iterator[list[str]]:
    """An empty one of each kind."""
    with postgres.server() as server:
        yield [f"sqlite:///{folder / 'traffic.db'}", postgres.create_database(server)]


@click.command()
@click.option("--rows", default=0, show_default=True, help="Messages that are in it before.")
def main(rows: int) -> None:
    """Change the schema under traffic; exit code 1 when anything was lost or failed."""
    bad = False
    with tempfile.TemporaryDirectory(prefix="dragoman-traffic-") as folder, databases(Path(folder)) as urls:
        for url in urls:
            outcome = asyncio.run(run(url, rows))
            bad = bad or bool(outcome.lost or outcome.unsent or outcome.errors)
            click.echo(f"{url.partition(':')[0]}: {outcome.written} messages at {RATE}/s, {rows} rows before")
            click.echo(f"  lost {outcome.lost}, unsent {outcome.unsent}, errors {len(outcome.errors)},"
                       f" sent again by the page {outcome.refused}")  # fmt: skip
            click.echo(f"  longest wait: {outcome.usual_wait * 1000:.0f} ms with nothing going on,"
                       f" {max(each.longest_wait for each in outcome.changes) * 1000:.0f} ms in a change")  # fmt: skip
            for each in outcome.changes:
                click.echo(f"  {each.migration.number:04} {each.migration.name:<12} {each.way:<4}"
                           f" {each.seconds * 1000:5.0f} ms, longest wait {each.longest_wait * 1000:4.0f} ms")  # fmt: skip
            for error in outcome.errors[:5]:
                click.echo(f"  ! {error}")
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
