"""PostgreSQL: the same scripts over a pool, commits grouped under load.

Whatever waits when one of a few batchers is free runs in one transaction; only when a script of it fails do they all run
once more, each under a savepoint. Locks named by scripts are advisory locks taken first and in one order, so batches wait
for each other and do not deadlock. What costs is the number of round trips: quiet statements go together in one.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar, Union

import asyncpg

from bot.metrics.figures import CommitFigures
from bot.ports.store import LAZY_SECONDS, Query, Row, Script, StoreUnavailable

T = TypeVar("T")

GROUP = 32  # scripts of one transaction, besides lazy ones
TRIES = 5

OUT_OF_REACH = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError)
NO_ROOM = (asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError)
AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
PASSES = (*AGAIN, *OUT_OF_REACH, *NO_ROOM, TimeoutError)

Connection = Union["asyncpg.Connection[Any]", "asyncpg.pool.PoolConnectionProxy[Any]"]


@dataclass(slots=True)
class Job:
    """A script that waits for a batcher."""

    script: Callable[[], Script[Any]]
    locks: frozenset[str]
    future: "asyncio.Future[Any]"
    apart: bool = False
    result: Any = None
    error: BaseException | None = field(default=None)


class PostgresStore:
    """The `Store` on PostgreSQL 14 or newer; `batchers` transactions are under way at most."""

    def __init__(self, pool: "asyncpg.Pool[Any]", *, batchers: int = 4) -> None:
        self._pool = pool
        self.figures = CommitFigures()
        self._closed = False
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._lazy: list[Job] = []
        self._batchers = [
            asyncio.create_task(self._batch_forever(), name=f"store-batcher-{n}") for n in range(batchers)
        ]

    @classmethod
    async def connect(cls, url: str, *, batchers: int = 4) -> "PostgresStore":
        """Open the pool; raises `StoreUnavailable` when the server cannot be reached or does not keep what it commits."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=batchers + 2,
                statement_cache_size=512,
                command_timeout=30,
                timeout=10,
                reset=_as_it_is,
            )
            durable = await pool.fetchval("SHOW synchronous_commit")
        except (*OUT_OF_REACH, asyncpg.PostgresError, TimeoutError, ValueError) as error:
            raise StoreUnavailable(f"PostgreSQL cannot be reached: {error}") from error
        if durable == "off":
            await pool.close()
            raise StoreUnavailable("PostgreSQL runs with synchronous_commit=off, so a power cut could lose messages")
        return cls(pool, batchers=batchers)

    async def run(
        self,
        script: Callable[[], Script[T]],
        *,
        locks: Iterable[str] = (),
        brief: bool = False,
        lazy: bool = False,
        apart: bool = False,
    ) -> T:
        """See `Store.run`; a server's scripts are never run on the loop."""
        del brief
        if self._closed:
            raise StoreUnavailable("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        job = Job(script, frozenset(locks), future, apart)
        if lazy:
            if not self._lazy:
                loop.call_later(LAZY_SECONDS, self._hurry)
            self._lazy.append(job)
        else:
            self._jobs.put_nowait(job)
        return await future

    def _hurry(self) -> None:
        """What was lazy has waited long enough, unless it has gone with others."""
        for job in self._lazy:
            self._jobs.put_nowait(job)
        self._lazy.clear()

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """See `Store.read`."""
        try:
            async with self._pool.acquire() as connection:
                return await drive(connection, script())
        except (*OUT_OF_REACH, TimeoutError) as error:
            raise StoreUnavailable(str(error)) from error

    async def close(self) -> None:
        """Finish what is queued, then close the pool."""
        self._closed = True
        self._hurry()
        for _ in self._batchers:
            self._jobs.put_nowait(None)
        await asyncio.gather(*self._batchers)
        await self._pool.close()

    async def _batch_forever(self) -> None:
        while (first := await self._jobs.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._jobs.empty():
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put_nowait(None)
                    break
                group.append(job)
            group += self._lazy
            self._lazy.clear()
            await self._commit(group)
            self.figures.take(len(group), failed=isinstance(group[0].error, StoreUnavailable))
            for job in group:
                if not job.future.done():
                    job.future.set_exception(job.error) if job.error else job.future.set_result(job.result)

    async def _commit(self, group: list[Job]) -> None:
        """Run the group; a deadlock that slipped through is tried again, a lost server is told to everyone."""
        for attempt in range(TRIES):
            for job in group:
                job.error = job.result = None
            try:
                async with self._pool.acquire() as connection:
                    await run_group(connection, group)
                return
            except AGAIN as error:
                if attempt + 1 == TRIES:
                    _fail(group, StoreUnavailable(f"PostgreSQL kept refusing the transaction: {error}"))
                await asyncio.sleep(0.01 * 2**attempt)
            except (*OUT_OF_REACH, *NO_ROOM, TimeoutError) as error:
                _fail(group, StoreUnavailable(str(error)))
                return
            except Exception as error:  # noqa: BLE001  a broken transaction is told to those who wait, the batcher lives on
                _fail(group, error)
                return


async def _as_it_is(connection: Connection) -> None:
    """Give a connection back without a word to the server: nothing was set in it."""


def _fail(group: list[Job], error: Exception) -> None:
    for job in group:
        job.error = error


async def run_group(connection: Connection, group: list[Job]) -> None:
    """One transaction for the group; a script's own failure undoes only itself."""
    await connection.execute(begin(group))
    try:
        await _run(connection, group)
        if connection.is_in_transaction():
            await connection.execute("COMMIT")
    except BaseException:
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # a lost server has done it already
            await connection.execute("ROLLBACK")
        raise


def begin(group: list[Job]) -> str:
    """Begin a transaction with the locks of all its scripts, in one round trip."""
    keys = sorted({number_of(lock) for job in group for lock in job.locks})
    locks = ", ".join(f"pg_advisory_xact_lock({key})" for key in keys)
    return f"BEGIN; SELECT {locks}" if locks else "BEGIN"


def number_of(lock: str) -> int:
    """The number by which the server knows a lock."""
    return int.from_bytes(blake2b(lock.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


async def _run(connection: Connection, group: list[Job]) -> None:
    try:
        for job in group:
            if job.apart and len(group) > 1:
                await _run_apart(connection, job)
            else:
                job.result = await drive(connection, job.script())
    except PASSES:
        raise
    except Exception as error:  # noqa: BLE001  whose it is shows when they run apart
        await connection.execute("ROLLBACK")
        if len(group) == 1:
            group[0].error = error
            return
        await connection.execute(begin(group))
        for job in group:
            await _run_apart(connection, job)


async def _run_apart(connection: Connection, job: Job) -> None:
    job.error = None
    await connection.execute("SAVEPOINT job")
    try:
        job.result = await drive(connection, job.script())
    except PASSES:
        raise
    except Exception as error:  # noqa: BLE001  the script's own failure is its caller's
        job.error = error
        await connection.execute("ROLLBACK TO job")
    await connection.execute("RELEASE job")


async def drive(connection: Connection, script: Script[T]) -> T:
    """Run a script to its end inside whatever transaction is open."""
    quiet: list[Query] = []
    try:
        query = next(script)
        while True:
            if query.quiet or query.must is not None:
                quiet.append(query)
                query = script.send([])
                continue
            if quiet and not query.beside:
                await _together(connection, quiet)
                quiet = []
            rows = await (_together(connection, quiet, query) if quiet else _fetch(connection, query.sql, query.params))
            quiet = []
            query = script.send(rows)
    except StopIteration as stop:
        if quiet:
            await _together(connection, quiet)
        result: T = stop.value
        return result


async def _together(connection: Connection, queries: list[Query], last: Query | None = None) -> list[Row]:
    """Run quiet statements in one round trip, and one beside them, whose rows it gives.

    Raises the error of the first that must return a row and does not.
    """
    musts = [n for n, query in enumerate(queries) if query.must is not None]
    counted = ", ".join(f"(SELECT COUNT(*) FROM q{n})" for n in musts) or "1"
    told = f"SELECT {counted}"
    if last is not None:
        queries = [*queries, last]
        told += f", l.* FROM (SELECT 1) one LEFT JOIN (SELECT TRUE, q.* FROM q{len(queries) - 1} q) l ON TRUE"
    parts = ", ".join(f"q{n} AS ({query.sql})" for n, query in enumerate(queries))
    params = tuple(value for query in queries for value in query.params)
    found = await _fetch(connection, f"WITH {parts} {told}", params)
    for n, count in zip(musts, found[0], strict=False):
        if not count:
            raise queries[n].must or AssertionError(n)
    width = len(musts) or 1
    return [row[width + 1 :] for row in found if last is not None and row[width]]


async def _fetch(connection: Connection, sql: str, params: tuple[Any, ...]) -> list[Row]:
    try:
        found: list[Row] = [tuple(record) for record in await connection.fetch(dialect(sql), *params)]
    except asyncpg.PostgresError as error:
        error.add_note(sql)
        raise
    return found


@lru_cache(maxsize=1024)
def dialect(sql: str) -> str:
    """The statement as PostgreSQL writes it: numbered parameters, its own hints switched on."""
    sql = re.sub(r"/\*pg: (.*?) ?\*/", r"\1", sql)
    pieces = sql.split("?")
    return pieces[0] + "".join(f"${n}{piece}" for n, piece in enumerate(pieces[1:], start=1))
