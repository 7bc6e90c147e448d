"""Scripts of the transcript: what was said in a conversation, by number."""

from datetime import datetime
from typing import NamedTuple

from bot.ports.clock import instant
from bot.ports.store import Query, Row, Script
from bot.replies import Message
from bot.store.inbox import decode_message


class Line(NamedTuple):
    """One message of a conversation; `author` is `customer`, `bot` or `human`."""

    seq: int
    author: str
    message: Message
    client_id: str
    at: datetime


LATE = 20
"""Messages among which the newest is looked for: what a provider could not deliver comes again after what was said since."""

CHANGED, PUBLIC = '%"replaces":%', '%"public":true%'
"""Marks of a stored message: it changes an earlier one, it was said in public; in words the quotes would be escaped."""

COLUMNS = "SELECT seq, author, body, client_id, at FROM messages WHERE business = ? AND actor = ?"


def after(business: str, actor: str, seq: int, limit: int) -> Script[list[Line]]:
    """The messages that follow number `seq`, oldest first."""
    rows = yield Query(f"{COLUMNS} AND seq > ? ORDER BY seq LIMIT ?", (business, actor, seq, limit))
    return [_line(row) for row in rows]


def before(business: str, actor: str, seq: int | None, limit: int) -> Script[list[Line]]:
    """The last messages before number `seq` (None: the newest), oldest first."""
    where, params = ("AND seq < ?", (seq,)) if seq is not None else ("", ())
    rows = yield Query(f"{COLUMNS} {where} ORDER BY seq DESC LIMIT ?", (business, actor, *params, limit))
    return [_line(row) for row in reversed(rows)]


def last_heard(business: str, actor: str) -> Script[datetime | None]:
    """When the customer last did anything: wrote, pressed, opened the conversation, hung up; None when they never did.

    What they changed or took back does not count: providers want a new message. What they said in public may be answered
    once, and counts until then.
    """
    rows = yield Query(
        "SELECT a.came_at, (SELECT MAX(m.at) FROM (SELECT n.at FROM messages n WHERE n.business = a.business"
        " AND n.actor = a.actor AND n.author = 'customer' AND n.body NOT LIKE ? AND (n.body NOT LIKE ? OR NOT EXISTS ("
        "SELECT 1 FROM messages o WHERE o.business = n.business AND o.actor = n.actor AND o.seq > n.seq"
        f" AND o.author <> 'customer')) ORDER BY n.seq DESC LIMIT {LATE}) m) FROM actors a"
        " WHERE a.business = ? AND a.actor = ?",
        (CHANGED, PUBLIC, business, actor),
    )
    last = max((at or 0 for row in rows for at in row), default=0)
    return instant(last) if last else None


def by_origin(business: str, actor: str, origin: str, limit: int = 300) -> Script[int]:
    """The number of what an operator said from an origin, as it was said first; 0 for nothing among the newest."""
    rows = yield Query(
        "SELECT seq, body FROM messages WHERE business = ? AND actor = ? AND author = 'human' ORDER BY seq DESC LIMIT ?",
        (business, actor, limit),
    )
    said = ((seq, decode_message(body)) for seq, body in rows)
    return next((seq for seq, message in said if message.origin == origin and not message.replaces), 0)


def unheard(business: str, actor: str, seq: int, keep: int) -> Script[tuple[int, int]]:
    """How many messages after number `seq` came too fast to be handled, and the number before the last `keep` of them."""
    where = "FROM inbox WHERE business = ? AND actor = ? AND seq > ? AND error = 'unheard'"
    counted = yield Query(f"SELECT COUNT(*) {where}", (business, actor, seq))
    rows = yield Query(f"SELECT seq {where} ORDER BY seq DESC LIMIT 1 OFFSET ?", (business, actor, seq, keep))
    return counted[0][0], rows[0][0] if rows else seq


def _line(row: Row) -> Line:
    seq, author, body, client_id, at = row
    return Line(seq, author, decode_message(body), client_id, instant(at))
