"""Scripts of the timers: a timer is a message to yourself, later."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bot.events import Envelope, TimerFired
from bot.ports.clock import instant
from bot.ports.store import Query, Script
from bot.store.inbox import Accepted, accept


class Due(NamedTuple):
    """A timer that has come due."""

    business: str
    actor: str
    key: str
    generation: int
    due_at: int
    lane: int
    data: str


def due(now: int, limit: int) -> Script[tuple[list[Due], int | None]]:
    """The timers that are due, soonest first, and when the next one after `now` is."""
    rows = yield Query(
        "SELECT business, actor, key, generation, due_at, lane, data FROM timers WHERE due_at <= ?"
        " ORDER BY due_at LIMIT ?",
        (now, limit),
    )
    following = yield Query("SELECT MIN(due_at) FROM timers WHERE due_at > ?", (now,))
    return [Due(*row) for row in rows], following[0][0]


def fire(timers: Sequence[Due], now: int) -> Script[list[Accepted]]:
    """Put due timers into their actors' inboxes; one that was set again or fired meanwhile is left alone.

    Locks: the actors.
    """
    envelopes = []
    for timer in sorted(timers, key=lambda each: (each.actor, each.key)):
        won = yield Query(
            "UPDATE timers SET due_at = NULL WHERE business = ? AND actor = ? AND key = ? AND generation = ?"
            " AND due_at IS NOT NULL RETURNING key",
            (timer.business, timer.actor, timer.key, timer.generation),
        )
        if won:
            envelopes.append(_envelope(timer))
    return (yield from accept(envelopes, now))


def _envelope(timer: Due) -> Envelope:
    event = TimerFired(timer.key, timer.generation, msgspec.json.decode(timer.data, type=dict[str, str]))
    key = f"timer:{timer.actor}:{timer.key}:{timer.generation}"
    return Envelope(timer.business, timer.actor, key, instant(timer.due_at), event, timer.lane)


def is_current(business: str, actor: str, event: TimerFired) -> Script[bool]:
    """Whether a fired timer still counts: it was neither set again nor taken back after it fired."""
    rows = yield Query(
        "SELECT generation FROM timers WHERE business = ? AND actor = ? AND key = ?", (business, actor, event.key)
    )
    return bool(rows) and rows[0][0] == event.generation
