"""What the first release says to the database, word for word, for ever.

During a deploy the old program works on the new schema. These statements are that old program: a migration after which one of
them fails, or loses a message, cannot be rolled out under traffic.
"""

from collections.abc import Sequence

from bot.ports.store import Query, Row, Script

LEASE = 30_000_000
BUSINESS = "demo"


def accept(actor: str, key: str, now: int) -> Script[bool]:
    """A customer's message; False for a repeat."""
    known = yield Query("SELECT seq FROM inbox WHERE business = ? AND dedupe_key = ?", (BUSINESS, key))
    if known:
        return False
    rows = yield Query(
        "INSERT INTO actors (business, actor, seq, ready_at, lane) VALUES (?, ?, 1, ?, 0)"
        " ON CONFLICT (business, actor) DO UPDATE SET seq = actors.seq + 1,"
        " ready_at = COALESCE(actors.ready_at, excluded.ready_at) RETURNING seq",
        (BUSINESS, actor, now),
    )
    yield Query(
        "INSERT INTO inbox (business, actor, seq, dedupe_key, body, lane, accepted_at) VALUES (?, ?, ?, ?, '{}', 0, ?)",
        (BUSINESS, actor, rows[0][0], key, now),
    )
    yield Query(
        "INSERT INTO messages (business, actor, seq, author, body, client_id, at)"
        " VALUES (?, ?, ?, 'customer', '{}', '', ?)",
        (BUSINESS, actor, rows[0][0], now),
    )
    return True


def step(now: int) -> Script[int]:
    """Claim what is due and answer it: an answer, a timer, a row to send for each; gives how many."""
    leased = yield Query(
        "UPDATE actors SET lease_owner = 'old', lease_until = ? WHERE (business, actor) IN (SELECT business, actor"
        " FROM actors WHERE ready_at <= ? AND lease_until <= ? ORDER BY lane, ready_at LIMIT 16"
        " /*pg: FOR UPDATE SKIP LOCKED */) RETURNING business, actor, version",
        (now + LEASE, now, now),
    )
    for business, actor, version in leased:
        yield from _commit(business, actor, version, now)
    return len(leased)


def _commit(business: str, actor: str, version: int, now: int) -> Script[None]:
    rows = yield Query(
        "SELECT MIN(seq) FROM inbox WHERE business = ? AND actor = ? AND state = 'waiting'", (business, actor)
    )
    cause = rows[0][0]
    yield Query("UPDATE inbox SET starts = starts + 1, state = 'done', response = NULL WHERE business = ? AND actor = ?"
                " AND seq = ? AND state = 'waiting'", (business, actor, cause))  # fmt: skip
    moved = yield Query(
        "UPDATE actors SET version = version + 1, seq = seq + 1, state = '{}', lease_until = 0, ready_at = ("
        "SELECT CASE WHEN COUNT(*) > 0 THEN CAST(? AS BIGINT) END FROM inbox"
        " WHERE business = ? AND actor = ? AND state = 'waiting')"
        " WHERE business = ? AND actor = ? AND version = ? AND lease_owner = 'old' RETURNING seq",
        (now, business, actor, business, actor, version),
    )
    number = moved[0][0]
    yield Query(
        "INSERT INTO messages (business, actor, seq, author, body, at) VALUES (?, ?, ?, 'bot', '{}', ?)",
        (business, actor, number, now),
    )
    yield Query(
        "INSERT INTO lines (business, line, ready_at, lane) VALUES (?, ?, ?, 0)"
        " ON CONFLICT (business, line) DO UPDATE SET ready_at = COALESCE(lines.ready_at, excluded.ready_at)",
        (business, actor, now),
    )
    yield Query(
        "INSERT INTO outbox (business, key, line, actor, message, port, body, kind, lane, created_at, position, due_at,"
        " expires_at) VALUES (?, ?, ?, ?, ?, 'webchat', NULL, 'question', 0, ?, ?, ?, NULL)",
        (business, f"{actor}#{cause}.0", actor, actor, number, now, number, now),
    )
    yield Query(
        "INSERT INTO timers (business, actor, key, generation, due_at, lane, data) VALUES (?, ?, 'nudge', 1, ?, 2, '{}')"
        " ON CONFLICT (business, actor, key) DO UPDATE SET generation = timers.generation + 1, due_at = excluded.due_at",
        (business, actor, now + LEASE),
    )


def send(now: int) -> Script[int]:
    """Take lines that are due and send all of each; gives how many rows."""
    leased = yield Query(
        "UPDATE lines SET lease_owner = 'old', lease_until = ? WHERE (business, line) IN (SELECT business, line FROM lines"
        " WHERE ready_at <= ? AND lease_until <= ? ORDER BY lane, ready_at LIMIT 16 /*pg: FOR UPDATE SKIP LOCKED */)"
        " RETURNING business, line",
        (now + LEASE, now, now),
    )
    sent: list[Row] = []
    for business, line in leased:
        sent += yield from _send_line(business, line, now)
    return len(sent)


def _send_line(business: str, line: str, now: int) -> Script[Sequence[Row]]:
    rows = yield Query(
        "UPDATE outbox SET state = 'sent', attempts = attempts + 1, finished_at = ?, error = '' WHERE business = ?"
        " AND line = ? AND state IN ('waiting', 'sending') RETURNING key",
        (now, business, line),
    )
    for (key,) in rows:
        yield Query(
            "INSERT INTO requests (business, key, n, outcome, provider_id, at) VALUES (?, ?, 0, 'sent', 'm', ?)",
            (business, key, now),
        )
    yield Query(
        "UPDATE lines SET ready_at = NULL, lane = 0, lease_until = 0 WHERE business = ? AND line = ?", (business, line)
    )
    return rows
