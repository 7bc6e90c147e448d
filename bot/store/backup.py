"""Takes a backup of a database while it is in use.

SQLite: a copy by its own online backup, under one read transaction, so that writers neither wait nor disturb it, and checked
page by page before it counts. PostgreSQL: every table as CSV from one snapshot. No file of a backup depends on another.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any

from bot.ports.clock import Clock, micros
from bot.ports.store import StoreUnavailable
from bot.store.archive import PIPE, BackupProblem, Manifest, pack, stamp
from bot.store.opening import sqlite_path

DATABASE = "database.sqlite"
TABLES = "tables"
MEDIA = "media"
PAGES = 4096  # copied at a time: others get at the disk in between

POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"


async def back_up(url: str, target: Path, clock: Clock, *, media: Path | None = None) -> Manifest:
    """Write a backup of the database, and of the folder of media if it is given, to `target` (`-`: standard output).

    Raises `BackupProblem` when what was copied is damaged, `StoreUnavailable` when the database cannot be read.
    """
    beside = Path.cwd() if target == PIPE else target.parent
    beside.mkdir(parents=True, exist_ok=True)
    now, path = clock.now(), sqlite_path(url)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
        if path is not None:
            counts = await asyncio.to_thread(copy_sqlite, path, Path(folder) / DATABASE)
            schema = await asyncio.to_thread(_schema_of, Path(folder) / DATABASE)
            files = {DATABASE: Path(folder) / DATABASE}
        else:
            counts, schema = await _copy_postgres(url, Path(folder))
            files = {f"{TABLES}/{name}.csv": Path(folder) / f"{name}.csv" for name in counts}
        if media is not None:
            files |= {f"{MEDIA}/{each.name}": each for each in _pictures(media)}
        dialect = "postgres" if path is None else "sqlite"

        def write() -> Manifest:
            stamps = {name: stamp(each) for name, each in files.items()}
            manifest = Manifest(version(), dialect, schema, micros(now), now.isoformat(), counts, stamps)
            pack(target, manifest, files)
            return manifest

        return await asyncio.to_thread(write)


def copy_sqlite(source: Path, target: Path) -> Mapping[str, int]:
    """Copy a SQLite file as it is at this moment, whoever writes into it; gives the rows of each table."""
    if not source.is_file():
        raise StoreUnavailable(f"there is no database file {source}")
    target.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(source, isolation_level=None, timeout=5)) as original:
            original.execute("BEGIN")
            original.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the moment that the copy will show
            with closing(sqlite3.connect(target, isolation_level=None)) as copy:
                copy.execute("PRAGMA synchronous = OFF")  # it is synced as a whole, with the archive
                original.backup(copy, pages=PAGES, sleep=0.001)
                original.execute("ROLLBACK")
                copy.execute("PRAGMA journal_mode = DELETE")
                return check_sqlite(copy)
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(f"the database file {source} cannot be copied: {error}") from error


def check_sqlite(connection: sqlite3.Connection) -> Mapping[str, int]:
    """The rows of each table; raises `BackupProblem` when a page is not as it should be."""
    wrong = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
    if wrong:
        raise BackupProblem(f"the database is damaged: {'; '.join(wrong)}")
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}


def version() -> str:
    """The release of this program."""
    try:
        return metadata.version("dragoman")
    except metadata.PackageNotFoundError:  # run from its folder, not installed
        return "unreleased"


def _schema_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        try:
            (newest,) = connection.execute("SELECT MAX(number) FROM migrations").fetchone()
        except sqlite3.OperationalError as error:
            raise BackupProblem("the file is no database of this program: it has no table of migrations") from error
    return int(newest or 0)


async def _copy_postgres(url: str, folder: Path) -> tuple[Mapping[str, int], int]:
    import asyncpg

    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise StoreUnavailable(f"PostgreSQL cannot be reached: {error}") from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await _copy_tables(connection, folder)
    except asyncpg.PostgresError as error:
        raise StoreUnavailable(f"the database cannot be copied: {error}") from error
    finally:
        await connection.close()


async def _copy_tables(connection: Any, folder: Path) -> tuple[Mapping[str, int], int]:
    counts = {}
    for (name,) in await connection.fetch(POSTGRES_TABLES):
        told = await connection.copy_from_table(name, output=folder / f"{name}.csv", format="csv", header=True)
        counts[name] = int(told.rpartition(" ")[2])
    if "migrations" not in counts:
        raise BackupProblem("this is no database of the program: it has no table of migrations")
    return counts, int(await connection.fetchval("SELECT MAX(number) FROM migrations") or 0)


def _pictures(folder: Path) -> Iterator[Path]:
    """What lies in the folder of media; a file under a dot is not whole yet."""
    if folder.is_dir():
        yield from sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
