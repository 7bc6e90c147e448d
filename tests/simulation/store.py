"""The real store on a real file, as a program sees it that waits for it, is refused by it and is cut off beside it.

A call has a moment before it and a moment after it, so a program can end without its commit or right behind it.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.ports.store import Query, Script, StoreUnavailable
from bot.records import check_occupancy
from bot.store.sqlite import SqliteStore, drive
from tests.simulation.world import World

T = TypeVar("T")

BUSINESS = "demo"
STALL = (31.0, 70.0)


class UnsureStore:
    """A `Store`; `changes` grows with every write that survives. What is wrong in a calendar is told to the world at once."""

    def __init__(self, path: Path, world: World) -> None:
        self._inner = SqliteStore(path, inline=True)
        self._connection: sqlite3.Connection = self._inner._writer
        self._connection.execute("PRAGMA synchronous = OFF")  # the machine stays up; only the program ends
        self.world = world
        self.full = self.gone = False

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), **more: Any) -> T:
        """See `Store.run`."""
        await self._wait()
        if self.full or self.gone:
            self.world.counts["refused writes"] += 1
            raise StoreUnavailable("the disk is full")
        names = list(locks)
        found = await self._inner.run(script, locks=names, **more)
        if any("/specialist:" in name for name in names):
            self._check()
        if self.world.chance(self.world.weather.unsure_commits):
            self.world.see("a commit is kept and answered with an error")
            self.world.counts["unsure commits"] += 1
            raise StoreUnavailable("the connection broke while the answer was awaited")
        await self._wait()
        return found

    async def read(self, script: Callable[[], Script[T]]) -> T:
        """See `Store.read`."""
        await self._wait()
        if self.gone:
            raise StoreUnavailable("the database is starting")
        return await self._inner.read(script)

    async def close(self) -> None:
        """See `Store.close`."""
        self.cut()

    def cut(self) -> None:
        """Let the file go, whatever was under way."""
        self._inner._closed = True
        if self._inner._reader is not self._connection:
            self._inner._reader.close()
        self._connection.close()

    @property
    def changes(self) -> int:
        """Rows that were written since the file was opened."""
        return self._connection.total_changes

    def rows(self, sql: str, *params: Any) -> list[Any]:
        """What stands there, seen from outside the program."""
        return self._connection.execute(sql, params).fetchall()

    def ask(self, script: Script[T]) -> T:
        """What a script finds, seen from outside the program."""
        return drive(self._connection, script)

    def alter(self, sql: str, *params: Any) -> None:
        """Change something as if it had always been so."""
        self._connection.execute(sql, params)

    async def _wait(self) -> None:
        weather, draw = self.world.weather, self.world.draw
        if self.world.chance(weather.stalls):
            self.world.see("the database stalls")
            self.world.counts["stalls"] += 1
            await self.world.pause(draw.uniform(*STALL))
        elif self.world.chance(weather.slow):
            await self.world.pause(draw.uniform(0.001, 0.4))
        else:
            await self.world.pause(0)

    def _check(self) -> None:
        """Nobody shares a time, and every visit owns its own."""
        for sentence in self.ask(check_occupancy(BUSINESS)):
            self.world.blame("calendar", sentence)
        shared = self.rows(
            "SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.resource = b.resource AND a.id < b.id"
            " AND a.first_cell < b.end_cell AND b.first_cell < a.end_cell WHERE a.status = 'booked' AND b.status = 'booked'"
        )
        for one, other in shared:
            self.world.blame("doubled bookings", f"{one} and {other} share a time")


def query(sql: str, *params: Any) -> Callable[[], Script[list[Any]]]:
    """One statement as a script."""
    return partial(_one, Query(sql, params))


def _one(asked: Query) -> Script[list[Any]]:
    return (yield asked)
