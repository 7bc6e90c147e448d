"""Scripts for the processes that are alive on one database."""

from typing import NamedTuple

import msgspec

from bot.ports.store import Query, Script
from bot.store.inbox import Claimed, let_go
from bot.store.leases import take_back

HOUSE = "house"
CONTENT = "content"

FORGET = (
    "DELETE FROM releases WHERE business = '' AND release NOT IN (SELECT release FROM processes WHERE business = '')"
)


class Living(NamedTuple):
    """A process as it last said of itself."""

    id: str
    role: str
    release: str
    started_at: int
    seen_at: int


def beat(own: Living, reads: str) -> Script[tuple[list[Living], dict[str, str]]]:
    """Give a sign of life. Gives every process that has a row, and the marks of each business's content, by business."""
    yield Query(
        "INSERT INTO processes (business, id, role, release, started_at, seen_at) VALUES ('', ?, ?, ?, ?, ?)"
        " ON CONFLICT (business, id) DO UPDATE SET role = excluded.role, release = excluded.release,"
        " started_at = excluded.started_at, seen_at = excluded.seen_at",
        own,
    )
    if reads:
        yield Query(
            "INSERT INTO releases (business, release, reads) VALUES ('', ?, ?) ON CONFLICT (business, release) DO NOTHING",
            (own.release, reads),
        )
    rows = yield Query("SELECT id, role, release, started_at, seen_at FROM processes WHERE business = '' ORDER BY id")
    marks = yield Query("SELECT business, value FROM settings WHERE name = ?", (CONTENT,))
    return [Living(*row) for row in rows], {str(row[0]): str(row[1]) for row in marks}


def living() -> Script[list[Living]]:
    """Every process that has a row, the dead whom nobody has missed yet among them."""
    rows = yield Query("SELECT id, role, release, started_at, seen_at FROM processes WHERE business = '' ORDER BY id")
    return [Living(*row) for row in rows]


def reads_of(release: str) -> Script[frozenset[str]]:
    """What a release can read; nothing for one that is not known."""
    rows = yield Query("SELECT reads FROM releases WHERE business = '' AND release = ?", (release,))
    return frozenset(msgspec.json.decode(rows[0][0], type=list[str])) if rows else frozenset()


def bury(dead: Living, now: int) -> Script[bool]:
    """Take away the row of a process that gives no more signs, and free what it held; one caller alone hears True.

    The process may only have been slow: then it finds its leases gone, and what it was at is refused at the commit.
    """
    rows = yield Query(
        "DELETE FROM processes WHERE business = '' AND id = ? AND seen_at = ? RETURNING id", (dead.id, dead.seen_at)
    )
    if not rows:
        return False
    yield from take_back(now, dead.id)
    yield Query("UPDATE leases SET until = 0 WHERE business = '' AND owner = ? AND name LIKE 'listen:%'", (dead.id,))
    yield Query(FORGET)
    return True


def leave(own_id: str) -> Script[None]:
    """The process ends: nobody need miss it."""
    yield Query("DELETE FROM processes WHERE business = '' AND id = ?", (own_id,))
    yield Query(FORGET)


def leave_to_others(claimed: Claimed, worker: str, retry_at: int) -> Script[None]:
    """Give an event back that another process can read; it does not count as begun."""
    yield Query(
        "UPDATE inbox SET starts = starts - 1 WHERE business = ? AND actor = ? AND seq = ? AND starts > 0",
        (claimed.business, claimed.actor, claimed.seq),
    )
    yield from let_go(claimed, worker, retry_at)


def content_changed(business: str, mark: str) -> Script[None]:
    """Note that a business's folder was read anew, so that every process reads it."""
    yield Query(
        "INSERT INTO settings (business, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (business, name) DO UPDATE SET value = excluded.value",
        (business, CONTENT, mark),
    )


def house_name(fresh: str) -> Script[str]:
    """What this deployment is called where it shares a place with others: made at the first start, kept for ever."""
    yield Query(
        "INSERT INTO settings (business, name, value) VALUES ('', ?, ?) ON CONFLICT (business, name) DO NOTHING",
        (HOUSE, fresh),
    )
    rows = yield Query("SELECT value FROM settings WHERE business = '' AND name = ?", (HOUSE,))
    name: str = rows[0][0]
    return name
