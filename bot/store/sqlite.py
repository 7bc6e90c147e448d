"""SQLite: one writer, whole scripts, many commits in one.

A script runs as one function, so a transaction costs one hand-over instead of one a statement; what has queued up
meanwhile commits together. At low load nothing waits for company, but what is lazy. A script that promises to be brief
runs on the loop, and the commit, which waits for the disk, in the thread of the writer: two threads that run Python side
by side cost more than they gain. Where the disk answers as fast as a hand-over takes, the commit is made on the loop as
well. Other scripts run in that thread altogether.

Reads run where they are asked for, since a hand-over would cost more than they do: on the writer's connection, which has
the pages at hand, or on one of their own while the thread has that one; under WAL they wait for nobody. So a script that
reads must be short; lists for people go through the ORM.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

import structlog

from bot.metrics.figures import CommitFigures
from bot.ports.store import LAZY_SECONDS, Script, StoreUnavailable

log = structlog.get_logger()

T = TypeVar("T")

GROUP = 64  # scripts that share one commit; more brings nothing that was measurable
COPY_AFTER = 256  # scripts, about 4000 pages of log
QUICK_SECONDS = 0.002  # what a commit may take on the loop; a disk that is slower gets the thread

PATIENCE = "PRAGMA busy_timeout = 5000"
READER_PATIENCE = "PRAGMA busy_timeout = 200"
COPY_PATIENCE = "PRAGMA busy_timeout = 50"  # whoever writes waits as long
COPIED_ELSEWHERE = "PRAGMA wal_autocheckpoint = 40000"  # unless that fails for long
IMPATIENCE = "PRAGMA busy_timeout = 0"  # on the loop: better put off than everybody waiting

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit survives a power cut; group commit pays for it
    "PRAGMA foreign_keys = ON",
    PATIENCE,
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",  # pages; a page is copied once, however often it has changed
    "PRAGMA cache_size = -16000",  # KiB, taken as they are wanted
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
    apart: bool = False
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
        self.figures = CommitFigures()
        self._inline = inline or path is None
        self._writer = connect(path)
        self._reader = self._writer if path is None else connect(path, read_only=True, patience=READER_PATIENCE)
        self._waiting: deque[Job[Any]] = deque()
        self._lazy: list[Job[Any]] = []
        self._commit_seconds = 0.0  # of late; an unusual one counts for a fourth
        self._idle = asyncio.Event()
        self._idle.set()
        self._works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._lent = False  # whether the thread has the writer's connection just now
        self._copier = None if self._inline else connect(path, patience=COPY_PATIENCE)
        self._copying: asyncio.Future[None] | None = None
        self._uncopied = 0
        if self._copier is not None:
            self._writer.execute(COPIED_ELSEWHERE)
        self._closed = False

    async def run(
        self,
        script: Callable[[], Script[T]],
        *,
        locks: Iterable[str] = (),
        brief: bool = False,
        lazy: bool = False,
        apart: bool = False,
    ) -> T:
        """See `Store.run`; the one writer makes `locks` needless here."""
        if self._inline:
            return self._at_once(script)
        return await self._queued(Job(script, brief=brief or lazy, apart=apart), lazy=lazy)

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """See `Store.read`."""
        if self._inline:
            return self._at_once(script)
        if self._closed:
            raise StoreUnavailable("the database is closed")
        try:
            return drive(self._reader if self._lent else self._writer, script())
        except sqlite3.Error as error:
            raise translate(error) from error

    async def close(self) -> None:
        """Finish what is queued, then close the file."""
        if self._closed:
            return
        self._closed = True
        self._hurry()
        await self._idle.wait()
        self._works.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        if self._copying is not None:
            await self._copying
        if self._copier is not None:
            self._copier.close()
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

    async def _queued(self, job: Job[T], *, lazy: bool) -> T:
        if self._closed:
            raise StoreUnavailable("the database is closed")
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = Thread(target=self._write_forever, name="store-writer", daemon=True)
            self._thread.start()
        future: asyncio.Future[T] = self._loop.create_future()
        job.future = future
        if lazy:
            if not self._lazy:
                self._loop.call_later(LAZY_SECONDS, self._hurry)
            self._lazy.append(job)
        else:
            self._waiting.append(job)
            self._wake()
        return await future

    def _hurry(self) -> None:
        """What was lazy has waited long enough, unless it has gone with others."""
        if self._lazy:
            self._waiting.extend(self._lazy)
            self._lazy.clear()
            self._wake()

    def _wake(self) -> None:
        if self._idle.is_set():
            self._idle.clear()
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        """Begin the next group: what is at the head of the queue and of one sort."""
        if not self._waiting:
            self._idle.set()
            return
        brief = self._waiting[0].brief
        group: list[Job[Any]] = []
        while self._waiting and self._waiting[0].brief == brief and len(group) < GROUP:
            group.append(self._waiting.popleft())
        if brief and self._lazy:
            group += self._lazy
            self._lazy.clear()
        begun = brief and begin_group(self._writer, group)
        if begun and self._commit_seconds < QUICK_SECONDS:
            self._commit(group)
            self._ended(group)
        else:
            self._lent = True
            self._works.put(partial(self._end, group, begun=begun))

    def _commit(self, group: list[Job[Any]]) -> None:
        began = time.perf_counter()
        end_group(self._writer, group)
        self._commit_seconds += (time.perf_counter() - began - self._commit_seconds) / 4

    def _write_forever(self) -> None:
        while (work := self._works.get()) is not None:
            work()

    def _end(self, group: list[Job[Any]], *, begun: bool) -> None:
        if begun:
            self._commit(group)
        else:
            commit_group(self._writer, group)
        with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._ended, group)

    def _ended(self, group: list[Job[Any]]) -> None:
        self._lent = False
        self.figures.take(len(group), failed=isinstance(group[0].error, StoreUnavailable))
        self._uncopied += len(group)
        if (
            self._copier is not None
            and self._uncopied >= COPY_AFTER
            and (self._copying is None or self._copying.done())
        ):
            self._uncopied = 0
            self._copying = self._loop.run_in_executor(None, copy_log, self._copier)
        for job in group:
            job.settle()
        self._loop.call_soon(self._next)  # after those who waited: what they ask for next may go with it


def connect(path: Path | None, *, read_only: bool = False, patience: str = IMPATIENCE) -> sqlite3.Connection:
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
        connection.execute(patience)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        (durable,) = connection.execute("PRAGMA synchronous").fetchone()
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"the database file {path} cannot be used: {error}") from error
    if durable != 2:
        raise StoreUnavailable(f"the database file {path} refuses synchronous=FULL, so a power cut could lose messages")
    return connection


def copy_log(connection: sqlite3.Connection) -> None:
    """Copy the log into the file while others write, then the little that they have added, so that it begins anew.

    Only for the second, shorter part somebody who wants to write has to wait, in the thread.
    """
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        connection.execute("PRAGMA wal_checkpoint(FULL)")
    except sqlite3.Error as error:
        log.warning("the log of the database could not be copied; it is tried again", error=str(error))


def drive(connection: sqlite3.Connection, script: Script[T]) -> T:
    """Run a script to its end on a connection, inside whatever transaction is open."""
    try:
        query = next(script)
        while True:
            try:
                rows = connection.execute(query.sql, query.params).fetchall()
            except sqlite3.Error as error:
                error.add_note(query.sql)
                raise
            query = script.throw(query.must) if query.must is not None and not rows else script.send(rows)
    except StopIteration as stop:
        result: T = stop.value
        return result


def commit_group(connection: sqlite3.Connection, group: list[Job[Any]]) -> None:
    """Run the jobs and commit them together, after another process if one writes; each ends with a result or an error."""
    connection.execute(PATIENCE)
    try:
        connection.execute("BEGIN IMMEDIATE")
        _run(connection, group)
        end_group(connection, group)
    except sqlite3.Error as error:
        _undo(connection, group, error)
    finally:
        connection.execute(IMPATIENCE)


def begin_group(connection: sqlite3.Connection, group: list[Job[Any]]) -> bool:
    """Run the jobs and leave the commit to `end_group`; False when another process writes: then nothing was begun."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        return False
    try:
        _run(connection, group)
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


def _run(connection: sqlite3.Connection, group: list[Job[Any]]) -> None:
    """Run the jobs; when one of several fails, all of them once more, each under its own savepoint."""
    try:
        for job in group:
            if job.apart and len(group) > 1:
                _run_apart(connection, job)
            else:
                job.result = drive(connection, job.script())
    except Exception as error:
        if not connection.in_transaction:  # SQLite gave up the whole transaction (disk full)
            raise sqlite3.OperationalError(str(error)) from error
        connection.execute("ROLLBACK")
        if len(group) == 1:
            group[0].error = translate(error)
            return
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            _run_apart(connection, job)


def _run_apart(connection: sqlite3.Connection, job: Job[Any]) -> None:
    job.error = None
    connection.execute("SAVEPOINT job")
    try:
        job.result = drive(connection, job.script())
    except Exception as error:  # whatever the script raised is its caller's; the others of the group go on
        job.error = translate(error)
        if not connection.in_transaction:
            raise sqlite3.OperationalError(str(error)) from error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")


def translate(error: Exception) -> Exception:
    """`StoreUnavailable` for what passes (locked, full, read-only), the error itself for all else."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.OperationalError) and (code is None or code & 0xFF in TEMPORARY):
        return StoreUnavailable(str(error))
    return error
