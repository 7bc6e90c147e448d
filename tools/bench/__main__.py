"""`make bench`: measure the program as it runs, print the table, and with `--write` put it into docs/benchmarks.md."""

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import click

from tests.crash.program import ROOT, Program, free_port
from tests.standins import postgres
from tools.bench import deeds
from tools.bench.beside import LOADS, read_loads, side_by_side, tables
from tools.bench.channels import channels
from tools.bench.drawing import draw
from tools.bench.floor import commits_a_second
from tools.bench.load import Cost, at_rate, full
from tools.bench.million import million
from tools.bench.neighbour import neighbours
from tools.bench.process import Meter
from tools.bench.recipes import choose, missing_peers
from tools.bench.table import HEAD, load_rows, machine, row, spread, table
from tools.bench.talker import Talker
from tools.bench.understanding import tables as understood

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "pictures" / "bench.png"
MARK = "<!-- figures: written by `make bench ARGS=--write` -->"
CROWD = 100


@dataclass(frozen=True, slots=True)
class Size:
    """How long to measure."""

    seconds: float
    starts: int
    rates: tuple[int, ...]


@asynccontextmanager
async def crowd(chat: str, size: int = CROWD) -> AsyncIterator[list[Talker]]:
    """Visitors with the greeting on their pages."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        talkers = [await Talker.come(http, chat, n) for n in range(size)]
        yield talkers
        for talker in talkers:
            await talker.close()


async def loads(chat: str, pid: int, size: Size) -> list[Cost]:
    """Each fixed rate, then full speed; the first second of each is not counted, it only warms up."""
    async with crowd(chat) as talkers:
        await full(talkers, pid, 1)
        costs = [await at_rate(talkers, pid, size.seconds, rate) for rate in size.rates]
        costs.append(await full(talkers, pid, size.seconds))
    return costs


async def floor(size: Size) -> list[Cost]:
    """The same loads on the bare WebSocket."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.bench.floor", str(port), cwd=ROOT, stdout=PIPE
    )
    try:
        if process.stdout is not None:
            await process.stdout.readline()
        return await loads(f"http://127.0.0.1:{port}/chat/demo", process.pid, size)
    finally:
        process.kill()
        await process.wait()


async def bot(program: Program, size: Size) -> list[Cost]:
    """The loads on the bot."""
    await program.start()
    try:
        return await loads(program.chat, program.pid, size)
    finally:
        await program.stop()


async def first_answer(program: Program) -> float:
    """Seconds from the beginning of the process to the greeting on a visitor's page."""
    began = time.perf_counter()
    await program.start()
    async with crowd(program.chat, 1):
        return time.perf_counter() - began


async def starts_and_memory(folder: Path, size: Size) -> list[str]:
    """How fast it starts and how much it holds; the first start of all only makes the database and warms the disk."""
    program = Program(folder)
    await first_answer(program)
    waits, resident = [], []
    for _ in range(size.starts):
        await program.stop()
        waits.append(await first_answer(program))
        resident.append(Meter(program.pid).resident_megabytes())
    async with crowd(program.chat) as talkers:
        for talker in talkers:
            for _ in range(8):
                await talker.next()
        talked = Meter(program.pid).resident_megabytes()
    await program.stop()
    return [
        row("start to first answer", "", spread(waits, "s"), "", ""),
        row("resident memory after the start", "", spread(resident, "MB"), "", ""),
        row(f"resident memory after {CROWD} conversations", "", f"{talked:.0f} MB", "", ""),
    ]


async def measure(folder: Path, size: Size, database_url: str) -> list[str]:
    """All figures, as rows."""
    rows = await starts_and_memory(folder / "start", size)
    bare = await floor(size)
    sqlite = await bot(Program(folder / "sqlite"), size)
    served = await bot(Program(folder / "postgres", database_url), size) if database_url else [None] * len(bare)
    names = [f"{rate}/s" for rate in size.rates] + [f"full speed, {CROWD} visitors"]
    for name, control, *stores in zip(names, bare, sqlite, served, strict=True):
        rows += load_rows(name, control, stores)
    commits = commits_a_second(folder, size.seconds / 2)
    rows.append(row("bare commits a second, one after another", f"{commits:.0f}", "", "", ""))
    alone, beside = await neighbours(folder, ROOT / "businesses" / "demo")
    rows.append(row("answer alone / while another chat's handler sleeps 3 s, p50 ms", "",
                    f"{alone:.2f} / {beside:.2f}", "", ""))  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is done of what."""

    web: Size
    loads: str
    times: int
    seconds: float
    further: deeds.Extent


FULL = Extent(Size(5, 3, (50, 200)), LOADS, 3, 3.0, deeds.Extent())
SHORT = Extent(Size(2, 1, (50,)), "200,c150", 1, 1.5, deeds.QUICK)
PEERS = ("aiogram", "aiogram-redis", "aiogram-dialog", "ptb")
BOTS = ("floor", "uvloop", "sqlite", "polling", "postgres", *PEERS)


def web_chat(folder: Path, extent: Extent) -> str:
    """The section on the web chat."""
    with ExitStack() as stack:
        url = postgres.create_database(stack.enter_context(postgres.server()))
        return f"## In the web chat\n\n{table(HEAD, asyncio.run(measure(folder, extent.web, url)))}"


def telegram(folder: Path, extent: Extent, names: Sequence[str], picture: Path) -> str:
    """The section on Telegram: bots side by side, and a picture of it."""
    with ExitStack() as stack:
        recipes = choose(names, stack)
        loads = read_loads(extent.loads)
        run = asyncio.run(side_by_side(recipes, loads, folder, times=extent.times, seconds=extent.seconds))
    listed = [each.name for each in recipes]
    draw(run, listed, picture)
    starts = [row(name, f"{run.starts[name]:.2f}", f"{run.memory[name]:.0f}") for name in listed if name in run.starts]
    begun = table(("bot", "start to first answer, s", "resident memory then, MB"), starts)
    return f"## In Telegram\n\n{begun}\n\n{tables(run, listed)}"


@click.command()
@click.option(
    "--quick", is_flag=True, help="A short form of about two minutes: less time, fewer loads, no peers but one."
)
@click.option("--write", is_flag=True, help="Put the figures into docs/benchmarks.md, and the picture beside them.")
@click.option(
    "--only", type=click.Choice(["web", "telegram", "deeds", "channels", "understanding", "million"]), multiple=True
)
def bench(*, quick: bool, write: bool, only: Sequence[str]) -> None:
    """Measure the bot beside bare controls and beside bots on other libraries, in one run."""
    extent, wanted = SHORT if quick else FULL, only or ("web", "telegram", "deeds", "channels", "understanding")
    there = missing_peers()
    names = [name for name in BOTS if name not in PEERS or (not there and (not quick or name == PEERS[0]))]
    further = replace(extent.further, peers=[name for name in names if name in PEERS])
    parts = [machine(), *([there] if there else [])]
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        sections: dict[str, Callable[[], str]] = {
            "web": lambda: web_chat(folder, extent),
            "telegram": lambda: telegram(
                folder / "telegram", extent, names, PICTURE if write else folder / PICTURE.name
            ),
            "deeds": lambda: f"## What else\n\n{asyncio.run(deeds.deeds(folder / 'deeds', further))}",
            "channels": lambda: f"## Each channel\n\n{channels()}",
            "million": lambda: asyncio.run(million(folder / "million")),
            "understanding": lambda: "\n".join(["## How well free words are understood", "", *understood()]),
        }
        for name, made in sections.items():
            if name in wanted:
                parts.append(made())
                click.echo(parts[-1] + "\n")
    parts.append(f"At the end: {machine()}")
    if write:
        head, mark, _ = PAGE.read_text("utf-8").partition(MARK)
        PAGE.write_text(f"{head}{mark}\n\n" + "\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    bench()
