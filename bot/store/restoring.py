"""Puts a backup in the place of a database, fenced: see `bot.store.fence`.

Everything is verified before anything is touched, and the old SQLite file is moved aside, never deleted. Whatever the program
does next, it finds the fence: it is written before the database is in its place.
"""

import asyncio
import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.ports.clock import Clock, micros
from bot.store import fence
from bot.store.archive import BackupProblem, Manifest, sync_folder, unpack
from bot.store.backup import DATABASE, MEDIA, TABLES, check_sqlite
from bot.store.migrating import migrate, roll_back, shipped
from bot.store.opening import open_store, sole_owner, sqlite_path

if TYPE_CHECKING:
    from bot.store.postgres import PostgresStore

OTHERS = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def restore(
    source: Path, url: str, clock: Clock, *, firms: Sequence[str], media: Path, force: bool = False
) -> Manifest:
    """Restore a backup (`-`: from standard input) into the database of this URL, and its media into the folder.

    Raises `BackupProblem` for a file that is damaged, made by another kind of database or a newer program, and for a
    database that holds something, unless `force`; `AlreadyRunning` while a process runs on the SQLite file.
    """
    path = sqlite_path(url)
    beside = path.parent.absolute() if path is not None else Path(tempfile.gettempdir())
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as folder:
        manifest = await asyncio.to_thread(unpack, source, Path(folder))
        dialect = "sqlite" if path is not None else "postgres"
        if manifest.dialect != dialect:
            raise BackupProblem(f"the backup is of {manifest.dialect}, the database is {dialect}")
        if manifest.schema > (newest := shipped(dialect)[-1].number):
            raise BackupProblem(f"the backup is at migration {manifest.schema}, this program knows {newest}")
        if path is not None:
            with sole_owner(url):
                await _into_sqlite(Path(folder), path, manifest, clock, firms, force=force)
        else:
            await _into_postgres(Path(folder), url, manifest, clock, firms, force=force)
        await asyncio.to_thread(_media, Path(folder) / MEDIA, media)
    return manifest


async def _into_sqlite(
    folder: Path, path: Path, manifest: Manifest, clock: Clock, firms: Sequence[str], *, force: bool
) -> None:
    copy = folder / DATABASE
    if not force and await asyncio.to_thread(_holds_something, path):
        raise BackupProblem(f"{path} holds a database already; with --force it is moved aside and replaced")
    if await asyncio.to_thread(_rows, copy) != dict(manifest.tables):
        raise BackupProblem("the database in the backup does not hold the rows that its manifest counts")
    await _fenced(f"sqlite:///{copy}", manifest, clock, firms)
    aside = f"{path.name}.before-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    await asyncio.to_thread(_put_in_place, copy, path, aside)


def _rows(copy: Path) -> dict[str, int]:
    with closing(sqlite3.connect(copy)) as connection:
        return dict(check_sqlite(connection))


def _put_in_place(copy: Path, path: Path, aside: str) -> None:
    """Let the copy be the database; what was there is kept under another name."""
    for tail in ("-wal", "-shm", ""):
        old = path.with_name(path.name + tail)
        if old.exists():
            old.rename(path.with_name(aside + tail))
    copy.rename(path)
    sync_folder(path.parent)


def _holds_something(path: Path) -> bool:
    """Whether a SQLite file has anybody in it; one that cannot be read has."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'actors'").fetchone() is None:
                return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
            return connection.execute("SELECT 1 FROM actors LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError:
        return True


async def _fenced(url: str, manifest: Manifest, clock: Clock, firms: Sequence[str]) -> None:
    """Bring a restored database to this release's schema and fence it."""
    store = await open_store(url, clock)
    try:
        await store.run(partial(fence.put_up, manifest.taken_at, micros(clock.now()), firms))
    finally:
        await store.close()


async def _into_postgres(
    folder: Path, url: str, manifest: Manifest, clock: Clock, firms: Sequence[str], *, force: bool
) -> None:
    import asyncpg

    from bot.store.postgres import PostgresStore

    connection = await asyncpg.connect(url, timeout=10)
    try:
        if not force and await connection.fetchval(OTHERS):
            raise BackupProblem("somebody is connected to the database; stop every process first")
        if not force and await _has_rows(connection):
            raise BackupProblem("the database holds something already; with --force it is replaced")
        store = await PostgresStore.connect(url)
        try:
            await _empty_schema(store, manifest.schema, clock)
        finally:
            await store.close()
        async with connection.transaction():
            for name, count in manifest.tables.items():
                await _load(connection, name, folder / TABLES / f"{name}.csv", count)
            await _mark(connection, manifest, clock, firms)
    finally:
        await connection.close()
    await _fenced(url, manifest, clock, firms)


async def _has_rows(connection: Any) -> bool:
    if await connection.fetchval("SELECT to_regclass('actors')") is None:
        return False
    return bool(await connection.fetchval("SELECT EXISTS (SELECT 1 FROM actors)"))


async def _empty_schema(store: "PostgresStore", schema: int, clock: Clock) -> None:
    """The tables as they were at the backup, without a row."""
    files = shipped("postgres")
    await migrate(store, files, now=micros(clock.now()))
    while await roll_back(store, files) is not None:
        pass
    await migrate(store, [each for each in files if each.number <= schema], now=micros(clock.now()))


async def _load(connection: Any, table: str, path: Path, count: int) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    await connection.execute(f'DELETE FROM "{table}"')
    told = await connection.copy_to_table(table, source=path, columns=columns, format="csv", header=True)
    if int(told.rpartition(" ")[2]) != count:
        raise BackupProblem(f"{table} of the backup does not hold the rows that the manifest counts")


async def _mark(connection: Any, manifest: Manifest, clock: Clock, firms: Sequence[str]) -> None:
    """Fence it in the transaction that fills it; the rest of the fence wants the newest schema."""
    from bot.store.postgres import drive

    await drive(connection, fence.mark(manifest.taken_at, micros(clock.now()), firms))


def _media(restored: Path, folder: Path) -> None:
    """Put back the files that are not there; their names are random, so those that are there are the same."""
    if not restored.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in restored.iterdir():
        if not (folder / each.name).exists():
            shutil.move(each, folder / each.name)
