"""Scripts for what the edge turned away: rows without any words of the sender, and deliveries that nobody could read."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from bot.ports.store import Query, Script, insert

BODY_BYTES = 1024 * 1024  # of an unreadable delivery; the rest is cut, its size stands beside
MOST_KEPT = 200  # deliveries a business; the oldest make room
QUARANTINED_FOR = timedelta(days=14)
COLUMNS = ("business", "id", "at", "route", "account", "reason", "address", "count")
CHUNK = 500  # rows a transaction, as for other pruning


class Rejected(NamedTuple):
    """What was turned away in one minute. `address` is a network; `business` is empty before it is known whose it was."""

    business: str
    at: int
    route: str
    account: str
    reason: str
    address: str


def add_rejections(found: Iterable[tuple[Rejected, int]]) -> Script[None]:
    """Add so many to each; what another process counted in the same minute is the same row."""
    rows = [(each.business, _digest(*each[1:]), *each[1:], count) for each, count in sorted(found)]
    tail = "ON CONFLICT (business, id) DO UPDATE SET count = rejections.count + excluded.count"
    yield insert("rejections", COLUMNS, rows, tail)


def quarantine(business: str, account: str, reason: str, body: bytes, now: int) -> Script[None]:
    """Keep an authentic delivery that cannot be read; a repeat changes nothing, the oldest of too many go."""
    expires = now + QUARANTINED_FOR // timedelta(microseconds=1)
    kept = b64encode(body[:BODY_BYTES]).decode()
    row = (business, _digest(account, body), account, now, expires, reason, len(body), kept)
    columns = ("business", "id", "account", "at", "expires_at", "reason", "size", "body")
    yield insert("quarantine", columns, [row], "ON CONFLICT DO NOTHING")
    yield Query(
        "DELETE FROM quarantine WHERE business = ? AND id IN (SELECT id FROM quarantine WHERE business = ?"
        " ORDER BY at DESC, id LIMIT 100 OFFSET ?)",
        (business, business, MOST_KEPT),
    )


def prune(before: int, now: int) -> Script[int]:
    """Delete some of the rejections before an instant and of the deliveries that have expired; gives how many went."""
    rejected = yield Query(
        "DELETE FROM rejections WHERE (business, id) IN"
        " (SELECT business, id FROM rejections WHERE at < ? LIMIT ?) RETURNING 1",
        (before, CHUNK),
    )
    expired = yield Query(
        "DELETE FROM quarantine WHERE (business, id) IN"
        " (SELECT business, id FROM quarantine WHERE expires_at < ? LIMIT ?) RETURNING 1",
        (now, CHUNK),
    )
    return len(rejected) + len(expired)


def _digest(*parts: object) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode("utf-8", "replace")
        digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()
