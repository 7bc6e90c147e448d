"""What the staff look up: visits of a day, leads, who a customer is."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bot.ports.store import Query, Row, Script
from bot.records.customers import Customer

MOST = 200
FOUND = 10


class Visit(NamedTuple):
    """A visit as a list shows it; `start` is local wall time, as it was written down."""

    id: str
    start: str
    minutes: int
    service: str
    specialist: str
    branch: str
    status: str
    name: str
    phone: str


class Lead(NamedTuple):
    """An open lead; `opened_at` in microseconds, `owner` a member's name or empty."""

    id: str
    title: str
    tags: tuple[str, ...]
    owner: str
    department: str
    opened_at: int


class Matter(NamedTuple):
    """One of a customer's cases, in a line."""

    id: str
    kind: str
    status: str
    title: str


VISIT = "SELECT id, local_start, minutes, service, specialist, branch, status, name, phone FROM bookings"
PERSON = "SELECT id, name, phone, email, language, zone FROM customers"


def visits_between(business: str, since: int, until: int, limit: int = MOST) -> Script[list[Visit]]:
    """Visits that stand and begin between two instants, soonest first."""
    rows = yield Query(
        f"{VISIT} WHERE business = ? AND status <> 'cancelled' AND starts_at >= ? AND starts_at < ?"
        " ORDER BY starts_at, id LIMIT ?",
        (business, since, until, limit),
    )
    return [Visit(*row) for row in rows]


def visits_of(business: str, customer: str, limit: int = FOUND) -> Script[list[Visit]]:
    """A customer's visits of every state, newest first."""
    rows = yield Query(
        f"{VISIT} WHERE business = ? AND customer = ? ORDER BY starts_at DESC, id LIMIT ?", (business, customer, limit)
    )
    return [Visit(*row) for row in rows]


def list_leads(business: str, limit: int = MOST) -> Script[list[Lead]]:
    """Leads that nobody has closed, oldest first."""
    rows = yield Query(
        "SELECT c.id, c.title, c.tags, COALESCE(m.name, ''), c.department, c.opened_at FROM cases c LEFT JOIN members m"
        " ON m.business = c.business AND m.id = c.owner WHERE c.business = ? AND c.kind = 'lead' AND c.closed_at IS NULL"
        " ORDER BY c.opened_at, c.id LIMIT ?",
        (business, limit),
    )
    return [
        Lead(lead, title, msgspec.json.decode(tags, type=tuple[str, ...]), *rest) for lead, title, tags, *rest in rows
    ]


def cases_of(business: str, customer: str, limit: int = FOUND) -> Script[list[Matter]]:
    """A customer's cases, newest first."""
    rows = yield Query(
        "SELECT id, kind, status, title FROM cases WHERE business = ? AND customer = ? ORDER BY opened_at DESC, id LIMIT ?",
        (business, customer, limit),
    )
    return [Matter(*row) for row in rows]


def contacts_of(business: str, customer: str) -> Script[Sequence[str]]:
    """The conversations that are linked to a customer, oldest link first."""
    rows = yield Query(
        "SELECT actor FROM contacts WHERE business = ? AND customer = ? AND unlinked_at IS NULL ORDER BY linked_at, actor",
        (business, customer),
    )
    return [row[0] for row in rows]


def search_customers(business: str, words: str, limit: int = FOUND) -> Script[list[Customer]]:
    """Customers by id, by a part of their phone number, or by a part of their name; by name, at most `limit`."""
    digits = "".join(filter(str.isdecimal, words))
    where, params = ["id = ?"], [words]
    if len(digits) >= 4:
        where.append("phone LIKE ?")
        params.append(f"%{digits}%")
    if not digits:
        # Databases fold the case of Latin letters only, so a name is looked for as people write it.
        for form in dict.fromkeys((words, words.lower(), words.title())):
            where.append("name LIKE ? ESCAPE '!'")
            params.append(f"%{''.join(f'!{char}' if char in '!%_' else char for char in form)}%")
    rows = yield Query(
        f"{PERSON} WHERE business = ? AND ({' OR '.join(where)}) ORDER BY name, id LIMIT ?", (business, *params, limit)
    )
    return [_customer(row) for row in rows]


def _customer(row: Row) -> Customer:
    customer, name, phone, email, language, zone = row
    return Customer(customer, name, phone, email, language, zone, version=1)
