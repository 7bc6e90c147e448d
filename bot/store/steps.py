"""The commit of a step: state, what was said, what must happen outside, timers and records, or nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from bot.events import RELAY, REMINDER, Envelope
from bot.ports.step import Write
from bot.ports.store import Conflict, Query, Script, among, insert
from bot.replies import Message
from bot.store.inbox import Claimed, accept
from bot.store.outbox import Parcel, replaced_by

encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row for the outbox: a message to a contact, or (with `body`) a push to a provider.

    `line` is what it must stay in order with. `kind` says what becomes of it when it was perhaps sent; `expires_after`
    when it is no longer worth sending. With `shown` the transcript is the delivery: it has arrived when it stands there.
    """

    line: str
    port: str
    kind: str
    lane: int
    message: Message | None = None
    author: str = "bot"
    body: str | None = None
    expires_after: timedelta | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class TimerChange:
    """Set the actor's timer `key` to `due` (microseconds), or take it back with None."""

    key: str
    due: int | None
    data: Mapping[str, str]
    lane: int = REMINDER


@dataclass(frozen=True, slots=True)
class Step:
    """Everything one handler run decided."""

    claimed: Claimed
    state: str
    outgoing: Sequence[Outgoing] = ()
    timers: Sequence[TimerChange] = ()
    writes: Sequence[Write] = ()
    events: Sequence[Envelope] = ()
    response: str | None = None

    @property
    def locks(self) -> set[str]:
        """What the commit contends for."""
        business = self.claimed.business
        names = {f"{business}/{self.claimed.actor}"}
        names.update(f"{business}/line/{row.line}" for row in self.outgoing if not row.shown)
        names.update(f"{envelope.business}/{envelope.actor}" for envelope in self.events)
        for write in self.writes:
            names.update(write.locks)
        return names


class Committed(NamedTuple):
    """The numbers that a step's messages and rows were given, and whether the actor has another event waiting.

    `parcels` are already in this worker's hands; `left` says whether rows wait for somebody to take them.
    """

    numbers: list[int]
    more: bool
    parcels: Sequence[Parcel] = ()
    left: bool = False


def commit(step: Step, worker: str, now: int, send_until: int = 0) -> Script[Committed]:
    """Commit a step. With `send_until` the first rows of lines that are idle are leased to `worker` until then.

    Raises `Conflict` when the actor is no longer this worker's or has moved on, `ClaimRefused` when the database
    decides against a claim; then nothing has happened.
    """
    business, actor, seq = step.claimed.business, step.claimed.actor, step.claimed.seq
    done = yield Query(
        "UPDATE inbox SET state = 'done', response = ? WHERE business = ? AND actor = ? AND seq = ? AND state = 'waiting'"
        " RETURNING seq",
        (step.response, business, actor, seq),
    )
    rows = yield Query(
        "UPDATE actors SET version = version + 1, seq = seq + ?, state = ?, lease_until = 0, ready_at = ("
        "SELECT accepted_at FROM inbox WHERE business = ? AND actor = ? AND state = 'waiting' ORDER BY seq LIMIT 1)"
        " WHERE business = ? AND actor = ? AND version = ? AND lease_owner = ? RETURNING seq, ready_at",
        (len(step.outgoing), step.state, business, actor, business, actor, step.claimed.version, worker),
    )
    if not done or not rows:
        raise Conflict(actor)
    first = rows[0][0] - len(step.outgoing) + 1
    parcels, left = yield from effects(step, first, worker, now, send_until)
    numbers = list(range(first, first + len(step.outgoing)))
    return Committed(numbers, rows[0][1] is not None, parcels, left)


def effects(
    step: Step, first: int, worker: str, now: int, send_until: int, said: Sequence[tuple[int, Message, str, int]] = ()
) -> Script[tuple[list[Parcel], bool]]:
    """Write everything that follows from a step; the rows are numbered from `first`.

    `said` is what the customer wrote, by number, with their id for it and its time, if it is not in the transcript yet.
    Gives the rows that the worker may send at once, and whether others are left.
    """
    numbered = list(enumerate(step.outgoing, first))
    yield from _transcribe(step, numbered, now, said)
    sent = yield from _send(step, first, numbered, worker, now, send_until)
    yield from _set_timers(step)
    for write in step.writes:
        yield from write.apply()
    if step.events:
        yield from accept(step.events, now)
    return sent


def _transcribe(
    step: Step, numbered: Sequence[tuple[int, Outgoing]], now: int, said: Sequence[tuple[int, Message, str, int]]
) -> Script[None]:
    business, actor = step.claimed.business, step.claimed.actor
    messages = [
        (business, actor, number, "customer", encode(message).decode(), client_id, at)
        for number, message, client_id, at in said
    ]
    messages += [
        (business, actor, number, row.author, encode(row.message).decode(), "", now)
        for number, row in numbered
        if row.message is not None
    ]
    if messages:
        columns = ("business", "actor", "seq", "author", "body", "client_id", "at")
        yield insert("messages", columns, messages, quiet=True)


def _send(
    step: Step, first: int, numbered: Sequence[tuple[int, Outgoing]], worker: str, now: int, send_until: int
) -> Script[tuple[list[Parcel], bool]]:
    """Write the outgoing rows; gives those that the worker may send at once, and whether others are left."""
    if not numbered:
        return [], False
    ours = yield from _lines(step, worker, now, send_until)
    others = sorted({row.line for row in step.outgoing if not row.shown} - ours.keys())
    at = max(now, (yield from _newest(step.claimed.business, others))) if others else now
    parcels, rows = [], []
    for number, row in numbered:
        at_once = ours.pop(row.line, None) is not None and not row.shown
        if at_once:
            parcels.append((yield from _parcel(step, first, number, row, now)))
        rows.append(_row(step, first, number, row, now, at, at_once=at_once))
    yield insert("outbox", COLUMNS, rows, quiet=True)
    return parcels, sum(not row.shown for row in step.outgoing) > len(parcels)


def _newest(business: str, lines: Sequence[str]) -> Script[int]:
    """When the newest row was made that still waits in these lines; a clock that was set back must not put ours before it."""
    which, params = among("line", lines)
    rows = yield Query(
        f"SELECT MAX(created_at) FROM outbox WHERE business = ? AND {which} AND state IN ('waiting', 'sending')",
        (business, *params),
    )
    return rows[0][0] or 0


COLUMNS = ("business", "key", "line", "actor", "message", "port", "body", "kind", "lane", "created_at", "position",
           "due_at", "expires_at", "state", "attempts", "finished_at")  # fmt: skip


def _row(step: Step, first: int, number: int, row: Outgoing, now: int, at: int, *, at_once: bool) -> tuple[Any, ...]:
    state = "sent" if row.shown else "sending" if at_once else "waiting"
    return (
        step.claimed.business, _key(step, first, number), row.line, step.claimed.actor,
        None if row.message is None else number, row.port, row.body, row.kind, row.lane, at, number, now,
        _expires(row, now), state, int(state != "waiting"), now if row.shown else None,
    )  # fmt: skip


def _parcel(step: Step, first: int, number: int, row: Outgoing, now: int) -> Script[Parcel]:
    business, actor = step.claimed.business, step.claimed.actor
    replaced = yield from replaced_by(business, actor, row.message)
    return Parcel(
        business, _key(step, first, number), row.line, actor, None if row.message is None else number, row.port, row.kind,
        row.lane, row.body, row.message, now, _expires(row, now), 0, perhaps=False, sent_parts=0, replaced=replaced,
    )  # fmt: skip


def _key(step: Step, first: int, number: int) -> str:
    return f"{step.claimed.actor}#{step.claimed.seq}.{number - first}"


def _expires(row: Outgoing, now: int) -> int | None:
    return None if row.expires_after is None else now + row.expires_after // timedelta(microseconds=1)


def _lines(step: Step, worker: str, now: int, send_until: int) -> Script[dict[str, bool]]:
    """Let the lines of the outgoing rows know; gives those of them that were idle and are now leased to the worker."""
    lanes: dict[str, int] = {}
    for row in step.outgoing:
        if not row.shown:
            lanes[row.line] = min(row.lane, lanes.get(row.line, row.lane))
    ours: dict[str, bool] = {}
    others = []
    for line, lane in sorted(lanes.items()):
        first = next(row for row in step.outgoing if row.line == line)
        if (
            send_until
            and first.lane == lane <= RELAY
            and (yield from _leased(step, line, lane, worker, now, send_until))
        ):
            ours[line] = True
        else:
            others.append((step.claimed.business, line, now, lane))
    if others:
        yield insert(
            "lines",
            ("business", "line", "ready_at", "lane"),
            others,
            "ON CONFLICT (business, line) DO UPDATE SET ready_at = CASE WHEN lines.ready_at < excluded.ready_at"
            " AND lines.lane <= excluded.lane THEN lines.ready_at ELSE excluded.ready_at END,"
            " lane = CASE WHEN lines.ready_at IS NULL OR excluded.lane < lines.lane THEN excluded.lane ELSE lines.lane END",
        )
    return ours


def _leased(step: Step, line: str, lane: int, worker: str, now: int, until: int) -> Script[bool]:
    """Lease a line that is idle; False for one on which something waits or is under way."""
    rows = yield Query(
        "INSERT INTO lines (business, line, ready_at, lane, lease_owner, lease_until) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (business, line) DO UPDATE SET ready_at = excluded.ready_at, lane = excluded.lane,"
        " lease_owner = excluded.lease_owner, lease_until = excluded.lease_until"
        " WHERE lines.ready_at IS NULL AND lines.lease_until <= ? RETURNING line",
        (step.claimed.business, line, now, lane, worker, until, now),
        beside=True,
    )
    return bool(rows)


def _set_timers(step: Step) -> Script[None]:
    business, actor = step.claimed.business, step.claimed.actor
    for timer in step.timers:
        if timer.due is None:
            yield Query(
                "UPDATE timers SET due_at = NULL, generation = generation + 1"
                " WHERE business = ? AND actor = ? AND key = ?",
                (business, actor, timer.key),
                quiet=True,
            )
            continue
        yield insert(
            "timers",
            ("business", "actor", "key", "generation", "due_at", "lane", "data"),
            [(business, actor, timer.key, 1, timer.due, timer.lane, encode(timer.data).decode())],
            "ON CONFLICT (business, actor, key) DO UPDATE SET generation = timers.generation + 1,"
            " due_at = excluded.due_at, lane = excluded.lane, data = excluded.data",
            quiet=True,
        )
