"""Numbered SQL files bring a database to the shape this code expects.

`migrations/<dialect>/NNNN_name.sql` goes up, `NNNN_name.down.sql` back. Each runs in a transaction of its own with its
number and checksum kept, so a file that was changed after it ran is found. On PostgreSQL none waits longer than a second
for a lock, because everybody who comes later waits behind it: it gives way and comes again.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.ports.store import Query, Script, Store

T = TypeVar("T")

FOLDER = Path(__file__).parent / "migrations"

LEDGER = """CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"""

GIVE_WAY = "SELECT 1 /*pg: , set_config('lock_timeout', '1s', true) */"
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, error codes: lock_not_available
TRIES = 60
PAUSE_SECONDS = 0.5


class MigrationProblem(Exception):
    """The database has a history that this code does not know."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file, up and down."""

    number: int
    name: str
    up: str
    down: str

    @property
    def checksum(self) -> str:
        """A fingerprint of the upward statements."""
        return hashlib.sha256(self.up.encode()).hexdigest()[:16]


def shipped(dialect: str, folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of a dialect (`sqlite` or `postgres`), lowest number first."""
    found = []
    for path in sorted((folder / dialect).glob("[0-9]*.sql")):
        if path.name.endswith(".down.sql"):
            continue
        number, _, name = path.stem.partition("_")
        found.append(
            Migration(int(number), name, path.read_text("utf-8"), path.with_suffix(".down.sql").read_text("utf-8"))
        )
    return tuple(found)


def statements(sql: str) -> Iterator[str]:
    """The single statements of a file; comments fall away. Semicolons stand only at ends of statements."""
    bare = "\n".join(line.split("--", 1)[0] for line in sql.splitlines())
    for statement in bare.split(";"):
        if statement.strip():
            yield statement.strip()


async def migrate(store: Store, migrations: Sequence[Migration], *, now: int) -> list[Migration]:
    """Apply what is missing and give the list of it; safe when several processes do it at once.

    Raises `MigrationProblem` when the database is newer than the code or a file was changed after it ran.
    """
    lock = ("migrations",)

    def ledger() -> Script[None]:
        yield Query(LEDGER)

    await store.run(ledger, locks=lock)
    applied = []
    for migration in migrations:

        def step(migration: Migration = migration) -> Script[bool]:
            rows = yield Query("SELECT name, checksum FROM migrations WHERE number = ?", (migration.number,))
            if rows:
                if rows[0][1] != migration.checksum:
                    raise MigrationProblem(f"migration {migration.number:04} {rows[0][0]} was changed after it had run")
                return False
            yield Query(GIVE_WAY)
            for statement in statements(migration.up):
                yield Query(statement)
            row = (migration.number, migration.name, migration.checksum, now)
            yield Query("INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)", row)
            return True

        if await _giving_way(store, step):
            applied.append(migration)
    newest = await store.read(_newest)
    if migrations and newest > migrations[-1].number:
        raise MigrationProblem(f"the database is at migration {newest}, this program knows {migrations[-1].number}")
    return applied


async def roll_back(store: Store, migrations: Sequence[Migration]) -> Migration | None:
    """Undo the newest migration; None when there is none to undo."""
    by_number = {migration.number: migration for migration in migrations}

    def step() -> Script[Migration | None]:
        number = yield from _newest()
        if number not in by_number:
            return None
        yield Query(GIVE_WAY)
        for statement in statements(by_number[number].down):
            yield Query(statement)
        yield Query("DELETE FROM migrations WHERE number = ?", (number,))
        return by_number[number]

    return await _giving_way(store, step)


async def planned(store: Store, migrations: Sequence[Migration], number: int) -> tuple[int, list[Migration]]:
    """At which number the database is, and what brings it to another one, in order; nothing is changed.

    Raises `MigrationProblem` when the database is newer than the code, or the number is none of a migration.
    """

    def ledger() -> Script[int]:
        yield Query(LEDGER)
        return (yield from _newest())

    at, newest = await store.run(ledger, locks=("migrations",)), migrations[-1].number
    if at > newest:
        raise MigrationProblem(f"the database is at migration {at}, this program knows {newest}")
    if number not in {0, *(each.number for each in migrations)}:
        raise MigrationProblem(f"there is no migration {number}; the newest is {newest}")
    if number < at:
        return at, [each for each in reversed(migrations) if number < each.number <= at]
    return at, [each for each in migrations if at < each.number <= number]


async def _giving_way(store: Store, step: Callable[[], Script[T]]) -> T:
    """Run a step of the schema as soon as it gets its locks."""
    for _ in range(TRIES):
        try:
            return await store.run(step, locks=("migrations",))
        except Exception as error:
            if getattr(error, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
        await asyncio.sleep(PAUSE_SECONDS)
    raise MigrationProblem(
        f"the locks for a migration could not be had in {TRIES} tries: a long transaction is under way in the database"
    )


def _newest() -> Script[int]:
    rows = yield Query("SELECT MAX(number) FROM migrations")
    return rows[0][0] or 0
