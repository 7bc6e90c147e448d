"""The audit of the crash runs has teeth: damage of each kind, done on purpose to a sound database, is found."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.audit import Audit, Findings, opened
from tests.crash.fleet import Fleet
from tests.crash.page import Page
from tests.crash.person import Person
from tests.crash.program import Program
from tests.crash.telegram.crowd import TelegramCrowd, telegram_crowd

pytestmark = pytest.mark.whole

FIRST = "(SELECT MIN(seq) FROM messages WHERE author = 'customer')"
LAST = "(SELECT MAX(seq) FROM messages WHERE author = 'customer')"
SAID = "SELECT client_id FROM messages said WHERE said.seq ="
BOOKING = (
    "customer, actor, service, specialist, branch, starts_at, local_start, zone, minutes, resource, first_cell,"
    " end_cell, status, name, phone, notes, version, created_at, changed_at"
)
DAMAGE = {
    "lost": f"DELETE FROM messages WHERE seq = {FIRST}",
    "doubled messages": (
        "INSERT INTO messages SELECT business, actor, 900, author, body, client_id, at FROM messages"
        f" WHERE seq = {FIRST}"
    ),
    "reordered": (
        f"UPDATE messages SET client_id = CASE seq WHEN {FIRST} THEN ({SAID} {LAST}) ELSE ({SAID} {FIRST}) END"
        f" WHERE seq IN ({FIRST}, {LAST})"
    ),
    "not shown": (
        "INSERT INTO messages SELECT business, actor, 901, 'bot', body, '', at FROM messages"
        " WHERE seq = (SELECT MAX(seq) FROM messages WHERE author = 'bot')"
    ),
    "handled twice": "UPDATE actors SET version = version + 1",
    "stuck": f"UPDATE inbox SET state = 'waiting' WHERE seq = {FIRST}",
    "parked": f"UPDATE inbox SET state = 'parked' WHERE seq = {FIRST}",
    "unsent": "UPDATE outbox SET state = 'failed' WHERE message = (SELECT MAX(message) FROM outbox)",
    "half done": "UPDATE actors SET lease_until = 1",
    "booking and word differ": "UPDATE bookings SET id = 'ZZZZZZZZ'",
    "calendar": "DELETE FROM occupancy WHERE cell = (SELECT MIN(cell) FROM occupancy)",
    "doubled bookings": (
        f"INSERT INTO bookings (business, id, {BOOKING}) SELECT business, 'AA', {BOOKING} FROM bookings"
    ),
}


PRIVATE = "key LIKE 'telegram/%'"
ON_TELEGRAM = {
    "lost": "DELETE FROM inbox WHERE rowid = (SELECT MIN(rowid) FROM inbox WHERE dedupe_key LIKE 'telegram:%')",
    "reordered": (
        "UPDATE inbox SET seq = seq + 1000 WHERE rowid ="
        " (SELECT MIN(rowid) FROM inbox WHERE dedupe_key LIKE 'telegram:%' AND actor LIKE 'telegram/%')"
    ),
    "not shown": (
        f"UPDATE requests SET provider_id = '99999' WHERE rowid = (SELECT MIN(rowid) FROM requests WHERE {PRIVATE})"
    ),
    "shown twice": f"DELETE FROM requests WHERE rowid = (SELECT MAX(rowid) FROM requests WHERE {PRIVATE})",
    "doubled cases": "DELETE FROM cases WHERE kind = 'lead'",
    "lost relays": "DELETE FROM messages WHERE author = 'human'",
    "booking and word differ": "UPDATE bookings SET id = 'ZZZZZZZZ' WHERE rowid = (SELECT MIN(rowid) FROM bookings)",
    "stuck": "DELETE FROM ratings",
}


async def broken_promises(database: Path, page: Page) -> Counter[str]:
    store = await opened(f"sqlite:///{database}")
    audit = Audit(store, Findings())
    await audit.at_rest()
    await audit.everything([page])
    await store.close()
    return audit.findings.broken


async def test_every_kind_of_damage_is_found(program: Program, page: Callable[[str], Page], tmp_path: Path) -> None:
    """A visitor books in peace and nothing is found; then one row is spoilt, and the audit says in which way."""
    visitor = page("by socket")
    await Person(visitor, "book", random.Random(3)).live()
    await visitor.close()
    assert await program.stop() == 0
    assert await broken_promises(program.folder / "dragoman.db", visitor) == Counter()

    for promise, damage in DAMAGE.items():
        spoilt = tmp_path / f"{promise}.db"
        shutil.copy(program.folder / "dragoman.db", spoilt)
        with closing(sqlite3.connect(spoilt)) as connection, connection:
            assert connection.execute(damage).rowcount > 0
        assert (await broken_promises(spoilt, visitor))[promise] > 0, promise


async def broken_on_telegram(database: Path, people: TelegramCrowd) -> Counter[str]:
    store = await opened(f"sqlite:///{database}")
    audit = Audit(store, Findings())
    await people.check(audit)
    await store.close()
    return audit.findings.broken


async def test_every_kind_of_damage_is_found_on_telegram(tmp_path: Path) -> None:
    """People come and go in peace and nothing is found; then something is spoilt, and the audit says in which way."""
    program = Program(tmp_path / "run")
    async with telegram_crowd(Fleet([program]), "polling", 3, 8, tmp_path / "run") as people:
        await program.start()
        people.gather()
        await people.leave(60)
        assert await program.stop() == 0
        assert await broken_on_telegram(tmp_path / "run/dragoman.db", people) == Counter()

        for promise, damage in ON_TELEGRAM.items():
            spoilt = tmp_path / f"{promise}.db"
            shutil.copy(tmp_path / "run/dragoman.db", spoilt)
            with closing(sqlite3.connect(spoilt)) as connection, connection:
                assert connection.execute(damage).rowcount > 0
            assert (await broken_on_telegram(spoilt, people))[promise] > 0, promise
        room = people.messenger.screen(people.operators.group)
        room.notes += room.notes
        assert (await broken_on_telegram(tmp_path / "run/dragoman.db", people))["doubled relays"] > 0
