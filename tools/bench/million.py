"""Whether many kept conversations make a message dearer: the same loads beside 1,000 and beside 1,000,000 of them.

One conversation is led by the bot itself; the others are copies of all its rows, made by SQL.
"""

import asyncio
import sqlite3
from contextlib import ExitStack, closing
from operator import itemgetter
from pathlib import Path

from tools.bench.beside import Run, cpu, read_loads, rounds
from tools.bench.recipes import choose
from tools.bench.subject import Subject
from tools.bench.table import table

SIZES = (1_000, 1_000_000)
FIRST_COPY = 600_000_000  # chats of the copies have numbers of their own
SECONDS, TIMES = 4.0, 3
LOADS = "200,c150"
UNIQUE = ("dedupe_key",)
HEAD = ("conversations kept", "load", "updates a second", "CPU s for 1,000", "p50 / p99 ms", "size")


async def million(folder: Path, sizes: tuple[int, int] = SIZES) -> str:
    """The table of both sizes and their ratio."""
    with ExitStack() as stack:
        recipe = choose(["sqlite"], stack)[0]
        subjects = []
        try:
            for size in sizes:
                await prepare(Subject(recipe, folder / str(size)), size)
                subjects.append(Subject(recipe, folder / str(size)))
                await subjects[-1].start()
            runs = [Run(read_loads(LOADS)) for _ in sizes]
            for _ in range(TIMES):
                for run, subject in zip(runs, subjects, strict=True):
                    await rounds([subject], run, 1, SECONDS)
        finally:
            await asyncio.gather(*[each.stop() for each in subjects])
    lines, middles = [], []
    for size, run, subject in zip(sizes, runs, subjects, strict=True):
        megabytes = (subject.folder / "dragoman.db").stat().st_size / 1e6
        for load in run.loads:
            seen = run.found[recipe.name, load]
            p50, p99 = (seen.middle(itemgetter(key)) for key in ("p50", "p99"))
            rate = seen.middle(lambda each: each["updates"] / each["seconds"])
            middles.append((seen.middle(cpu), p50))
            lines.append(f"| {size:,} | {load.name} | {rate:.0f} | {seen.middle(cpu):.2f} | {p50:.1f} / {p99:.1f} |"
                         f" {megabytes:,.0f} MB |")  # fmt: skip
    half = len(middles) // 2
    ratios = "; ".join(
        f"{load.name}: CPU × {many[0] / few[0]:.2f}, p50 × {many[1] / few[1]:.2f}"
        for load, few, many in zip(runs[0].loads, middles[:half], middles[half:], strict=True)
    )
    return f"## Many conversations\n\n{table(HEAD, lines)}\n\nMany beside few: {ratios}."


async def prepare(subject: Subject, size: int) -> None:
    """Have one person begin to book and fall silent, then copy the conversation."""
    await subject.start()
    await subject.ask("open", talks=1)
    await asyncio.sleep(0.5)  # marks of what was sent ride with the next commit
    await subject.stop()
    await asyncio.to_thread(multiply, subject.folder / "dragoman.db", size)


def multiply(path: Path, size: int) -> None:
    """Copy every row of the newest conversation `size` times under other names."""
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("PRAGMA cache_size = -500000")
        actor, customer = base.execute("SELECT actor, customer FROM contacts ORDER BY linked_at DESC").fetchone()
        chat = actor.rpartition("/")[2]
        base.execute("CREATE TEMP TABLE numbers AS WITH RECURSIVE count (made) AS (SELECT 1 UNION ALL SELECT made + 1 FROM"
                     f" count WHERE made < {size}) SELECT made FROM count")  # fmt: skip
        base.execute("BEGIN")
        for name in ("actors", "inbox", "messages", "outbox", "lines", "requests", "timers", "customers", "contacts"):
            _copy(base, name, chat, customer)
        base.execute("COMMIT")
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(base: sqlite3.Connection, name: str, chat: str, customer: str) -> None:
    columns = [(each[1], each[2]) for each in base.execute(f"PRAGMA table_info({name})")]
    texts = [column for column, kind in columns if kind == "TEXT"]
    made = []
    for column, kind in columns:
        value = f"one.{column}"
        if kind == "TEXT":
            value = f"replace(replace({value}, '{chat}', {FIRST_COPY} + made), '{customer}', 'c' || made)"
        if column in UNIQUE:
            value += " || '#' || made"
        made.append(value)
    mine = " OR ".join(f"instr(one.{column}, '{chat}') OR instr(one.{column}, '{customer}')" for column in texts)
    base.execute(f"INSERT INTO {name} SELECT {', '.join(made)} FROM numbers CROSS JOIN {name} AS one WHERE {mine}")
