"""What is counted for the staff: each figure is a query with a name.

All of them count what lies between two instants, the first included, the second not; stored as microseconds.
"""

from collections.abc import Sequence
from statistics import median

import msgspec

from bot.ports.store import Query, Row, Script

SECOND = 1_000_000
QUARTER = 15 * 60 * SECOND  # of an hour: every zone's day begins with one


class Mean(msgspec.Struct, frozen=True):
    """What customers gave a member of the staff: the sum of `count` ratings, each of at most `most`."""

    name: str
    total: int
    count: int
    most: int


class Figures(msgspec.Struct, frozen=True):
    """All figures of one span; spans of time in seconds, None where nothing was there to measure."""

    messages: int
    conversations: int
    booked: int
    cancelled: int
    leads: int
    opened: int
    closed: int
    returned: int
    first_answer: int | None
    resolution: int | None
    ratings: tuple[Mean, ...]


def figures(business: str, since: int, until: int) -> Script[Figures]:
    """All figures of a span."""
    where = (business, since, until)
    return Figures(
        (yield from messages(*where)),
        (yield from conversations(*where)),
        (yield from visits_booked(*where)),
        (yield from visits_cancelled(*where)),
        (yield from leads(*where)),
        (yield from cases_opened(*where)),
        (yield from cases_closed(*where)),
        (yield from customers_returned(*where)),
        (yield from first_answer(*where)),
        (yield from resolution(*where)),
        (yield from ratings(*where)),
    )


def messages(business: str, since: int, until: int) -> Script[int]:
    """Messages and presses of customers."""
    return (yield from _count("COUNT(*) FROM messages WHERE author = 'customer'", "at", business, since, until))


def conversations(business: str, since: int, until: int) -> Script[int]:
    """Conversations in which a customer wrote or pressed something."""
    what = "COUNT(DISTINCT actor) FROM messages WHERE author = 'customer'"
    return (yield from _count(what, "at", business, since, until))


def visits_booked(business: str, since: int, until: int) -> Script[int]:
    """Visits that were made, whatever became of them."""
    return (yield from _count("COUNT(*) FROM bookings WHERE 1 = 1", "created_at", business, since, until))


def visits_cancelled(business: str, since: int, until: int) -> Script[int]:
    """Visits that were cancelled, whenever they had been made."""
    return (
        yield from _count("COUNT(*) FROM bookings WHERE status = 'cancelled'", "changed_at", business, since, until)
    )


def leads(business: str, since: int, until: int) -> Script[int]:
    """Leads that came in."""
    return (yield from _count("COUNT(*) FROM cases WHERE kind = 'lead'", "opened_at", business, since, until))


def cases_opened(business: str, since: int, until: int) -> Script[int]:
    """Matters for people that were opened; leads are counted apart."""
    return (yield from _count("COUNT(*) FROM cases WHERE kind <> 'lead'", "opened_at", business, since, until))


def cases_closed(business: str, since: int, until: int) -> Script[int]:
    """Matters for people that were closed, whenever they had been opened."""
    return (yield from _count("COUNT(*) FROM cases WHERE kind <> 'lead'", "closed_at", business, since, until))


def customers_returned(business: str, since: int, until: int) -> Script[int]:
    """Customers with two matters or more: what was not solved at once."""
    rows = yield Query(
        "SELECT COUNT(*) FROM (SELECT customer FROM cases WHERE kind <> 'lead' AND business = ? AND opened_at >= ?"
        " AND opened_at < ? GROUP BY customer HAVING COUNT(*) > 1) AS returned",
        (business, since, until),
    )
    return int(rows[0][0])


def first_answer(business: str, since: int, until: int) -> Script[int | None]:
    """How long customers waited for the first word of a human: the middle one of all matters that had one."""
    rows = yield Query(
        "SELECT c.opened_at, MIN(m.at) FROM cases c JOIN messages m ON m.business = c.business AND m.actor = c.actor"
        " WHERE c.business = ? AND c.opened_at >= ? AND c.opened_at < ? AND m.author = 'human' AND m.at >= c.opened_at"
        " AND m.at <= COALESCE(c.closed_at, m.at) GROUP BY c.id, c.opened_at",
        (business, since, until),
    )
    return _middle(rows)


def resolution(business: str, since: int, until: int) -> Script[int | None]:
    """How long matters were open that were closed in the span: the middle one."""
    rows = yield Query(
        "SELECT opened_at, closed_at FROM cases WHERE business = ? AND kind <> 'lead' AND closed_at >= ?"
        " AND closed_at < ?",
        (business, since, until),
    )
    return _middle(rows)


def ratings(business: str, since: int, until: int) -> Script[tuple[Mean, ...]]:
    """What each member of the staff was given, by name; cases that nobody had taken count for nobody."""
    rows = yield Query(
        "SELECT m.name, SUM(r.value), COUNT(*), r.most FROM ratings r JOIN members m ON m.business = r.business"
        " AND m.id = r.member WHERE r.business = ? AND r.at >= ? AND r.at < ? GROUP BY m.id, m.name, r.most"
        " ORDER BY m.name, r.most",
        (business, since, until),
    )
    return tuple(Mean(name, int(total), count, most) for name, total, count, most in rows)


def messages_by_quarter(business: str, since: int, until: int) -> Script[dict[int, int]]:
    """Messages of customers by the quarter of an hour that they came in: its first instant, and how many."""
    return (yield from _by_quarter("messages WHERE author = 'customer'", "at", business, since, until))


def visits_by_quarter(business: str, since: int, until: int) -> Script[dict[int, int]]:
    """Visits by the quarter of an hour in which they were made."""
    return (yield from _by_quarter("bookings WHERE 1 = 1", "created_at", business, since, until))


def _count(what: str, moment: str, business: str, since: int, until: int) -> Script[int]:
    rows = yield Query(f"SELECT {what} AND business = ? AND {moment} >= ? AND {moment} < ?", (business, since, until))
    return int(rows[0][0])


def _by_quarter(what: str, moment: str, business: str, since: int, until: int) -> Script[dict[int, int]]:
    rows = yield Query(
        f"SELECT {moment} / {QUARTER} AS quarter, COUNT(*) FROM {what} AND business = ? AND {moment} >= ?"
        f" AND {moment} < ? GROUP BY {moment} / {QUARTER}",
        (business, since, until),
    )
    return {int(quarter) * QUARTER: count for quarter, count in rows}


def _middle(spans: Sequence[Row]) -> int | None:
    return round(median(end - start for start, end in spans) / SECOND) if spans else None
