"""What else is asked of a bot in one run: slow calls, a burst, buttons pressed twice, silent conversations, more load."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from tools.bench.beside import cpu, speed
from tools.bench.recipes import choose
from tools.bench.subject import Silent, Subject
from tools.bench.table import row, table

HEAD = ("deed", "bot", "what came of it")
COUNTED = {"visits.db": "SELECT count(*) FROM visits", "dragoman.db": "SELECT count(*) FROM bookings"}
SLOW_CALL_SECONDS = 0.05
BURST = 1000
RISING = (150, 300, 700)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each."""

    seconds: float = 4.0
    talks: int = 60
    silent: int = 5000
    peer_silent: int = 1000
    peers: Sequence[str] = field(default=("aiogram", "aiogram-redis", "aiogram-dialog", "ptb"))


QUICK = Extent(seconds=1.5, talks=20, silent=500, peer_silent=100)


async def deeds(folder: Path, extent: Extent) -> str:
    """All of them as a table; what could not be had is said in it."""
    rows: list[str] = []
    for name in ("sqlite", "postgres", *extent.peers):
        with ExitStack() as stack:
            recipe = (await asyncio.to_thread(choose, [name], stack))[0]
            subject = Subject(recipe, folder / name)
            try:
                await subject.start()
                rows += [row(deed, recipe.name, found) for deed, found in await _all_of(subject, extent)]
            except Silent as silent:
                rows.append(row("all", recipe.name, f"did not run: {str(silent).splitlines()[-1]}"))
            finally:
                await subject.stop()
    return table(HEAD, sorted(rows, key=lambda each: each.split("|")[1]))


async def _all_of(subject: Subject, extent: Extent) -> list[tuple[str, str]]:
    found = [("1,000 people write for the first time at once", await _burst(subject))]
    found.append(("every button pressed twice at once, each API call takes 50 ms", await _twice(subject, extent)))
    if "PostgreSQL" not in subject.recipe.name:  # the process is the same
        found.append(("memory with conversations that are open and silent", await _silent(subject, extent)))
    slow = await subject.ask("load", customers=150, seconds=extent.seconds, delay=SLOW_CALL_SECONDS)
    found.append(("each API call takes 50 ms, 150 customers",
                  f"{speed(slow):.0f} updates/s, p50 {slow['p50']:.0f} ms"))  # fmt: skip
    if not subject.recipe.peer:
        seen = [await subject.ask("load", customers=number, seconds=extent.seconds) for number in RISING]
        speeds = ", ".join(f"{speed(each):.0f}/s at {cpu(each):.2f}" for each in seen)
        found.append((f"{', '.join(map(str, RISING))} customers at full load: updates and CPU for 1,000", speeds))
    return found


async def _burst(subject: Subject) -> str:
    """A burst of first messages."""
    came = await subject.ask("burst", customers=BURST)
    last = f"; the last after {came['last'][0]:.1f} s" if came["last"] else ""
    return f"{came['answered']} answered{last}"


async def _twice(subject: Subject, extent: Extent) -> str:
    """Talks in which every button is pressed twice: how many visits stand in the table for them."""
    before = await _bookings(subject)
    came = await subject.ask("twice", talks=extent.talks, seconds=60.0, delay=SLOW_CALL_SECONDS)
    after = await _bookings(subject)
    return f"{came['done']} of {came['talks']} talks ended, {after - before} visits booked"


async def _silent(subject: Subject, extent: Extent) -> str:
    """Memory before and after many begin to book and say no more."""
    number = extent.peer_silent if subject.recipe.peer else extent.silent
    before = subject.resident_megabytes()
    await subject.ask("open", talks=number)
    middle = subject.resident_megabytes()
    await subject.ask("open", talks=number)
    after = subject.resident_megabytes()
    return f"{before:.0f} MB, {middle:.0f} MB with {number:,} more, {after:.0f} MB with {2 * number:,}"


async def _bookings(subject: Subject) -> int:
    """Visits in the bot's own table."""
    url = subject.recipe.environment.get("DRAGOMAN_DATABASE_URL", "")
    if url.startswith("postgresql"):
        server = await asyncpg.connect(url)
        try:
            return int(await server.fetchval(COUNTED["dragoman.db"]))
        finally:
            await server.close()
    name = next(name for name in COUNTED if (subject.folder / name).exists())
    with closing(sqlite3.connect(f"file:{subject.folder / name}?mode=ro", uri=True)) as connection:
        return int(connection.execute(COUNTED[name]).fetchone()[0])
