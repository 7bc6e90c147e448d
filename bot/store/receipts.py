"""Scripts of what providers tell later about our messages: sent, delivered, read, failed.

A receipt may come before we have written down that the message left, twice, and in any order; its state only goes up.
"""

import msgspec

from bot.events import Bounced, Envelope, Receipt
from bot.ports.clock import micros
from bot.ports.store import Query, Script

STATES = ("", "sent", "delivered", "read", "failed")
FAILED = STATES.index("failed")

UPWARDS = (
    "ON CONFLICT (business, provider_id) DO UPDATE SET at = excluded.at,"
    " message = CASE WHEN excluded.message > 0 THEN excluded.message ELSE receipts.message END,"
    " part = CASE WHEN excluded.message > 0 THEN excluded.part ELSE receipts.part END,"
    " state = CASE WHEN excluded.state > receipts.state THEN excluded.state ELSE receipts.state END"
)


def note(envelope: Envelope, receipt: Receipt) -> Script[Envelope | None]:
    """Write a receipt down. Gives the event that it is for the conversation: a message of a known number that failed."""
    state, at = STATES.index(receipt.state), micros(envelope.at)
    if not receipt.provider_id:
        yield Query(
            "UPDATE receipts SET state = ?, at = ? WHERE business = ? AND actor = ? AND at <= ? AND state < ?",
            (state, at, envelope.business, envelope.actor, at, state),
        )
        return None
    rows = yield Query(
        "INSERT INTO receipts (business, provider_id, actor, message, part, state, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        f" {UPWARDS} RETURNING actor, message",
        (envelope.business, receipt.provider_id, envelope.actor, receipt.message, receipt.part, state, at),
    )
    actor, number = rows[0]
    if state != FAILED or not number or actor != envelope.actor:
        return None
    return msgspec.structs.replace(envelope, event=Bounced(number, receipt.outcome, receipt.reason))


def expect(business: str, actor: str, number: int, parts: list[tuple[int, str]], now: int) -> Script[bool]:
    """Note which ids the provider gave to the parts of a message; whether one of them has failed already."""
    places = ", ".join(["(?, ?, ?, ?, ?, 0, ?)"] * len(parts))
    rows = yield Query(
        f"INSERT INTO receipts (business, provider_id, actor, message, part, state, at) VALUES {places}"
        f" {UPWARDS} RETURNING state",
        tuple(value for n, provider_id in parts for value in (business, provider_id, actor, number, n, now)),
    )
    return any(state == FAILED for (state,) in rows)


def arrived(business: str, actor: str, number: int) -> Script[int]:
    """How many parts of a message the provider is known to have, whatever became of our own note of it."""
    rows = yield Query(
        "SELECT COUNT(DISTINCT part) FROM receipts WHERE business = ? AND actor = ? AND message = ?",
        (business, actor, number),
    )
    found: int = rows[0][0]
    return found


def states(business: str, actor: str, first: int) -> Script[dict[int, str]]:
    """What became of the messages from number `first` on, by number; of one in parts the least."""
    rows = yield Query(
        "SELECT message, MIN(state), MAX(state) FROM receipts WHERE business = ? AND actor = ? AND message >= ?"
        " GROUP BY message",
        (business, actor, max(first, 1)),
    )
    return {number: STATES[FAILED if most == FAILED else least] for number, least, most in rows}
