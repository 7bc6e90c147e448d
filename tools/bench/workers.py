"""`python -m tools.bench.workers`: the same load on one process and on two, over one PostgreSQL.

Asked is what a second process is worth: updates per CPU second of all processes together, beside the same with one.
What PostgreSQL spends is shown apart. Arrangements take turns, so that what else the machine does falls on all alike.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp
import asyncpg
import click

from tests.crash.program import Program
from tests.standins import postgres, valkey
from tools.bench.process import Meter, family_seconds
from tools.bench.table import machine, row, table
from tools.bench.talker import Talker

HEAD = ("arrangement", "updates/s", "CPU s for 1,000: processes", "PostgreSQL", "answer p50 / p99 ms",
        "updates per CPU second", "ratio to one")  # fmt: skip
PACE = 0.55  # seconds from one line of a visitor to the next; an open line is read no faster than two a second
CLIENT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Processes by role; visitors come to those that serve pages."""

    name: str
    roles: tuple[str, ...]
    redis: bool = False


ONE = Arrangement("one process", ("all",))
ARRANGEMENTS = (
    ONE,
    Arrangement("two processes", ("all", "all")),
    Arrangement("two processes, Redis", ("all", "all"), redis=True),
    Arrangement("pages apart: web, worker", ("web", "worker")),
    Arrangement("pages apart: web, worker, worker", ("web", "worker", "worker")),
)


@dataclass(frozen=True, slots=True)
class Round:
    """One load on one arrangement."""

    updates: int
    seconds: float
    cpu: float
    served: float
    waits: Sequence[float]

    @property
    def worth(self) -> float:
        """Updates per CPU second of the processes."""
        return self.updates / self.cpu


async def postmaster(url: str) -> int:
    """The process of the server, whose children do the work."""
    connection = await asyncpg.connect(url)
    try:
        folder = await connection.fetchval("SHOW data_directory")
    finally:
        await connection.close()
    return int((await asyncio.to_thread(Path(folder, "postmaster.pid").read_text, "utf-8")).split()[0])


async def disorder(url: str) -> list[str]:
    """Conversations in which something was said to a later event before an earlier one."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT actor, key, position FROM outbox ORDER BY actor, position")
    finally:
        await connection.close()
    places = [(row["actor"], int(row["key"].rpartition("#")[2].partition(".")[0])) for row in rows]
    return sorted({actor for (actor, seq), (other, later) in pairwise(places) if actor == other and later < seq})


async def load(stack: AsyncExitStack, chats: Sequence[str], visitors: int, seconds: float) -> tuple[list[float], float]:
    """Visitors, dealt out over the processes, talk as people do; gives their waits and the time it took."""
    http = await stack.enter_async_context(
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=CLIENT)
    )
    talkers = [await Talker.come(http, chats[n % len(chats)], n) for n in range(visitors)]
    waits: list[float] = []
    ends = perf_counter() + seconds

    async def talk(talker: Talker) -> None:
        while (began := perf_counter()) < ends:
            await talker.next()
            waits.append(perf_counter() - began)
            await asyncio.sleep(max(0.0, began + PACE - perf_counter()))

    began = perf_counter()
    await asyncio.gather(*map(talk, talkers))
    took = perf_counter() - began
    for talker in talkers:
        await talker.close()
    return waits, took


async def measure(arrangement: Arrangement, url: str, redis: str, folder: Path, visitors: int, seconds: float) -> Round:
    """Start the processes, warm them up, put the load on, and read the meters at both ends."""
    settings = {"DRAGOMAN_REDIS_URL": redis} if arrangement.redis else {}
    programs = [
        Program(folder / f"{n}", url, {**settings, "DRAGOMAN_ROLE": role, "DRAGOMAN_CONTACT_MESSAGES": "0",
                                       "DRAGOMAN_ADDRESS_MESSAGES": "0", "DRAGOMAN_BUSINESS_MESSAGES": "0"})
        for n, role in enumerate(arrangement.roles)
    ]  # fmt: skip
    async with AsyncExitStack() as stack:
        for program in programs:
            await program.start()
            stack.push_async_callback(program.stop)
        chats = [each.chat for each, role in zip(programs, arrangement.roles, strict=True) if role != "worker"]
        await load(stack, chats, visitors, 1.5)
        meters, server = [Meter(each.pid) for each in programs], [await postmaster(url)]
        cpu, served = sum(each.cpu_seconds() for each in meters), family_seconds(server)
        waits, took = await load(stack, chats, visitors, seconds)
        cpu, served = sum(each.cpu_seconds() for each in meters) - cpu, family_seconds(server) - served
    return Round(len(waits), took, cpu, served, sorted(waits))


def line(arrangement: Arrangement, rounds: Sequence[Round], one: float) -> str:
    """A row of the table: medians over the rounds."""
    worth = median(each.worth for each in rounds)
    waits = [(each.waits[len(each.waits) // 2], each.waits[len(each.waits) * 99 // 100]) for each in rounds]
    p50, p99 = (1000 * median(each[n] for each in waits) for n in (0, 1))
    return row(
        arrangement.name,
        f"{median(each.updates / each.seconds for each in rounds):.0f}",
        f"{1000 / worth:.2f}",
        f"{1000 * median(each.served / each.updates for each in rounds):.2f}",
        f"{p50:.0f} / {p99:.0f}",
        f"{worth:.0f}",
        f"{worth / one:.2f}",
    )


async def compare(url: str, redis: str, folder: Path, *, rounds: int, visitors: int, seconds: float) -> list[str]:
    """Every arrangement in turn, `rounds` times."""
    found: dict[Arrangement, list[Round]] = {each: [] for each in ARRANGEMENTS}
    for n in range(rounds):
        for each in ARRANGEMENTS:
            base = folder / f"{n} {each.name}"
            one = await measure(each, url, redis, base, visitors, seconds)
            found[each].append(one)
            click.echo(f"{n + 1}: {each.name}, {one.updates} updates, {one.worth:.0f} a CPU second", err=True)
    worth = median(each.worth for each in found[ONE])
    return [line(each, found[each], worth) for each in ARRANGEMENTS]


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--visitors", default=120, show_default=True, help="Who talk at once.")
@click.option("--seconds", default=6.0, show_default=True, help="Of each round.")
def workers(rounds: int, visitors: int, seconds: float) -> None:
    """Measure what a second process is worth."""
    with tempfile.TemporaryDirectory(prefix="dragoman-workers-") as folder, ExitStack() as stack:
        url = postgres.create_database(stack.enter_context(postgres.server()))
        redis = stack.enter_context(valkey.anywhere())
        before = machine()
        rows = asyncio.run(compare(url, redis, Path(folder), rounds=rounds, visitors=visitors, seconds=seconds))
        out_of_order = asyncio.run(disorder(url))
    click.echo(f"{before}\n\n{table(HEAD, rows)}\n\nConversations out of order: {len(out_of_order)}")


if __name__ == "__main__":
    workers()
