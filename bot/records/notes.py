"""Notes that are kept with a case whatever its state: what the staff did to it beside answering."""

import msgspec

from bot.ports.store import Query, Script
from bot.records.cases import Body, Entry


def keep_note(business: str, case: str, entry: Entry, now: int) -> Script[None]:
    """Add an entry to an open or a closed case; nothing where there is no such case."""
    rows = yield Query(
        "SELECT body FROM cases WHERE business = ? AND id = ? /*pg: FOR UPDATE */",
        (business, case),
    )
    for (body,) in rows:
        entries = (*msgspec.json.decode(body, type=Body).entries, entry)
        yield Query(
            "UPDATE cases SET body = ?, changed_at = ?, version = version + 1 WHERE business = ? AND id = ?",
            (msgspec.json.encode(Body(entries)).decode(), now, business, case),
        )
