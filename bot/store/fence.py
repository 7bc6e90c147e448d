"""The fence around a database that came out of a backup: it works, and says nothing until a person has looked.

A copy knows nothing of what happened after it was made: what waits in its outbox has left long ago, its timers have
fired, and a visit that it believes in may have been cancelled. So a restored database is fenced, business by business:

- *catching up*: before anybody is let in, what the copy still owed is done (waiting events, timers that came due). It
  gets the numbers and ids that the original gave it, and all that it says is set aside as `held`.
- *closed*: messages are taken in and steps are taken, and what they say waits. Numbers go on far above those that the
  original may have given since, so that no button, id or key of its last hours means something else here.
- *lifted* by a person: what is held is let go, answers to what was written since leave.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bot.events import Envelope, JobFinished
from bot.ports.clock import instant
from bot.ports.store import Query, Row, Script, among, insert
from bot.store.inbox import accept

NAME = "fence"
APART = 1_000_000
"""How far numbers jump: more than one conversation can have been given between a backup and its return."""

RESTORED = "restored"
"""The outcome of an order that the copy of a backup held: it was carried out long ago, and by another."""


class Fence(msgspec.Struct, frozen=True):
    """How a business's database was restored; instants in microseconds."""

    taken_at: int
    """When the backup was made: nothing later is in it."""
    restored_at: int
    closed: bool = False
    """Whether it has caught up."""


class Lifted(NamedTuple):
    """What became of the rows behind a fence."""

    let_go: int
    """Held since the backup, or answers to what was older than wished: they are not sent."""
    leaving: int


decode = msgspec.json.Decoder(Fence).decode


def standing(firms: Sequence[str] | None = None) -> Script[dict[str, Fence]]:
    """The fences that stand, by business; of `firms` only, if they are given."""
    mine, names = ("1 = 1", ()) if firms is None else among("business", firms)
    rows = yield Query(f"SELECT business, value FROM settings WHERE name = ? AND {mine}", (NAME, *names))
    return {business: decode(value) for business, value in rows}


def mark(taken_at: int, now: int, firms: Sequence[str] = ()) -> Script[list[str]]:
    """Fence every business of a restored database, and `firms`; gives their names."""
    rows = yield Query("SELECT DISTINCT business FROM actors")
    names = sorted({row[0] for row in rows} | set(firms))
    for business in names:
        yield from _keep(business, Fence(taken_at, now))
    return names


def put_up(taken_at: int, now: int, firms: Sequence[str] = ()) -> Script[list[str]]:
    """Fence a restored database: `mark` it, free all leases, since those who held them are gone, and stop broadcasts.

    A broadcast that was under way does not go on, because nobody knows who has been told since.
    """
    names = yield from mark(taken_at, now, firms)
    yield Query("UPDATE campaigns SET state = 'stopped', ended_at = ? WHERE state = 'running'", (now,))
    yield Query("UPDATE actors SET lease_until = 0, lease_owner = '' WHERE lease_until > 0")
    yield Query("UPDATE lines SET lease_until = 0, lease_owner = '' WHERE lease_until > 0")
    yield Query("DELETE FROM leases")
    return names


def begin(business: str) -> Script[None]:
    """Free what a process that died over the catching up had in hand."""
    yield Query("UPDATE actors SET lease_until = 0 WHERE business = ? AND lease_until > 0", (business,))


def next_due(business: str) -> Script[int | None]:
    """When the next event or timer of a business wants a step, or None."""
    rows = yield Query(
        "SELECT MIN(due) FROM (SELECT MIN(ready_at) AS due FROM actors WHERE business = ?"
        " UNION ALL SELECT MIN(due_at) FROM timers WHERE business = ?) d",
        (business, business),
    )
    found: int | None = rows[0][0]
    return found


def close(business: str) -> Script[None]:
    """End the catching up of a business: set aside what it has said, and let the numbers jump."""
    fence = (yield from standing([business])).get(business)
    if fence is None or fence.closed:
        return
    yield Query("UPDATE outbox SET state = 'held' WHERE business = ? AND state IN ('waiting', 'sending')", (business,))
    yield Query("UPDATE lines SET ready_at = NULL, lane = 0, lease_until = 0 WHERE business = ?", (business,))
    yield Query("UPDATE actors SET seq = seq + ? WHERE business = ?", (APART, business))
    yield from _keep(business, Fence(fence.taken_at, fence.restored_at, closed=True))


def behind(business: str) -> Script[tuple[int, int]]:
    """How many rows are held since the backup, and how many were said since the restore."""
    rows = yield Query(
        "SELECT COUNT(CASE WHEN state = 'held' THEN 1 END), COUNT(CASE WHEN state <> 'held' THEN 1 END) FROM outbox"
        " WHERE business = ? AND state IN ('held', 'waiting', 'sending')",
        (business,),
    )
    return rows[0][0], rows[0][1]


def lift(business: str, now: int, since: int | None = None, *, send_held: bool = False) -> Script[Lifted | None]:
    """Take the fence away; None when there is none, or it is not closed yet.

    What is held is not sent, unless `send_held`: right only when nobody worked on the original after the backup. What
    was said since leaves, unless it answers something that happened before `since`: that is a delivery which the original
    may have answered as well. Without it that is the restore, or the backup when what is held is sent.
    """
    fence = (yield from standing([business])).get(business)
    if fence is None or not fence.closed:
        return None
    if since is None:
        since = fence.taken_at if send_held else fence.restored_at
    late = yield from _late(business, since)
    for n in range(0, len(late), 500):
        wanted, keys = among("key", late[n : n + 500])
        yield Query(f"UPDATE outbox SET expires_at = ? WHERE business = ? AND {wanted}", (now, business, *keys))
    let_go = 0 if send_held else (yield from _let_go(business, now))
    if send_held:
        yield Query(
            "UPDATE outbox SET state = 'waiting', due_at = ? WHERE business = ? AND state = 'held'", (now, business)
        )
    yield Query(
        "UPDATE lines SET ready_at = ? WHERE business = ? AND EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.business = lines.business AND o.line = lines.line AND o.state IN ('waiting', 'sending'))",
        (now, business),
    )
    yield Query("DELETE FROM settings WHERE business = ? AND name = ?", (business, NAME))
    _, waiting = yield from behind(business)
    return Lifted(let_go + len(late), waiting - len(late))


def _keep(business: str, fence: Fence) -> Script[None]:
    row = (business, NAME, msgspec.json.encode(fence).decode())
    tail = "ON CONFLICT (business, name) DO UPDATE SET value = excluded.value"
    yield insert("settings", ("business", "name", "value"), [row], tail)


def _late(business: str, since: int) -> Script[list[str]]:
    """Keys of rows that answer what a customer did before an instant, however late it was delivered to us."""
    rows = yield Query(
        "SELECT key, actor, created_at FROM outbox WHERE business = ? AND state IN ('waiting', 'sending')", (business,)
    )
    late = []
    for key, actor, created_at in rows:
        cause = key.rpartition("#")[2].partition(".")[0]
        said = yield Query(
            "SELECT at FROM messages WHERE business = ? AND actor = ? AND seq = ? AND author = 'customer'",
            (business, actor, int(cause)),
        )
        if (said[0][0] if said else created_at) < since:
            late.append(key)
    return late


def _let_go(business: str, now: int) -> Script[int]:
    """Give up what is held without a word to customers; who has ordered something hears that it was done elsewhere."""
    gone = yield Query(
        "UPDATE outbox SET state = 'expired', finished_at = ?, error = 'held since a backup was restored'"
        " WHERE business = ? AND state = 'held' RETURNING key, actor, port, body, message",
        (now, business),
    )
    yield from accept([_heard(business, row, now) for row in gone if row[4] is None], now)
    return len(gone)


def _heard(business: str, row: Row, now: int) -> Envelope:
    key, actor, port, body, _ = row
    event = JobFinished(msgspec.json.decode(body or "{}").get("job", ""), port, ok=False, error=RESTORED)
    return Envelope(business, actor, f"job:{key}", instant(now), event)
