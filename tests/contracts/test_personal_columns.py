"""Which columns tell something about a person.

Export, erasure and retention are derived from the marks, so none may be missed.
"""

from bot.ports.store import Store
from tests.contracts.schema import OURS, ask, columns

NOT_PERSONAL = frozenset({
    *(f"actors.{name}" for name in ("business", "actor", "lease_owner")),
    *(f"inbox.{name}" for name in ("business", "actor", "dedupe_key", "state")),
    *(f"messages.{name}" for name in ("business", "actor", "author", "client_id")),
    *(f"outbox.{name}" for name in ("business", "key", "line", "actor", "port", "kind", "state")),
    *(f"lines.{name}" for name in ("business", "line", "lease_owner")),
    *(f"requests.{name}" for name in ("business", "key", "outcome", "provider_id")),
    *(f"receipts.{name}" for name in ("business", "provider_id", "actor")),
    *(f"timers.{name}" for name in ("business", "actor", "key")),
    *(f"settings.{name}" for name in ("business", "name", "value")),
    *(f"customers.{name}" for name in ("business", "id", "guessed")),
    *(f"contacts.{name}" for name in ("business", "actor", "customer", "means", "undone_by", "linked_by")),
    *(f"proofs.{name}" for name in ("business", "customer", "actor")),
    *(f"cases.{name}" for name in ("business", "id", "customer", "actor", "kind", "status", "tags",
                                   "owner", "department", "home")),
    *(f"members.{name}" for name in ("business", "id", "role", "language")),
    *(f"desk_sessions.{name}" for name in ("business", "token", "member")),
    *(f"room_topics.{name}" for name in ("business", "room", "thread", "case_id", "conversation")),
    *(f"room_messages.{name}" for name in ("business", "room", "message", "case_id", "conversation")),
    *(f"ratings.{name}" for name in ("business", "case_id", "customer", "member")),
    *(f"campaigns.{name}" for name in ("business", "id", "texts", "audience", "by_member", "state")),
    *(f"campaign_contacts.{name}" for name in ("business", "campaign", "actor", "outcome")),
    *(f"leases.{name}" for name in ("business", "name", "owner")),
    *(f"processes.{name}" for name in ("business", "id", "role", "release")),
    *(f"releases.{name}" for name in ("business", "release", "reads")),
    *(f"rejections.{name}" for name in ("business", "id", "route", "account", "reason", "address")),
    *(f"quarantine.{name}" for name in ("business", "id", "account", "reason")),
    *(f"bookings.{name}" for name in ("business", "id", "customer", "actor", "service", "specialist", "branch",
                                      "local_start", "zone", "resource", "status")),
    *(f"occupancy.{name}" for name in ("business", "resource", "holder")),
})  # fmt: skip
"""Texts that hold keys, states and names of ours. A new column is put here, or is marked personal in its migration."""


async def marks(store: Store) -> dict[str, tuple[str, str]]:
    rows = await ask(store, "SELECT table_name, column_name, owner_column, retention FROM personal_columns")
    return {f"{table}.{column}": (owner, retention) for table, column, owner, retention in rows}


async def test_every_text_is_marked_personal_or_declared_not_to_be(store: Store, database_url: str) -> None:
    """A column that somebody adds without thinking of the person it is about is found here."""
    texts = {
        f"{table}.{column}"
        for table, column, kind in await columns(store, database_url)
        if kind == "TEXT" and table not in OURS
    }
    marked = set(await marks(store))

    assert texts - marked - NOT_PERSONAL == set()
    assert marked & NOT_PERSONAL == set()
    assert NOT_PERSONAL - texts == set()


async def test_every_mark_leads_to_its_person(store: Store, database_url: str) -> None:
    """A mark names a column that exists, the column of its table that leads to the person, and how long it is kept."""
    known = {f"{table}.{column}" for table, column, _ in await columns(store, database_url)}
    found = await marks(store)

    assert found.keys() <= known
    assert {f"{name.partition('.')[0]}.{owner}" for name, (owner, _) in found.items()} <= known
    assert all(retention for _, retention in found.values())


async def test_every_table_belongs_to_a_business(store: Store, database_url: str) -> None:
    """Rows of two firms are told apart in every table, so data can be spread by firm."""
    tables: dict[str, set[str]] = {}
    for table, column, _ in await columns(store, database_url):
        tables.setdefault(table, set()).add(column)

    assert [table for table, names in tables.items() if table not in OURS and "business" not in names] == []
