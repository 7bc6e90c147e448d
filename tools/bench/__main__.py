"""`make bench`: measure the program as it runs, print the table, and with `--write` put it into docs/benchmarks.md."""

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import click

from tests.crash.program import ROOT, Program, free_port
from tests.standins import postgres
from tools.bench.floor import commits_a_second
from tools.bench.load import Cost, at_rate, full
from tools.bench.neighbour import neighbours
from tools.bench.process import Meter
from tools.bench.table import HEAD, TELEGRAM_HEAD, load_rows, machine, row, spread, table
from tools.bench.talker import Talker
from tools.bench.telegram import telegram_rows
from tools.bench.understanding import tables

PAGE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- figures: written by `make bench ARGS=--write` -->"
CROWD = 100


@dataclass(frozen=True, slots=True)
class Size:
    """How long to measure."""

    seconds: float
    starts: int
    rates: tuple[int, ...]


USUAL = Size(8, 3, (50, 200))
QUICK = Size(2, 1, (50,))


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


@click.command()
@click.option("--quick", is_flag=True, help="A short form: less time, one start, one rate.")
@click.option("--write", is_flag=True, help="Put the table into docs/benchmarks.md.")
@click.option("--only-telegram", is_flag=True, help="Print the section on Telegram alone.")
@click.option("--postgres/--no-postgres", "with_postgres", default=True, show_default=True)
def bench(*, quick: bool, write: bool, only_telegram: bool, with_postgres: bool) -> None:
    """Measure the bot beside bare controls in the same run."""
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder, ExitStack() as stack:
        before = machine()
        served = with_postgres and not only_telegram
        url = postgres.create_database(stack.enter_context(postgres.server())) if served else ""
        size = QUICK if quick else USUAL
        rows = asyncio.run(measure(Path(folder), size, url)) if not only_telegram else []
        chats = asyncio.run(telegram_rows(Path(folder) / "telegram", size.seconds, size.rates, size.starts))
    parts = [table(HEAD, rows)] if rows else []
    parts += [f"## In Telegram\n\n{table(TELEGRAM_HEAD, chats)}"]
    parts += ["\n".join(["## How well free words are understood", "", *tables()])] if not only_telegram else []
    page = "\n\n".join([before, *parts])
    click.echo(page)
    if write and not only_telegram:
        head, mark, _ = PAGE.read_text("utf-8").partition(MARK)
        PAGE.write_text(f"{head}{mark}\n\n{page}\n", "utf-8")


if __name__ == "__main__":
    bench()
