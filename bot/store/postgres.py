"""PostgreSQL: the same scripts over a pool, commits grouped under load.

A few batchers each own a connection. Whatever waits when one is free runs in one transaction, a savepoint a script.
Locks named by scripts are advisory locks taken first and in one order, so batches wait for each other and do not
deadlock.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg

from bot.ports.store import Script, StoreUnavailable

T = TypeVar("T")

GROUP = 32
TRIES = 5

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS key"
OUT_OF_REACH = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError)
NO_ROOM = (asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError)
AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@dataclass(slots=True)
class Job:
    """A script that waits for a batcher."""

    script: Callable[[], Script[Any]]
    locks: frozenset[str]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = field(default=None)


class PostgresStore:
    """The `Store` on PostgreSQL 14 or newer; `batchers` transactions are under way at most."""

    def __init__(self, pool: "asyncpg.Pool[Any]", *, batchers: int = 4) -> None:
        self._pool = pool
        self._closed = False
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._batchers = [
            asyncio.create_task(self._batch_forever(), name=f"store-batcher-{n}") for n in range(batchers)
        ]

    @classmethod
    async def connect(cls, url: str, *, batchers: int = 4) -> "PostgresStore":
        """Open the pool; raises `StoreUnavailable` when the server cannot be reached or does not keep what it commits."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=batchers + 2, statement_cache_size=512, command_timeout=30, timeout=10
            )
            durable = await pool.fetchval("SHOW synchronous_commit")
        except (*OUT_OF_REACH, asyncpg.PostgresError, TimeoutError, ValueError) as error:
            raise StoreUnavailable(f"PostgreSQL cannot be reached: {error}") from error
        if durable == "off":
            await pool.close()
            raise StoreUnavailable("PostgreSQL runs with synchronous_commit=off, so a power cut could lose messages")
        return cls(pool, batchers=batchers)

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), brief: bool = False) -> T:
        """See `Store.run`; a server's scripts are never run on the loop."""
        del brief
        if self._closed:
            raise StoreUnavailable("the database is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait(Job(script, frozenset(locks), future))
        return await future

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
            await self._commit(group)
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


def _fail(group: list[Job], error: Exception) -> None:
    for job in group:
        job.error = error


async def run_group(connection: "asyncpg.pool.PoolConnectionProxy[Any]", group: list[Job]) -> None:
    """One transaction for the group, a savepoint a script; a script's own failure undoes only itself."""
    async with connection.transaction():
        if locks := sorted(frozenset().union(*(job.locks for job in group))):
            await connection.execute(LOCK, locks)
        for job in group:
            try:
                async with connection.transaction():
                    job.result = await drive(connection, job.script())
            except (*AGAIN, *OUT_OF_REACH, *NO_ROOM, TimeoutError):
                raise
            except Exception as error:  # noqa: BLE001  the script's own failure is its caller's
                job.error = error


async def drive(connection: "asyncpg.pool.PoolConnectionProxy[Any]", script: Script[T]) -> T:
    """Run a script to its end inside whatever transaction is open."""
    rows: list[Any] | None = None
    try:
        while True:
            query = next(script) if rows is None else script.send(rows)
            try:
                records = await connection.fetch(dialect(query.sql), *query.params)
            except asyncpg.PostgresError as error:
                error.add_note(query.sql)
                raise
            rows = [tuple(record) for record in records]
    except StopIteration as stop:
        result: T = stop.value
        return result


@lru_cache(maxsize=1024)
def dialect(sql: str) -> str:
    """The statement as PostgreSQL writes it: numbered parameters, its own hints switched on."""
    sql = re.sub(r"/\*pg: (.*?) ?\*/", r"\1", sql)
    pieces = sql.split("?")
    return pieces[0] + "".join(f"${n}{piece}" for n, piece in enumerate(pieces[1:], start=1))
