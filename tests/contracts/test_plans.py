"""What a message costs does not grow with what is kept: every statement on its way goes by an index."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

import pytest

from bot.ports.store import Query, Script, Store
from handlers import ROUTES
from main import tenant_of
from tests.contracts.schema import ask
from tests.crash.program import ROOT
from tests.runtime.house import House

T = TypeVar("T")
WAITING = {"actors_ready", "lines_ready", "timers_due", "inbox_waiting", "outbox_line", "inbox_parked"}
"""Indexes that hold only what waits; to pass through one is to look at no more than that."""

FIRM = re.compile(r"SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \(business=\?\)")
"""A search for all rows of a firm, which is no better than a scan."""

TALK = ("hello", "Book a visit", "Consultation", "Any branch", "Anyone", "02.12 10:00", "Ann Smith", "+374 99 123456",
        "Yes, that is right", "menu", "Book a visit", "Consultation", "cancel")  # fmt: skip


class Recorder:
    """A store that keeps every statement with its parameters, once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.queries: dict[str, Query] = {}

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), **more: Any) -> T:
        return await self._store.run(lambda: self._heard(script), locks=locks, **more)

    async def read(self, script: Callable[[], Script[T]]) -> T:
        return await self._store.read(lambda: self._heard(script))

    async def close(self) -> None:
        await self._store.close()

    def _heard(self, script: Callable[[], Script[T]]) -> Script[T]:
        running = script()
        rows: list[Any] | None = None
        try:
            while True:
                query = next(running) if rows is None else running.send(rows)
                self.queries.setdefault(query.sql, query)
                rows = yield query
        except StopIteration as stop:
            result: T = stop.value
            return result


@pytest.fixture
async def queries(store: Store) -> list[Query]:
    """What a booking asked of the database, from the first word to the confirmation and one that was broken off.

    Then several people write at once: what is done for them together are other statements.
    """
    recorder = Recorder(store)
    house = House(recorder, tenant=tenant_of(ROOT / "businesses" / "demo"), route=ROUTES)
    for words in TALK:
        heard = await house.answers(words)
        assert heard, words
    for who in ("bea", "cara", "dora"):
        await house.hears("menu", who)
    await house.settles()
    seen = list(recorder.queries.values())
    assert await house.rows("SELECT status FROM bookings") == [("booked",)]
    return seen


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_talk_on_sqlite_scans_no_table(store: Store, queries: list[Query]) -> None:
    """With a million conversations kept, a message reads as few rows as with one: SQLite searches, and scans nothing."""
    scans = set()
    for query in queries:
        for row in await ask(store, f"EXPLAIN QUERY PLAN {query.sql}", *query.params):
            found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", row[3]) or FIRM.fullmatch(row[3])
            if found and found[2] not in WAITING and _is_a_table(found[1], query.sql):
                scans.add((query.sql, row[3]))

    assert len(queries) > 20
    assert scans == set()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_talk_on_postgres_has_an_index_for_every_look(store: Store, queries: list[Query]) -> None:
    """PostgreSQL, told to avoid passing through whole tables, finds an index for every table that a message touches."""
    scans = set()

    def explain(query: Query) -> Script[list[Any]]:
        yield Query("SET LOCAL enable_seqscan = off")
        return (yield Query(f"EXPLAIN (FORMAT JSON) {query.sql}", query.params))

    for query in queries:
        if query.sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            ((plan,),) = await store.run(partial(explain, query))
            for node in _nodes(json.loads(plan)[0]["Plan"]):
                whole = "Index" in node["Node Type"] and "Index Cond" not in node and "Index Name" in node
                if node["Node Type"] == "Seq Scan" or (whole and node["Index Name"] not in WAITING):
                    scans.add((query.sql, node["Relation Name"]))

    assert len(queries) > 20
    assert scans == set()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def _is_a_table(name: str, sql: str) -> bool:
    """Whether a name of a plan is a table or its alias, and not a list in the statement itself."""
    return bool(re.search(rf"(?:FROM|JOIN|UPDATE|INTO)\s+(?:\w+\s+(?:AS\s+)?)?{name}\b", sql)) and not re.search(
        rf"\b{name}\s*(?:\([^)]*\)\s*)?AS\s*\(|json_each\([^)]*\)\s*(?:AS\s+)?{name}\b", sql
    )
