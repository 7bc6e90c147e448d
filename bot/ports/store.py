"""The one way to the database.

What happens in a transaction is a *script*: a generator that yields queries and receives rows. The script says what
is to be done, the store decides how: SQLite runs whole scripts in one place and commits many together,
PostgreSQL runs them over a pool. Neither the schema's users nor the tests know which.

Scripts are written once for both databases. Placeholders are `?`; a hint that only PostgreSQL understands stands in a
comment: `SELECT … /*pg: FOR UPDATE SKIP LOCKED */`. Instants are microseconds (`bot.ports.clock.micros`), JSON is text.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
Row = Sequence[Any]


class Query(NamedTuple):
    """One statement with its parameters; the script is sent the rows it returns, as tuples."""

    sql: str
    params: tuple[Any, ...] = ()


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

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), brief: bool = False) -> T:
        """Run `script` in a writing transaction; when this returns, its effects survive a power cut.

        `locks` names what the script will contend for (resources, actors); they are taken first and in one order by
        everybody, so that scripts wait for each other instead of deadlocking. `brief` promises small statements, each by
        a key, over no list of unknown length: an embedded database may run them on the loop. Raises what the script
        raises, and `StoreUnavailable` when the database cannot take it. `script` may be called more than once.
        """

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """Run a script that only reads; it sees what was committed before the call."""

    async def close(self) -> None:
        """Finish what was begun and let the database go."""


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = "") -> Query:
    """One INSERT of one row or many; `tail` is what follows VALUES (ON CONFLICT …, RETURNING …)."""
    group = f"({', '.join('?' * len(columns))})"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([group] * len(rows))} {tail}"
    return Query(sql, tuple(value for row in rows for value in row))


def among(column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """`column IN (…)` with its parameters; false for no values."""
    if not values:
        return "1 = 0", ()
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)
