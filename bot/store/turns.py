"""Whose turn it is: what is ready is leased lane by lane, in turns over the businesses, the oldest first.

Of what is ready a part may be taken from the other end: whoever has just written would otherwise wait until all that
an outage has left is done. Every look is a walk along one index (business, lane, ready_at) of what waits.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bot.events import LIVE, RELAY
from bot.ports.store import Query, Row, Script

AT_ONCE = 64  # businesses that get a turn in one look


OLDEST = "lane, ready_at"


class Queue(NamedTuple):
    """A table of what can be ready, by its key within a business; `more` are columns that are wanted of it."""

    table: str
    key: str
    more: str = ""


ACTORS = Queue("actors", "actor", ", version, state")
LINES = Queue("lines", "line")


class Lease(NamedTuple):
    """To whom and until when; `now` is the instant at which something must be ready, all in microseconds."""

    worker: str
    now: int
    until: int


def lease(
    queue: Queue, to: Lease, limit: int, firms: Sequence[str] | None = None, *, newest: int = 0, turn: int = 0
) -> Script[list[Row]]:
    """Lease up to `limit` of what is ready; gives business, key and what else the queue has, in no order.

    Of `firms` only, if they are given; the one at `turn` begins, and each has an equal part. Up to `newest` of the limit
    are the live ones that became ready last.
    """
    if firms is None or len(firms) == 1:
        firm = firms[0] if firms else None
        rows = yield from _pick(queue, to, firm, newest, "AND lane = ?", LIVE, "ready_at DESC")
        return [*rows, *(yield from _pick(queue, to, firm, limit - len(rows)))]
    if not firms:
        return []
    names = yield from _busy(queue, sorted(firms)[turn % len(firms)], to.now)
    busy = [name for name in names if name in firms]
    rows = yield from _in_turns(queue, to, busy, newest, "AND lane = ?", LIVE, "ready_at DESC")
    rows += yield from _in_turns(queue, to, busy, limit - len(rows), "AND lane <= ?", RELAY)
    rows += yield from _in_turns(queue, to, busy, limit - len(rows), "AND lane > ?", RELAY)
    return rows


def _in_turns(
    queue: Queue, to: Lease, firms: Sequence[str], limit: int, lanes: str, lane: int, order: str = OLDEST
) -> Script[list[Row]]:
    """An equal part to each of these businesses; what one does not use is for those after it."""
    rows: list[Row] = []
    for n, firm in enumerate(firms):
        share = -(-(limit - len(rows)) // (len(firms) - n))
        rows += yield from _pick(queue, to, firm, share, lanes, lane, order)
    return rows


def _pick(
    queue: Queue, to: Lease, firm: str | None, limit: int, lanes: str = "", lane: int = 0, order: str = OLDEST
) -> Script[list[Row]]:
    if limit <= 0:
        return []
    table, key, more = queue
    mine, name = ("AND business = ?", (firm,)) if firm is not None else ("", ())
    return (
        yield Query(
            f"UPDATE {table} SET lease_owner = ?, lease_until = ? WHERE (business, {key}) IN (SELECT business, {key}"
            f" FROM {table} WHERE ready_at <= ? AND lease_until <= ? {mine} {lanes} ORDER BY {order} LIMIT ?"
            f" /*pg: FOR UPDATE SKIP LOCKED */) RETURNING business, {key}{more}",
            (to.worker, to.until, to.now, to.now, *name, *((lane,) if lanes else ()), limit),
        )
    )


def _busy(queue: Queue, first: str, now: int) -> Script[list[str]]:
    """The businesses that have something ready, from the name `first` on and around; a step of the index for each."""
    found: list[str] = []
    for since, until in ((first, ""), ("", first)):
        bound, names = ("AND business < ?", (until,)) if until else ("", ())
        least = f"SELECT MIN(business) FROM {queue.table} WHERE ready_at <= ? {bound}"
        rows = yield Query(
            f"WITH RECURSIVE busy(business, n) AS (SELECT ({least} AND business >= ?), 1 UNION ALL"
            f" SELECT ({least} AND business > busy.business), n + 1 FROM busy WHERE busy.business IS NOT NULL AND n < ?)"
            " SELECT business FROM busy WHERE business IS NOT NULL",
            (now, *names, since, now, *names, AT_ONCE - len(found)),
        )
        found += [row[0] for row in rows]
        if len(found) == AT_ONCE or not first:
            break
    return found
