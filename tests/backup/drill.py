"""The restore drill: a house dies, the copy of yesterday takes its place, and nobody hears anything twice.

    python -m tests.backup.drill                    # 12 people
    python -m tests.backup.drill --megabytes 1000   # beside a database of that size, with the times

People write in the stand-in for Telegram, which goes on living and remembers everything. A backup is taken while they write;
they go on; the process is killed with messages on their way. The copy is made a day older than it is, restored, and started on
the same token: what was not confirmed to Telegram is delivered once more.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from bot.store.fence import Fence
from tests.crash.program import ROOT, Program
from tests.standins.telegram import TOKEN, Person, TelegramServer
from tests.standins.telegram.record import Call

DAY = timedelta(days=1)
INSTANTS = {
    "timers": ("due_at",), "actors": ("ready_at",), "inbox": ("accepted_at",), "messages": ("at",),
    "outbox": ("created_at", "due_at", "expires_at", "finished_at"),
}  # fmt: skip
BOOKED = "You are booked"


@dataclass
class Report:
    """What was seen. `seconds` are those of each part."""

    said_before: int = 0
    said_fenced: int = 0
    """Calls that reach a person or a group, after the restore and before the confirmation."""
    said_again: list[str] = field(default_factory=list)
    """Words after the confirmation to people who had written nothing to the copy, or of another matter."""
    shown_to_staff: int = 0
    """Calls to the group after the confirmation: what is open is shown there anew, where the copy knows no topic of it."""
    answered: int = 0
    writers: int = 0
    redelivered: int = 0
    held: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: int = 0


async def command(program: Program, *words: str) -> str:
    """What a command of the program says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "main.py", *words, cwd=ROOT, env=program.environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(said.decode())
    return said.decode()


async def book(person: Person, *, until: str = BOOKED) -> None:
    """Answer the bot's questions until it says this."""
    person.starts()
    await person.hears("Nur Dental")
    person.presses("Book a visit")
    heard: set[tuple[int, str]] = set()
    while True:
        question = await person.hears(lambda seen: bool(seen.text) and (seen.message_id, seen.text) not in heard, 60)
        heard.add((question.message_id, question.text))
        if until in question.text:
            return
        if "your name" in question.text:
            person.says("Ani Petrosyan")
        elif "phone number" in question.text:
            person.shares_contact(f"+37491{100_000 + person.id % 900_000}")
        else:
            person.presses(question.labels[0])


def said(api: TelegramServer, since: int) -> list[Call]:
    """Every call since an entry of the record that somebody can see."""
    return [each for each in list(api.record)[since:] if isinstance(each, Call) and "chat_id" in each.arguments
            and each.method.lower().startswith(("send", "edit", "create", "copy", "forward"))
            and each.method.lower() != "sendchataction"]  # fmt: skip


def age(database: Path, by: timedelta) -> None:
    """Let what is in a stopped house be older than it is."""
    span = by // timedelta(microseconds=1)
    with closing(sqlite3.connect(database)) as connection, connection:
        for table, columns in INSTANTS.items():
            changes = ", ".join(f"{column} = {column} - {span}" for column in columns)
            connection.execute(f"UPDATE {table} SET {changes} WHERE COALESCE({columns[0]}, 0) > {span}")
        for business, value in connection.execute(
            "SELECT business, value FROM settings WHERE name = 'fence'"
        ).fetchall():
            fence = msgspec.json.decode(value, type=Fence)
            older = msgspec.json.encode(msgspec.structs.replace(fence, taken_at=fence.taken_at - span)).decode()
            connection.execute("UPDATE settings SET value = ? WHERE business = ? AND name = 'fence'", (older, business))


def fatten(database: Path, megabytes: int) -> None:
    """Put a long history into a stopped house."""
    body = msgspec.json.encode({"text": "word " * 180}).decode()
    rows = (
        ("demo", f"webchat/main/old{n // 50}", n % 50 + 1, "customer", body, f"c{n}", n) for n in range(megabytes * 900)
    )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany("INSERT INTO messages (business, actor, seq, author, body, client_id, at)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?)", rows)  # fmt: skip


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    """What a statement finds in the file of a running house."""
    with closing(sqlite3.connect(database, timeout=5)) as connection:
        return list(connection.execute(sql))


async def until(database: Path, *wanted: tuple[str, int]) -> None:
    """Wait until statements find so many rows in the file of a running house, which is another process."""
    async with asyncio.timeout(60):
        while any(len(rows(database, sql)) != number for sql, number in wanted):  # noqa: ASYNC110  of another process
            await asyncio.sleep(0.1)


async def rehearse(folder: Path, people: int = 12, megabytes: int = 0) -> Report:
    """Do it all."""
    report = Report(megabytes=megabytes)
    async with TelegramServer() as api:
        staff = api.group("Staff", forum=True)
        settings = {"DRAGOMAN_TELEGRAM_TOKEN": TOKEN, "DRAGOMAN_TELEGRAM_API_URL": api.url,
                    "DRAGOMAN_STAFF_GROUP_ID": str(staff.id)}  # fmt: skip
        old, new = Program(folder / "old", settings=settings), Program(folder / "new", settings=settings)
        try:
            done = await _before(api, old, folder, people, report)
            await _lost_hours(api, old, done)
            await _restored(api, new, folder, report)
            await _afterwards(api, new, done[: min(3, people // 2)], report)
        finally:
            await old.kill()
            await new.kill()
    return report


async def _before(api: TelegramServer, old: Program, folder: Path, people: int, report: Report) -> list[Person]:
    """Some have booked, some are in the middle of it, one asks for a human; a backup is taken meanwhile."""
    await old.start()
    crowd = [api.person(f"Person {n}", language="en") for n in range(people)]
    half = people // 2
    await asyncio.gather(*(book(each) for each in crowd[:half]))
    busy = asyncio.gather(*(book(each, until="Whom") for each in crowd[half:]))
    if report.megabytes:
        await busy
        await old.stop()
        await asyncio.to_thread(fatten, folder / "old" / "dragoman.db", report.megabytes)
        await old.start()
    crowd[0].says("human")
    began = time.monotonic()
    await command(old, "backup", str(folder / "one.backup"))
    report.seconds["backup"] = time.monotonic() - began
    await busy
    return crowd


async def _lost_hours(api: TelegramServer, old: Program, crowd: Sequence[Person]) -> None:
    """They go on, others come, and the house dies with words on their way."""
    newcomer = api.person("Newcomer", language="en")
    await book(newcomer)
    for each in crowd[1:]:
        each.says("opening hours")
    await crowd[1].hears(1)
    for each in (*crowd, newcomer):
        each.says("in flight")
    await old.kill()


async def _restored(api: TelegramServer, new: Program, folder: Path, report: Report) -> None:
    report.said_before, since = len(said(api, 0)), len(api.record)
    began = time.monotonic()
    await command(new, "restore", str(folder / "one.backup"))
    report.seconds["restore"] = time.monotonic() - began
    await asyncio.to_thread(age, folder / "new" / "dragoman.db", DAY)
    began = time.monotonic()
    await new.start()
    report.seconds["start"] = time.monotonic() - began
    report.said_fenced = len(said(api, since))


async def _afterwards(api: TelegramServer, new: Program, writers: Sequence[Person], report: Report) -> None:
    """Some write to the copy; it is quiet until it is confirmed, and answers them alone."""
    database, since = new.folder / "dragoman.db", len(api.record)
    await asyncio.sleep(1.1)  # Telegram counts whole seconds: these words are of a later one than the restore
    for each in writers:
        each.says("parking")
    handled = "SELECT 1 FROM inbox WHERE state = 'done' AND body LIKE '%parking%'"
    await until(database, (handled, len(writers)), ("SELECT 1 FROM inbox WHERE state = 'waiting'", 0))
    report.redelivered = len(rows(database, "SELECT 1 FROM inbox WHERE body LIKE '%in flight%'"))
    report.said_fenced += len(said(api, since))
    report.held = len(rows(database, "SELECT 1 FROM outbox WHERE state = 'held'"))
    since = len(api.record)
    await command(new, "restore", "confirm")
    for each in writers:
        await each.hears("parking", within_seconds=30)
    await until(database, ("SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')", 0))
    await new.stop()
    chats = {each.id for each in writers}
    report.writers = len(writers)
    for call in said(api, since):
        words = str(call.arguments.get("text", call.method))
        if int(call.arguments["chat_id"]) < 0:
            report.shown_to_staff += 1
        elif int(call.arguments["chat_id"]) in chats and "parking" in words:
            report.answered += 1
        else:
            report.said_again.append(f"{call.method} to {call.arguments['chat_id']}: {words[:80]}")


@click.command()
@click.option("--people", default=12, show_default=True)
@click.option("--megabytes", default=0, show_default=True, help="How large the database is beside what they write.")
def main(people: int, megabytes: int) -> None:
    """Rehearse a restore; exit code 1 when anything was said twice."""
    with tempfile.TemporaryDirectory(prefix="dragoman-drill-") as folder:
        report = asyncio.run(rehearse(Path(folder), people, megabytes))
        size = (Path(folder) / "one.backup").stat().st_size / 1e6
    click.echo(f"said before the death           {report.said_before}")
    click.echo(f"held by the copy                {report.held}")
    click.echo(f"delivered once more by Telegram {report.redelivered}")
    click.echo(f"said while fenced               {report.said_fenced}")
    click.echo(f"answers after the confirmation  {report.answered} to {report.writers} who wrote")
    click.echo(f"shown to the staff              {report.shown_to_staff}")
    click.echo(f"said again                      {len(report.said_again)}")
    for line in report.said_again:
        click.echo(f"  ! {line}")
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.seconds.items())
    click.echo(f"backup of {size:.0f} MB: {parts}")
    if report.said_fenced or report.said_again or report.answered < report.writers:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
