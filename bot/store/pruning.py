"""Scripts that delete what has served its time. Parked events and what still waits are never touched."""

from bot.ports.store import Query, Script

CHUNK = 500  # rows a transaction, so that nobody waits for a long delete


FINISHED = (
    (
        "DELETE FROM inbox WHERE (business, actor, seq) IN (SELECT business, actor, seq FROM inbox"
        " WHERE accepted_at < ? AND state = 'done' LIMIT ?) RETURNING 1"
    ),
    (
        "DELETE FROM outbox WHERE (business, key) IN (SELECT business, key FROM outbox"
        " WHERE finished_at < ? AND finished_at IS NOT NULL LIMIT ?) RETURNING 1"
    ),
    (
        "DELETE FROM requests WHERE (business, key, n) IN (SELECT r.business, r.key, r.n FROM requests r"
        " WHERE r.at < ? AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.business = r.business AND o.key = r.key)"
        " LIMIT ?) RETURNING 1"
    ),
    (
        "DELETE FROM receipts WHERE (business, provider_id) IN (SELECT business, provider_id FROM receipts"
        " WHERE at < ? LIMIT ?) RETURNING 1"
    ),
)


def prune(before: int) -> Script[int]:
    """Delete up to `CHUNK` rows of each kind that ended before an instant; gives how many went."""
    gone = 0
    for sql in FINISHED:
        rows = yield Query(sql, (before, CHUNK))
        gone += len(rows)
    return gone
