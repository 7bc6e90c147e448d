"""The one way to the database.

What happens in a transaction is a *script*: a generator that yields queries and receives rows. The script says what
is to be done, the store decides how: SQLite runs whole scripts in one place and commits many together,
PostgreSQL runs them over a pool. Neither the schema's users nor the tests know which.

Scripts are written once for both databases. Placeholders are `?`; a hint that only PostgreSQL understands stands in a
comment: `SELECT … /*pg: FOR UPDATE SKIP LOCKED */`. Instants are microseconds (`bot.ports.clock.micros`), JSON is text.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
Row = Sequence[Any]

LAZY_SECONDS = 0.01
"""How long a lazy script waits for others to commit with."""


class Query(NamedTuple):
    """One statement with its parameters; the script is sent the rows it returns, as tuples.

    A `quiet` one is asked for no rows, and neither sees nor changes what other quiet ones beside it change: a store may
    run it later, together with them. One with `must` is quiet as well, and raises that error where it returns no row.
    One that is `beside` returns its rows, and stands to the quiet ones before it as they do to each other.
    """

    sql: str
    params: tuple[Any, ...] = ()
    quiet: bool = False
    must: Exception | None = None
    beside: bool = False


Script = Generator[Query, list[Row], T]
"""A transaction in the making. Raising inside it undoes all it did and reaches the caller."""


class StoreUnavailable(Exception):
    """The database cannot be written now (locked, disk full, restarting). Nothing was kept; try again later."""


class ClaimRefused(Exception):
    """The database decided against a claim: somebody else holds what was claimed."""

    def __init__(self, claim: str) -> None:
        super().__init__(claim)
        self.claim = claim


class Conflict(Exception):
    """A row changed between load and commit; nothing was kept, the step is to be run again on the new state."""


class Store(Protocol):
    """Runs scripts, each as one transaction."""

    async def run(
        self,
        script: Callable[[], Script[T]],
        *,
        locks: Iterable[str] = (),
        brief: bool = False,
        lazy: bool = False,
        apart: bool = False,
    ) -> T:
        """Run `script` in a writing transaction; when this returns, its effects survive a power cut.

        `locks` names what the script will contend for (resources, actors); they are taken first and in one order by
        everybody, so that scripts wait for each other instead of deadlocking. `brief` promises small statements, each by
        a key, over no list of unknown length: an embedded database may run them on the loop. A `lazy` script is brief
        and may wait `LAZY_SECONDS`, so that it shares the commit of others. One that is `apart` may well be refused, and
        is then undone without those that it shares a commit with being run again. Raises what the script raises, and
        `StoreUnavailable` when the database cannot take it. `script` may be called more than once.
        """

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """Run a script that only reads; it sees what was committed before the call."""

    async def close(self) -> None:
        """Finish what was begun and let the database go."""


def insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = "", *, quiet: bool = False
) -> Query:
    """One INSERT of one row or many; `tail` is what follows VALUES (ON CONFLICT …, RETURNING …)."""
    sql = _insertion(table, tuple(columns), len(rows), tail)
    return Query(sql, tuple(rows[0]) if len(rows) == 1 else tuple(value for row in rows for value in row), quiet)


@lru_cache(maxsize=512)
def _insertion(table: str, columns: tuple[str, ...], rows: int, tail: str) -> str:
    group = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([group] * rows)} {tail}"


def pairs(count: int) -> str:
    """A list of so many pairs, for `(a, b) IN …`; SQLite looks through the whole table for a bare VALUES of several."""
    return f"(SELECT column1, column2 FROM (VALUES {', '.join(['(?, ?)'] * count)}) listed)"


def among(column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """`column IN (…)` with its parameters; false for no values."""
    if not values:
        return "1 = 0", ()
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)
