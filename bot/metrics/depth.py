"""How much waits in the database: a few looks into indexes, none longer than `MOST` entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.events import BROADCAST, LIVE, RELAY, REMINDER
from bot.ports.clock import Clock, micros
from bot.ports.store import Query, Script, Store, StoreUnavailable

MOST = 10_000
KEEP_SECONDS = 5.0

LANES = {LIVE: "live", RELAY: "relay", REMINDER: "reminder", BROADCAST: "broadcast"}
QUEUES = {"inbox": "actors", "outbox": "lines"}
LISTENING = "listen:"


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits: by queue and lane how many are due and since when (seconds), by queue and business the rows, and more.

    `parked` is by business, `heard` by account: whether some process listens for it.
    """

    due: Mapping[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    parked: Mapping[str, int] = field(default_factory=dict)
    heard: Mapping[str, bool] = field(default_factory=dict)


def depth(businesses: Sequence[str], now: int) -> Script[Depth]:
    """Look once."""
    rows = yield Query(*_due(now))
    due = {(queue, LANES[lane]): (count, (now - first) / 1e6 if count else 0.0) for queue, lane, count, first in rows}
    waiting: dict[tuple[str, str], int] = {}
    for queue, table, state in (("inbox", "inbox", "= 'waiting'"), ("outbox", "outbox", "IN ('waiting', 'sending')")):
        found = yield Query(*_waiting(table, state, businesses))
        waiting |= {(queue, business): count for business, count in found}
    parked = yield Query("SELECT business, COUNT(*) FROM inbox WHERE state = 'parked' GROUP BY business")
    held = yield Query("SELECT name, until FROM leases WHERE business = ''")
    heard = {name.removeprefix(LISTENING): until > now for name, until in held if name.startswith(LISTENING)}
    return Depth(due, waiting, dict.fromkeys(businesses, 0) | {row[0]: row[1] for row in parked}, heard)


def _due(now: int) -> tuple[str, tuple[int, ...]]:
    """Every lane of both queues in one statement; each part ends after `MOST` entries of its index."""
    parts = [
        f"SELECT '{queue}', {lane}, COUNT(*), MIN(ready_at) FROM (SELECT ready_at FROM {table}"
        f" WHERE lane = {lane} AND ready_at <= ? ORDER BY ready_at LIMIT {MOST}) AS {table}_{lane}"
        for queue, table in QUEUES.items()
        for lane in LANES
    ]
    return " UNION ALL ".join(parts), (now,) * len(parts)


def _waiting(table: str, state: str, businesses: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    places = ", ".join(["(?)"] * len(businesses))
    sql = (
        f"WITH firms(slug) AS (VALUES {places}) SELECT slug, (SELECT COUNT(*) FROM (SELECT 1 FROM {table} AS r"
        f" WHERE r.business = firms.slug AND r.state {state} LIMIT {MOST}) AS these) FROM firms"
    )
    return sql, tuple(businesses)


class Depths:
    """The last look, which is good for `KEEP_SECONDS`. `now` is a monotonic clock in seconds."""

    def __init__(self, store: Store, clock: Clock, businesses: Sequence[str], now: Callable[[], float]) -> None:
        self._store, self._clock, self._businesses, self._now = store, clock, businesses, now
        self._until = 0.0
        self._last: Depth | None = None

    async def look(self) -> Depth | None:
        """What waits; None while the database cannot say."""
        if self._now() >= self._until:
            self._until = self._now() + KEEP_SECONDS  # whoever asks meanwhile reads the one before
            try:
                script = partial(depth, self._businesses, micros(self._clock.now()))
                self._last = await self._store.read(script)
            except StoreUnavailable:
                self._last = None
        return self._last
