"""SQLite: one writer, whole scripts, many commits in one.

A script runs as one function in the writer thread, so a transaction costs one hand-over instead of one a statement;
what has queued up meanwhile commits together, each script under its own savepoint. At low load nothing waits for
company. Reads have a connection of their own and run where they are asked for: under WAL they wait for nobody, and a
hand-over would cost more than they do. So a script that reads must be short; lists for people go through the ORM.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from bot.ports.store import Script, StoreUnavailable

T = TypeVar("T")

GROUP = 64  # scripts that share one commit; more brings nothing that was measurable

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit survives a power cut; group commit pays for it
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)

TEMPORARY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}


@dataclass(slots=True)
class Job(Generic[T]):
    """A script on its way through the writer."""

    script: Callable[[], Script[T]]
    future: asyncio.Future[T] | None = None
    result: Any = None
    error: BaseException | None = field(default=None)

    def settle(self) -> None:
        """Hand the outcome to the one who waits, unless they stopped waiting."""
        if self.future is None or self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteStore:
    """The `Store` on a SQLite file, or in memory for tests (`path=None`).

    With `inline=True` scripts run in the calling thread at once, which makes a simulation repeatable.
    """

    _loop: asyncio.AbstractEventLoop

    def __init__(self, path: Path | None, *, inline: bool = False) -> None:
        self._inline = inline or path is None
        self._writer = connect(path)
        self._reader = self._writer if path is None else connect(path, read_only=True)
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = ()) -> T:
        """See `Store.run`; the one writer makes `locks` needless here."""
        if self._inline:
            return self._at_once(script)
        return await self._hand_over(script)

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """See `Store.read`."""
        if self._inline:
            return self._at_once(script)
        if self._closed:
            raise StoreUnavailable("the database is closed")
        try:
            return drive(self._reader, script())
        except sqlite3.Error as error:
            raise translate(error) from error

    async def close(self) -> None:
        """Finish what is queued, then close the file."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        if self._reader is not self._writer:
            self._reader.close()
        self._writer.close()

    def _at_once(self, script: Callable[[], Script[T]]) -> T:
        job = Job(script)
        commit_group(self._writer, [job])
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    async def _hand_over(self, script: Callable[[], Script[T]]) -> T:
        if self._closed:
            raise StoreUnavailable("the database is closed")
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = Thread(target=self._write_forever, name="store-writer", daemon=True)
            self._thread.start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(Job(script, future))
        return await future

    def _write_forever(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            stop = False
            with suppress(Empty):
                while len(group) < GROUP and not stop:
                    job = self._jobs.get_nowait()
                    stop = job is None
                    if job is not None:
                        group.append(job)
            commit_group(self._writer, group)
            self._report(group)
            if stop:
                return

    def _report(self, group: list[Job[Any]]) -> None:
        with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            self._loop.call_soon_threadsafe(_settle, group)


def _settle(group: list[Job[Any]]) -> None:
    for job in group:
        job.settle()


def connect(path: Path | None, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file for one thread at a time; raises `StoreUnavailable` with a sentence when it cannot be used."""
    try:
        if path is not None and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        connection = sqlite3.connect(
            ":memory:" if path is None else path, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in PRAGMAS:
            connection.execute(pragma)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            connection.execute(
                "PRAGMA busy_timeout = 200"
            )  # it runs on the loop: better refused than everybody waiting
        (durable,) = connection.execute("PRAGMA synchronous").fetchone()
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"the database file {path} cannot be used: {error}") from error
    if durable != 2:
        raise StoreUnavailable(f"the database file {path} refuses synchronous=FULL, so a power cut could lose messages")
    return connection


def drive(connection: sqlite3.Connection, script: Script[T]) -> T:
    """Run a script to its end on a connection, inside whatever transaction is open."""
    rows: list[Any] | None = None
    try:
        while True:
            query = next(script) if rows is None else script.send(rows)
            try:
                rows = connection.execute(query.sql, query.params).fetchall()
            except sqlite3.Error as error:
                error.add_note(query.sql)
                raise
    except StopIteration as stop:
        result: T = stop.value
        return result


def commit_group(connection: sqlite3.Connection, group: list[Job[Any]]) -> None:
    """Run each job under a savepoint and commit them together; every job ends with a result or an error."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            _run_one(connection, job)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in group:
            job.error = job.error or translate(error)


def _run_one(connection: sqlite3.Connection, job: Job[Any]) -> None:
    connection.execute("SAVEPOINT job")
    try:
        job.result = drive(connection, job.script())
    except Exception as error:  # whatever the script raised is its caller's; the others of the group go on
        job.error = translate(error) if isinstance(error, sqlite3.Error) else error
        if not connection.in_transaction:  # SQLite gave up the whole transaction (disk full)
            raise sqlite3.OperationalError(str(error)) from error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")


def translate(error: sqlite3.Error) -> Exception:
    """`StoreUnavailable` for what passes (locked, full, read-only), the error itself for what is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.OperationalError) and (code is None or code & 0xFF in TEMPORARY):
        return StoreUnavailable(str(error))
    return error
