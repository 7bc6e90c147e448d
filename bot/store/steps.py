"""The commit of a step: state, what was said, what must happen outside, timers and records, or nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import msgspec

from bot.events import REMINDER, Envelope
from bot.ports.step import Write
from bot.ports.store import Conflict, Query, Script, insert
from bot.replies import Message
from bot.store.inbox import Claimed, accept

encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row for the outbox: a message to a contact, or (with `body`) a push to a provider.

    `line` is what it must stay in order with. `kind` says what becomes of it when it was perhaps sent; `expires_after`
    when it is no longer worth sending.
    """

    line: str
    port: str
    kind: str
    lane: int
    message: Message | None = None
    author: str = "bot"
    body: str | None = None
    expires_after: timedelta | None = None


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
        names.update(f"{business}/line/{row.line}" for row in self.outgoing)
        names.update(f"{envelope.business}/{envelope.actor}" for envelope in self.events)
        for write in self.writes:
            names.update(write.locks)
        return names


class Committed(NamedTuple):
    """The numbers that a step's messages and rows were given, and whether the actor has another event waiting."""

    numbers: list[int]
    more: bool


def commit(step: Step, worker: str, now: int) -> Script[Committed]:
    """Commit a step.

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
        "SELECT CASE WHEN COUNT(*) > 0 THEN CAST(? AS BIGINT) END FROM inbox"
        " WHERE business = ? AND actor = ? AND state = 'waiting')"
        " WHERE business = ? AND actor = ? AND version = ? AND lease_owner = ? RETURNING seq, ready_at",
        (len(step.outgoing), step.state, now, business, actor, business, actor, step.claimed.version, worker),
    )
    if not done or not rows:
        raise Conflict(actor)
    first = rows[0][0] - len(step.outgoing) + 1
    yield from _send(step, first, now)
    yield from _set_timers(step)
    for write in step.writes:
        yield from write.apply()
    if step.events:
        yield from accept(step.events, now)
    return Committed(list(range(first, first + len(step.outgoing))), more=rows[0][1] is not None)


def _send(step: Step, first: int, now: int) -> Script[None]:
    if not step.outgoing:
        return
    business, actor = step.claimed.business, step.claimed.actor
    numbered = list(enumerate(step.outgoing))
    messages = [
        (business, actor, first + n, row.author, encode(row.message).decode(), now)
        for n, row in numbered
        if row.message is not None
    ]
    if messages:
        yield insert("messages", ("business", "actor", "seq", "author", "body", "at"), messages)
    columns = ("business", "key", "line", "actor", "message", "port", "body", "kind", "lane", "created_at", "position",
               "due_at", "expires_at")  # fmt: skip
    yield insert(
        "outbox",
        columns,
        [
            (
                business,
                f"{actor}#{step.claimed.seq}.{n}",
                row.line,
                actor,
                None if row.message is None else first + n,
                row.port,
                row.body,
                row.kind,
                row.lane,
                now,
                first + n,
                now,
                None if row.expires_after is None else now + row.expires_after // timedelta(microseconds=1),
            )
            for n, row in numbered
        ],
    )
    lanes: dict[str, int] = {}
    for row in step.outgoing:
        lanes[row.line] = min(row.lane, lanes.get(row.line, row.lane))
    yield insert(
        "lines",
        ("business", "line", "ready_at", "lane"),
        [(business, line, now, lane) for line, lane in sorted(lanes.items())],
        "ON CONFLICT (business, line) DO UPDATE SET ready_at = CASE WHEN lines.ready_at < excluded.ready_at"
        " AND lines.lane <= excluded.lane THEN lines.ready_at ELSE excluded.ready_at END,"
        " lane = CASE WHEN lines.ready_at IS NULL OR excluded.lane < lines.lane THEN excluded.lane ELSE lines.lane END",
    )


def _set_timers(step: Step) -> Script[None]:
    business, actor = step.claimed.business, step.claimed.actor
    for timer in step.timers:
        if timer.due is None:
            yield Query(
                "UPDATE timers SET due_at = NULL, generation = generation + 1"
                " WHERE business = ? AND actor = ? AND key = ?",
                (business, actor, timer.key),
            )
            continue
        yield insert(
            "timers",
            ("business", "actor", "key", "generation", "due_at", "lane", "data"),
            [(business, actor, timer.key, 1, timer.due, timer.lane, encode(timer.data).decode())],
            "ON CONFLICT (business, actor, key) DO UPDATE SET generation = timers.generation + 1,"
            " due_at = excluded.due_at, lane = excluded.lane, data = excluded.data",
        )
