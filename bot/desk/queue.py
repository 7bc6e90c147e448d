"""The cases as operators see them in a list, and a cheap mark that changes when anything of them does."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.ports.clock import instant
from bot.ports.store import Query, Row, Script
from bot.replies import Message
from bot.store.inbox import decode_message

MOST = 300
FOUND = 50
COLUMNS = (
    "SELECT c.id, c.actor, c.kind, c.status, c.owner, c.department, c.opened_at, c.changed_at, c.closed_at,"
    " u.name, u.phone, u.language, w.name, s.author, s.body, s.at FROM cases c"
    " LEFT JOIN customers u ON u.business = c.business AND u.id = c.customer"
    " LEFT JOIN members w ON w.business = c.business AND w.id = c.owner"
    " LEFT JOIN messages s ON s.business = c.business AND s.actor = c.actor AND s.seq ="
    " (SELECT MAX(x.seq) FROM messages x WHERE x.business = c.business AND x.actor = c.actor)"
)


class Last(NamedTuple):
    """The newest message of a conversation."""

    author: str
    message: Message
    at: datetime


class Listed(NamedTuple):
    """A case in the list; names are as their owners gave them."""

    id: str
    actor: str
    kind: str
    status: str
    owner: str
    department: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    name: str
    phone: str
    language: str
    owner_name: str
    last: Last | None


def open_now(business: str) -> Script[list[Listed]]:
    """What is open, oldest first."""
    rows = yield Query(
        f"{COLUMNS} WHERE c.business = ? AND c.closed_at IS NULL ORDER BY c.opened_at, c.id LIMIT ?", (business, MOST)
    )
    return [_read(row) for row in rows]


def closed_since(business: str, since: int) -> Script[list[Listed]]:
    """What was closed since an instant, newest first."""
    rows = yield Query(
        f"{COLUMNS} WHERE c.business = ? AND c.closed_at >= ? ORDER BY c.closed_at DESC, c.id LIMIT ?",
        (business, since, FOUND),
    )
    return [_read(row) for row in rows]


def matching(business: str, words: str) -> Script[list[Listed]]:
    """Cases whose id, customer's phone or customer's name is like `words`, newest first."""
    digits = "".join(char for char in words if char.isdigit())
    # A database folds only the case of its own letters (SQLite: Latin), so the usual spellings are asked for.
    spellings = sorted({words, words.lower(), words.capitalize(), words.title()})
    likes = [f"%{_plain(spelling)}%" for spelling in spellings]
    where = " OR ".join(["c.id = ?", *["u.name LIKE ? ESCAPE '!'"] * len(likes)])
    params: list[str] = [words.lstrip("#").upper(), *likes]
    if len(digits) >= 4:
        where += " OR u.phone LIKE ?"
        params.append(f"%{digits}%")
    rows = yield Query(
        f"{COLUMNS} WHERE c.business = ? AND ({where}) ORDER BY c.opened_at DESC, c.id LIMIT ?",
        (business, *params, FOUND),
    )
    return [_read(row) for row in rows]


def _plain(words: str) -> str:
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def version(business: str, actor: str) -> Script[str]:
    """A mark of the open cases, of what is said in their conversations, and of one more conversation."""
    cases = yield Query(
        "SELECT COUNT(*), COALESCE(MAX(c.changed_at), 0), CAST(COALESCE(SUM(a.seq + a.version), 0) AS BIGINT)"
        " FROM cases c LEFT JOIN actors a ON a.business = c.business AND a.actor = c.actor"
        " WHERE c.business = ? AND c.closed_at IS NULL",
        (business,),
    )
    seen = yield Query("SELECT seq + version FROM actors WHERE business = ? AND actor = ?", (business, actor))
    marks: Sequence[int] = (*cases[0], seen[0][0] if seen else 0)
    return ".".join(map(str, marks))


def _read(row: Row) -> Listed:
    case, actor, kind, status, owner, department, opened, changed, closed, *people, author, body, at = row
    name, phone, language, owner_name = (each or "" for each in people)
    last = Last(author, decode_message(body), instant(at)) if body is not None else None
    ended = instant(closed) if closed is not None else None
    return Listed(
        case, actor, kind, status, owner, department, instant(opened), instant(changed), ended, name, phone, language,
        owner_name, last,
    )  # fmt: skip
