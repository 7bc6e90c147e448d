"""SQLite: one writer, whole scripts, many commits in one.

A script runs as one function, so a transaction costs one hand-over instead of one a statement; what has queued up
meanwhile commits together, each script under its own savepoint. At low load nothing waits for company. A script that
promises to be brief runs on the loop, and only the commit, which waits for the disk, in the thread of the writer: two
threads that run Python side by side cost more than they gain. Other scripts run in that thread altogether.

Reads have a connection of their own and run where they are asked for: under WAL they wait for nobody, and a hand-over
would cost more than they do. So a script that reads must be short; lists for people go through the ORM.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from bot.ports.store import Script, StoreUnavailable

T = TypeVar("T")

GROUP = 64  # scripts that share one commit; more brings nothing that was measurable

PATIENCE = "PRAGMA busy_timeout = 5000"

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit survives a power cut; group commit pays for it
    "PRAGMA foreign_keys = ON",
    PATIENCE,
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
    brief: bool = False
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
        self._waiting: deque[Job[Any]] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), brief: bool = False) -> T:
        """See `Store.run`; the one writer makes `locks` needless here."""
        if self._inline:
            return self._at_once(script)
        return await self._queued(script, brief=brief)

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
        await self._idle.wait()
        self._works.put(None)
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

    async def _queued(self, script: Callable[[], Script[T]], *, brief: bool) -> T:
        if self._closed:
            raise StoreUnavailable("the database is closed")
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = Thread(target=self._write_forever, name="store-writer", daemon=True)
            self._thread.start()
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(Job(script, future, brief))
        if self._idle.is_set():
            self._idle.clear()
            self._loop.call_soon(self._next)
        return await future

    def _next(self) -> None:
        """Begin the next group: what is at the head of the queue and of one sort."""
        if not self._waiting:
            self._idle.set()
            return
        brief = self._waiting[0].brief
        group: list[Job[Any]] = []
        while self._waiting and self._waiting[0].brief == brief and len(group) < GROUP:
            group.append(self._waiting.popleft())
        begun = brief and begin_group(self._writer, group)
        self._works.put(partial(self._end, group, begun=begun))

    def _write_forever(self) -> None:
        while (work := self._works.get()) is not None:
            work()

    def _end(self, group: list[Job[Any]], *, begun: bool) -> None:
        if begun:
            end_group(self._writer, group)
        else:
            commit_group(self._writer, group)
        with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._ended, group)

    def _ended(self, group: list[Job[Any]]) -> None:
        for job in group:
            job.settle()
        self._loop.call_soon(self._next)  # after those who waited: what they ask for next may go with it


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
        _undo(connection, group, error)


def begin_group(connection: sqlite3.Connection, group: list[Job[Any]]) -> bool:
    """Run each job and leave the commit to `end_group`; False when another process writes: then nothing was begun."""
    try:
        connection.execute("PRAGMA busy_timeout = 0")  # it runs on the loop: better put off than everybody waiting
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        return False
    finally:
        connection.execute(PATIENCE)
    try:
        for job in group:
            _run_one(connection, job)
    except sqlite3.Error as error:
        _undo(connection, group, error)
    return True


def end_group(connection: sqlite3.Connection, group: list[Job[Any]]) -> None:
    """Commit what `begin_group` left open."""
    if connection.in_transaction:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _undo(connection, group, error)


def _undo(connection: sqlite3.Connection, group: list[Job[Any]], error: sqlite3.Error) -> None:
    if connection.in_transaction:
        with suppress(sqlite3.Error):  # one that fails has been done by SQLite itself; those who wait must hear of it
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
