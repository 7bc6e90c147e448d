"""Scripts of the outbox: what must leave, line by line, once.

A row that a worker takes is marked as being sent *before* it is sent. A worker that finds a row already marked knows
that somebody died over it: the row was perhaps sent.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.events import Envelope
from bot.ports.store import Query, Row, Script, among, insert
from bot.replies import Message
from bot.store.inbox import accept, decode_message


class Parcel(NamedTuple):
    """An outbox row in a worker's hands, the head of its line."""

    business: str
    key: str
    line: str
    actor: str
    number: int | None
    port: str
    kind: str
    lane: int
    body: str | None
    message: Message | None
    created_at: int
    expires_at: int | None
    attempts: int
    perhaps: bool
    sent_parts: int
    replaced: str
    """The provider's id of the message whose place this one takes; empty when it never arrived, or for none."""


class Result(NamedTuple):
    """What became of a parcel: a final state, or `waiting` with the time of the next try.

    `parts` are the outcomes of its requests so far, (place, outcome, provider id). `events` go to actors.
    """

    parcel: Parcel
    state: str
    retry_at: int | None = None
    error: str = ""
    parts: Sequence[tuple[int, str, str]] = ()
    events: Sequence[Envelope] = ()


def take(
    worker: str, now: int, lease: timedelta, limit: int, firms: Sequence[str] | None = None
) -> Script[list[Parcel]]:
    """Lease up to `limit` lines and give the head of each, most urgent lane first; of `firms` only, if given."""
    mine, names = ("1 = 1", ()) if firms is None else among("business", firms)
    leased = yield Query(
        "UPDATE lines SET lease_owner = ?, lease_until = ? WHERE (business, line) IN (SELECT business, line FROM lines"
        f" WHERE ready_at <= ? AND lease_until <= ? AND {mine} ORDER BY lane, ready_at LIMIT ?"
        " /*pg: FOR UPDATE SKIP LOCKED */)"
        " RETURNING business, line",
        (worker, now + lease // timedelta(microseconds=1), now, now, *names, limit),
    )
    if not leased:
        return []
    heads = yield from _heads(leased, now)
    parcels = []
    for row in heads:
        parcels.append((yield from _parcel(row)))  # noqa: PERF401  a comprehension cannot yield
    if parcels:
        yield from _mark(parcels)
    for business, line in {(row[0], row[1]) for row in leased} - {(each.business, each.line) for each in parcels}:
        yield from _rest(business, line)
    return sorted(parcels, key=lambda each: each.lane)


def _heads(lines: Sequence[Row], now: int) -> Script[list[Row]]:
    """The most urgent due head of each line; within a lane nothing overtakes a row that waits for its next try."""
    places = ", ".join(["(?, ?)"] * len(lines))
    return (
        yield Query(
            "SELECT business, key, line, actor, message, port, kind, lane, body, created_at, expires_at, attempts, state"
            " FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY business, line ORDER BY lane, created_at, position) AS turn"
            " FROM (SELECT i.*, ROW_NUMBER() OVER (PARTITION BY business, line, lane ORDER BY created_at, position) AS place"
            f" FROM outbox i WHERE state IN ('waiting', 'sending') AND (business, line) IN (VALUES {places})) o"
            " WHERE place = 1 AND due_at <= ?) h WHERE turn = 1",
            (*(part for row in lines for part in row), now),
        )
    )


def _parcel(row: Row) -> Script[Parcel]:
    business, key, line, actor, number, port, kind, lane, body, created_at, expires_at, attempts, state = row
    message = None
    if number is not None:
        rows = yield Query(
            "SELECT body FROM messages WHERE business = ? AND actor = ? AND seq = ?", (business, actor, number)
        )
        message = decode_message(rows[0][0])
    sent_parts = 0
    if attempts or state == "sending":
        rows = yield Query(
            "SELECT COUNT(*) FROM requests WHERE business = ? AND key = ? AND outcome = 'sent'", (business, key)
        )
        sent_parts = rows[0][0]
    replaced = yield from replaced_by(business, actor, message)
    return Parcel(business, key, line, actor, number, port, kind, lane, body, message, created_at, expires_at, attempts,
                  state == "sending", sent_parts, replaced)  # fmt: skip


def replaced_by(business: str, actor: str, message: Message | None) -> Script[str]:
    """The provider's id of the message whose place this one takes; empty when there is none."""
    if message is None or not message.replaces:
        return ""
    rows = yield Query(
        "SELECT r.provider_id FROM requests r JOIN outbox o ON o.business = r.business AND o.key = r.key"
        " WHERE o.business = ? AND o.actor = ? AND o.message = ? AND r.outcome = 'sent' ORDER BY r.n DESC LIMIT 1",
        (business, actor, message.replaces),
    )
    return rows[0][0] if rows else ""


def _mark(parcels: Sequence[Parcel]) -> Script[None]:
    places = ", ".join(["(?, ?)"] * len(parcels))
    yield Query(
        f"UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE (business, key) IN (VALUES {places})",
        tuple(part for parcel in parcels for part in (parcel.business, parcel.key)),
    )


def settle(results: Sequence[Result], worker: str, now: int) -> Script[bool]:
    """Write down what became of parcels and free their lines. Locks: the lines, and the actors of events.

    A parcel that another worker has taken over meanwhile is that worker's to settle: only its parts are noted.
    """
    for result in results:
        parcel = result.parcel
        finished = None if result.state == "waiting" else now
        mine = yield Query(
            "UPDATE outbox SET state = ?, due_at = COALESCE(?, due_at), error = ?, finished_at = ?"
            " WHERE business = ? AND key = ? AND state = 'sending' AND attempts = ? RETURNING key",
            (result.state, result.retry_at, result.error, finished, parcel.business, parcel.key, parcel.attempts + 1),
        )
        if result.parts:
            yield insert(
                "requests",
                ("business", "key", "n", "outcome", "provider_id", "at"),
                [
                    (parcel.business, parcel.key, n, outcome, provider_id, now)
                    for n, outcome, provider_id in result.parts
                ],
                "ON CONFLICT (business, key, n) DO UPDATE SET outcome = excluded.outcome,"
                " provider_id = excluded.provider_id, at = excluded.at",
            )
        if result.events and mine:
            yield from accept(result.events, now)
    more = False
    for business, line in sorted({(result.parcel.business, result.parcel.line) for result in results}):
        if (yield from _emptied(business, line, worker)):
            continue
        ready_at = yield from _rest(business, line, worker)
        more = more or (ready_at is not None and ready_at <= now)
    return more


def _emptied(business: str, line: str, worker: str) -> Script[bool]:
    """Free a line in which nothing is left, as is the rule; False when there is more."""
    rows = yield Query(
        "UPDATE lines SET ready_at = NULL, lane = 0, lease_until = 0 WHERE business = ? AND line = ? AND lease_owner = ?"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.business = lines.business AND o.line = lines.line"
        " AND o.state IN ('waiting', 'sending')) RETURNING line",
        (business, line, worker),
    )
    return bool(rows)


def _rest(business: str, line: str, worker: str | None = None) -> Script[int | None]:
    """Free a line, set when it is wanted next, and say when that is."""
    rows = yield Query(
        "SELECT lane, MIN(due_at) FROM (SELECT lane, due_at, ROW_NUMBER() OVER (PARTITION BY lane"
        " ORDER BY created_at, position) AS place FROM outbox WHERE business = ? AND line = ?"
        " AND state IN ('waiting', 'sending')) o WHERE place = 1 GROUP BY lane ORDER BY 2, 1",
        (business, line),
    )
    lane, ready_at = (rows[0][0], rows[0][1]) if rows else (0, None)
    owner, params = ("AND lease_owner = ?", (worker,)) if worker is not None else ("", ())
    yield Query(
        f"UPDATE lines SET ready_at = ?, lane = ?, lease_until = 0 WHERE business = ? AND line = ? {owner}",
        (ready_at, lane, business, line, *params),
    )
    return ready_at


def wanted_at() -> Script[int | None]:
    """When the next line is due, or None."""
    rows = yield Query("SELECT MIN(ready_at) FROM lines WHERE ready_at IS NOT NULL")
    found: int | None = rows[0][0]
    return found
