"""Scripts of the outbox: what must leave, line by line, once.

A row that a worker takes is marked as being sent *before* it is sent. A worker that finds a row already marked knows
that somebody died over it: the row was perhaps sent.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar

from msgspec import ValidationError

from bot.events import Bounced, Envelope
from bot.ports.clock import instant
from bot.ports.store import Query, Row, Script, insert, pairs
from bot.replies import Message
from bot.store import receipts, turns
from bot.store.inbox import accept, decode_message

T = TypeVar("T")

MANY = 16  # rows that one statement settles; each number of them is a statement of its own to prepare
FRESH = timedelta(seconds=10)  # rows that are younger leave before those that an outage has left


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
    strange: str = ""
    """Why this release cannot read the message, which another one has written; empty when it can."""


class Head(NamedTuple):
    """The row of a line that is to leave next."""

    business: str
    key: str
    line: str
    actor: str
    number: int | None
    port: str
    kind: str
    lane: int
    body: str | None
    created_at: int
    expires_at: int | None
    attempts: int
    state: str


Admit = Callable[[Head, bool], float]
"""Says whether a row may leave now (0), or after how many seconds its line is to be looked at again; the second argument
says whether it is fresh."""


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
    tracked: bool = False
    """Whether the provider tells later what became of the parts, see `bot.store.receipts`."""


def take(
    worker: str,
    now: int,
    lease: timedelta,
    limit: int,
    firms: Sequence[str] | None = None,
    *,
    newest: int = 0,
    turn: int = 0,
    admit: Admit | None = None,
) -> Script[list[Parcel]]:
    """Lease up to `limit` lines and give the head of each, most urgent lane first; of `firms` only, if given.

    See `turns.lease`. What `admit` does not let pass is not marked, and its line is left until the time that it gives;
    fresh rows are asked for first.
    """
    to = turns.Lease(worker, now, now + lease // timedelta(microseconds=1))
    leased = yield from turns.lease(turns.LINES, to, limit, firms, newest=newest, turn=turn)
    if not leased:
        return []
    heads = yield from _heads(leased, now)
    held: set[tuple[str, str]] = set()
    if admit is not None:
        heads = yield from _admitted([Head(*row) for row in heads], now, admit, held)
    parcels = []
    for row in heads:
        parcels.append((yield from _parcel(row)))  # noqa: PERF401  a comprehension cannot yield
    if parcels:
        yield from _mark(parcels)
    for business, line in (
        {(row[0], row[1]) for row in leased} - {(each.business, each.line) for each in parcels} - held
    ):
        yield from _rest(business, line)
    return sorted(parcels, key=lambda each: each.lane)


def _admitted(heads: Sequence[Head], now: int, admit: Admit, held: set[tuple[str, str]]) -> Script[list[Row]]:
    """Those that may leave now; the lines of the others (`held`) are freed until their time has come."""
    since = now - FRESH // timedelta(microseconds=1)
    admitted: list[Row] = []
    for head in sorted(heads, key=lambda each: (each.lane, each.created_at < since, each.created_at)):
        wait = admit(head, head.created_at >= since)
        if not wait:
            admitted.append(head)
            continue
        held.add((head.business, head.line))
        yield Query(
            "UPDATE lines SET ready_at = ?, lease_until = 0 WHERE business = ? AND line = ?",
            (now + round(wait * 1_000_000), head.business, head.line),
        )
    return admitted


def _heads(lines: Sequence[Row], now: int) -> Script[list[Row]]:
    """The most urgent due head of each line; within a lane nothing overtakes a row that waits for its next try."""
    places = ", ".join(["(?, ?)"] * len(lines))
    return (
        yield Query(
            "SELECT business, key, line, actor, message, port, kind, lane, body, created_at, expires_at, attempts, state"
            " FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY business, line ORDER BY lane, created_at, position) AS turn"
            " FROM (SELECT i.*, ROW_NUMBER() OVER (PARTITION BY business, line, lane ORDER BY created_at, position) AS place"
            f" FROM (VALUES {places}) l CROSS JOIN outbox i"
            " WHERE i.state IN ('waiting', 'sending') AND i.business = l.column1 AND i.line = l.column2) o"
            " WHERE place = 1 AND due_at <= ?) h WHERE turn = 1",
            (*(part for row in lines for part in row), now),
        )
    )


def _parcel(row: Row) -> Script[Parcel]:
    business, key, line, actor, number, port, kind, lane, body, created_at, expires_at, attempts, state = row
    message, strange = None, ""
    if number is not None:
        rows = yield Query(
            "SELECT body FROM messages WHERE business = ? AND actor = ? AND seq = ?", (business, actor, number)
        )
        try:
            message = decode_message(rows[0][0])
        except ValidationError as error:
            strange = str(error)
    sent_parts = 0
    if attempts or state == "sending":
        rows = yield Query(
            "SELECT COUNT(*) FROM requests WHERE business = ? AND key = ? AND outcome = 'sent'", (business, key)
        )
        sent_parts = rows[0][0]
        if number is not None:
            sent_parts = max(sent_parts, (yield from receipts.arrived(business, actor, number)))
    replaced = yield from replaced_by(business, actor, message)
    return Parcel(business, key, line, actor, number, port, kind, lane, body, message, created_at, expires_at, attempts,
                  state == "sending", sent_parts, replaced, strange)  # fmt: skip


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
    yield Query(
        f"UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE (business, key) IN {pairs(len(parcels))}",
        tuple(part for parcel in parcels for part in (parcel.business, parcel.key)),
    )


def settle(results: Sequence[Result], worker: str, now: int) -> Script[bool]:
    """Write down what became of parcels and free their lines. Locks: the lines, and the actors of events.

    A parcel that has been taken over meanwhile, or is written down already, is not ours to settle: only its parts are
    noted, and its line is left to whoever has it now.
    """
    ours: set[tuple[str, str, str]] = set()
    for some in _by(MANY, results):
        rows = yield _settled(some, now)
        ours.update((business, key, line) for business, key, line in rows)
        parts = [
            (result.parcel.business, result.parcel.key, n, outcome, provider_id, now)
            for result in some
            for n, outcome, provider_id in result.parts
        ]
        if parts:
            yield insert(
                "requests",
                ("business", "key", "n", "outcome", "provider_id", "at"),
                parts,
                "ON CONFLICT (business, key, n) DO UPDATE SET outcome = excluded.outcome,"
                " provider_id = excluded.provider_id, at = excluded.at",
                quiet=True,
            )
    for result in results:
        parcel = result.parcel
        if result.tracked:
            yield from _expect(result, now)
        if result.events and (parcel.business, parcel.key, parcel.line) in ours:
            yield from accept(result.events, now)
    return (yield from _free({(business, line) for business, _, line in ours}, worker, now))


def _expect(result: Result, now: int) -> Script[None]:
    """Note the ids by which receipts come; one that came before, and says that it failed, is heard of now."""
    parcel = result.parcel
    parts = [(n, provider_id) for n, outcome, provider_id in result.parts if outcome == "sent" and provider_id]
    if parts and (yield from receipts.expect(parcel.business, parcel.actor, parcel.number or 0, parts, now)):
        event = Bounced(parcel.number or 0, "refused", "the provider could not deliver it")
        yield from accept([Envelope(parcel.business, parcel.actor, f"bounced:{parcel.key}", instant(now), event)], now)


def _by(size: int, things: Sequence[T]) -> list[Sequence[T]]:
    return [things[first : first + size] for first in range(0, len(things), size)]


def _settled(results: Sequence[Result], now: int) -> Query:
    """Note the new states; gives business, key and line of those that were still ours to settle."""
    places = ", ".join([SETTLED] * len(results))
    return Query(
        "UPDATE outbox SET state = r.column3, due_at = COALESCE(r.column4, due_at), error = r.column5,"
        f" finished_at = r.column6 FROM (VALUES {places}) AS r WHERE business = r.column1 AND key = r.column2"
        " AND state = 'sending' AND attempts = r.column7 RETURNING business, key, line",
        tuple(
            value
            for result in results
            for value in (
                result.parcel.business, result.parcel.key, result.state, result.retry_at, result.error,
                None if result.state == "waiting" else now, result.parcel.attempts + 1,
            )
        ),
    )  # fmt: skip


SETTLED = (
    "(CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT),"
    " CAST(? AS BIGINT))"
)


def _free(lines: Collection[tuple[str, str]], worker: str, now: int) -> Script[bool]:
    """Free lines; whether something in one of them is due at once. Mostly nothing is left there."""
    left = set(lines)
    for some in _by(MANY, sorted(lines)):
        rows = yield Query(
            "UPDATE lines SET ready_at = NULL, lane = 0, lease_until = 0"
            f" WHERE (business, line) IN {pairs(len(some))} AND lease_owner = ?"
            " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.business = lines.business AND o.line = lines.line"
            " AND o.state IN ('waiting', 'sending')) RETURNING business, line",
            (*(value for line in some for value in line), worker),
            beside=True,
        )
        left.difference_update((business, line) for business, line in rows)
    more = False
    for business, line in sorted(left):
        ready_at = yield from _rest(business, line, worker)
        more = more or (ready_at is not None and ready_at <= now)
    return more


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
