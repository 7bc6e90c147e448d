"""`python -m tools.bench.backlog`: how fast what an outage has left is drained, and how long somebody new waits meanwhile.

The events are written down first, while nobody takes steps; then one process begins, and a new customer writes every
now and then. The steps are those of the sample clinic, the provider answers at once.
"""

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

import main
from bot.clock import SystemClock
from bot.events import Contact, Envelope, Said
from bot.ports.channel import Delivery, Inbound, Outcome, Sent
from bot.ports.store import Query, Script, Store
from bot.replies import Message
from bot.router import Router
from bot.runtime import Engine, Tenant
from bot.store import open_store
from bot.testing import MemoryMedia
from handlers import ACTORS, ROUTES
from tests.standins import postgres

SAYS = ("menu", "book a visit", "1", "1", "back", "1", "2", "prices", "cancel", "language")
EVERY = 0.1  # seconds between two new customers
CHUNK = 200


@dataclass
class Line:
    """A provider that takes everything at once; keeps when it first spoke to whom."""

    name: str = "telegram"
    first: dict[str, float] = field(default_factory=dict)

    def receive(self, inbound: Inbound) -> Delivery:
        """Nothing comes in through it."""
        del inbound
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        """The text itself."""
        return (message.text,)

    async def send(self, contact: Contact, request: str) -> Outcome:
        """Take it."""
        self.first.setdefault(contact.address, time.perf_counter())
        return Sent("1")


@dataclass(frozen=True)
class Drained:
    """What was measured."""

    events: int
    seconds: float
    cpu_seconds: float
    left: int
    fresh: list[float]

    def row(self, name: str, businesses: int) -> str:
        """A line of the table."""
        waits = sorted(self.fresh)
        p50, p95 = (waits[int(len(waits) * part)] * 1000 if waits else 0.0 for part in (0.5, 0.95))
        return (
            f"| {name} | {businesses} | {self.events:,} | {self.events / self.seconds:,.0f} |"
            f" {self.events / self.cpu_seconds:,.0f} | {p50:,.0f} | {p95:,.0f} | {max(waits, default=0) * 1000:,.0f} |"
        )


HEAD = (
    "| database | businesses | events | events/s | events a CPU second | new: p50 ms | p95 ms | longest ms |\n"
    "|---|---|---|---|---|---|---|---|"
)


def clinics(count: int) -> dict[str, Tenant]:
    """The sample clinic under as many names."""
    tenant = main.tenant_of(Path("businesses/demo"))
    names = [f"clinic{n:03}" for n in range(count)]
    return {name: replace(tenant, business=tenant.business.model_copy(update={"slug": name})) for name in names}


async def pile(engine: Engine, names: Sequence[str], events: int, conversations: int) -> None:
    """Write the backlog down: the first business has as much as all the others together."""
    homes = [names[0] if n % 2 else names[n // 2 % len(names)] for n in range(conversations)]
    envelopes = []
    for n in range(events):
        actor = Contact("telegram", "main", str(n % conversations)).actor
        said = Said(SAYS[n // conversations % len(SAYS)])
        envelopes.append(Envelope(homes[n % conversations], actor, f"b{n}", engine.clock.now(), said))
    for at in range(0, events, CHUNK):
        await engine.intake.accept(envelopes[at : at + CHUNK])


async def count(store: Store, sql: str) -> int:
    """One number of the database."""

    def script() -> Script[Any]:
        rows = yield Query(sql)
        return rows[0][0]

    found: int = await store.read(script)
    return found


async def drain(url: str, *, events: int, conversations: int, businesses: int, most: float) -> Drained:
    """Pile up, start, and watch until all is done or `most` seconds are over."""
    tenants, line, names = clinics(businesses), Line(), [f"clinic{n:03}" for n in range(businesses)]
    store = await open_store(url, SystemClock())
    engine = Engine(
        store, SystemClock(), tenants, Router(ROUTES, ACTORS), {(name, "telegram/main"): line for name in names},
        worker="bench", media=MemoryMedia(), sole=url.startswith("sqlite"),
    )  # fmt: skip
    await pile(engine, names, events, conversations)
    gc.freeze()
    began, cpu = time.perf_counter(), time.process_time()
    await engine.start()
    wrote: dict[str, float] = {}
    waiting = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM actors WHERE ready_at IS NOT NULL LIMIT 1) w"
    while time.perf_counter() - began < most and await count(store, waiting):
        who = f"9{len(wrote):06}"
        wrote[who] = time.perf_counter()
        envelope = Envelope(names[-1], Contact("telegram", "main", who).actor, who, engine.clock.now(), Said("menu"))
        await engine.intake.accept([envelope])
        await asyncio.sleep(EVERY)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    left = await count(store, "SELECT COUNT(*) FROM inbox WHERE state = 'waiting'")
    fresh = [line.first.get(who, time.perf_counter()) - at for who, at in wrote.items()]
    done = await count(store, "SELECT COUNT(*) FROM inbox WHERE state = 'done'")
    await engine.stop()
    await store.close()
    return Drained(done, seconds, spent, left, fresh)


@click.command()
@click.option("--events", default=100_000, show_default=True)
@click.option("--conversations", default=2000, show_default=True)
@click.option("--businesses", default="1", show_default=True, help="How many; several numbers with commas between.")
@click.option("--most", default=300.0, show_default=True, help="Seconds after which a run is broken off.")
@click.option("--database", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def run(events: int, conversations: int, businesses: str, most: float, database: str) -> None:
    """Measure and print the table."""
    click.echo(HEAD)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(postgres.server()) if database != "sqlite" else ""
        for firms in map(int, businesses.split(",")):
            urls = {
                "sqlite": f"sqlite:///{folder}/{firms}.db",
                "postgresql": postgres.create_database(server) if server else "",
            }
            for name, url in urls.items():
                if database in ("both", name):
                    measured = drain(url, events=events, conversations=conversations, businesses=firms, most=most)
                    click.echo(asyncio.run(measured).row(name, firms))


if __name__ == "__main__":
    os.nice(5)
    run()
