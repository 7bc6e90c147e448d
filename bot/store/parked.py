"""Scripts for events that failed for good: look at one, put it away. Listing and replaying stand with the inbox."""

from bot.ports.store import Query, Row, Script


def find(business: str, actor: str, seq: int) -> Script[Row | None]:
    """A parked event as `inbox.parked` gives it (business, actor, seq, body, accepted_at, attempts, error), or None."""
    rows = yield Query(
        "SELECT business, actor, seq, body, accepted_at, attempts, error FROM inbox"
        " WHERE business = ? AND actor = ? AND seq = ? AND state = 'parked'",
        (business, actor, seq),
    )
    return rows[0] if rows else None


def drop(business: str, actor: str, seq: int, reason: str) -> Script[bool]:
    """Put a parked event away for good, with the reason beside its error; False when it is not parked."""
    rows = yield Query(
        "UPDATE inbox SET state = 'done', error = error || ?"
        " WHERE business = ? AND actor = ? AND seq = ? AND state = 'parked' RETURNING seq",
        (f" (dropped: {reason})", business, actor, seq),
    )
    return bool(rows)
