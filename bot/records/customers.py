"""Customers: who writes, as far as we know.

A person may write from two places at once, so a customer is never saved whole: a step leaves the fields it has learnt,
and the row's version decides whether what it knew was still true.

How what is learnt meets what is known:
- an empty value replaces nothing, so a phone is never lost to a profile without one;
- a guess (a profile name, the language of a web browser) fills what is empty or replaces another guess, and never what
  the customer answered;
- an answer replaces anything and is no guess from then on;
- where two turn out to be one person (`joined`), what the one who stays has answered stays, and what is known of the
  other fills the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from bot.ports.clock import micros
from bot.ports.step import Scope
from bot.ports.store import Conflict, Query, Script, insert

FIELDS = ("name", "phone", "email", "language", "zone")
LINKED = (
    f"SELECT c.id, {', '.join(f'c.{field}' for field in FIELDS)}, c.guessed, c.version FROM contacts l"
    " JOIN customers c ON c.business = l.business AND c.id = l.customer"
    " WHERE l.business = ? AND l.actor = ? AND l.unlinked_at IS NULL"
)

decode_guessed = msgspec.json.Decoder(frozenset[str]).decode


class Customer(msgspec.Struct, frozen=True):
    """A person. Empty fields are not known; those named in `guessed` nobody has confirmed; version 0 has no row yet."""

    id: str
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    zone: str = ""
    guessed: frozenset[str] = frozenset()
    version: int = 0


class CustomerPatch(msgspec.Struct, frozen=True):
    """What was learnt about a customer; empty means nothing. `guessed`: from a profile, not from the customer."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    zone: str = ""
    guessed: bool = False


def load_customer(business: str, actor: str) -> Script[Customer]:
    """The customer behind a conversation; creates nothing.

    Someone new is a `Customer` of version 0 whose id is the one they will be saved under. A conversation whose link
    was undone is someone new again, under another id.
    """
    rows = yield Query(LINKED, (business, actor))
    if rows:
        known, name, phone, email, language, zone, guessed, version = rows[0]
        return Customer(known, name, phone, email, language, zone, decode_guessed(guessed), version)
    links = yield Query("SELECT COUNT(*) FROM contacts WHERE business = ? AND actor = ?", (business, actor))
    return Customer(derived_id(business, actor, links[0][0]))


def find_customer(business: str, customer: str) -> Script[Customer | None]:
    """The customer of this id, or None."""
    rows = yield Query(
        f"SELECT id, {', '.join(FIELDS)}, guessed, version FROM customers WHERE business = ? AND id = ?",
        (business, customer),
    )
    if not rows:
        return None
    known, name, phone, email, language, zone, guessed, version = rows[0]
    return Customer(known, name, phone, email, language, zone, decode_guessed(guessed), version)


def derived_id(business: str, actor: str, links: int) -> str:
    """The id of somebody new in a conversation that has had so many links."""
    seed = msgspec.json.encode((business, actor, links))
    return f"c{blake2b(seed, digest_size=8).hexdigest()}"


async def current_customer(scope: Scope) -> Customer:
    """The customer of the step's conversation, as they were before the step; read once a step."""
    return await scope.read("customer", lambda: load_customer(scope.business, scope.actor))


def merge(customer: Customer, patch: CustomerPatch) -> Customer:
    """The customer with what was learnt, by the rules above; the very same object when nothing changes."""
    values: dict[str, str] = {}
    guessed = set(customer.guessed)
    for field in FIELDS:
        learnt, known = getattr(patch, field), getattr(customer, field)
        if not learnt or (patch.guessed and known and field not in guessed):
            continue
        values[field] = learnt
        (guessed.add if patch.guessed else guessed.discard)(field)
    if not values:
        return customer
    merged = msgspec.structs.replace(customer, **values, guessed=frozenset(guessed))
    return customer if merged == customer else merged


def joined(stays: Customer, left: Customer) -> tuple[CustomerPatch, CustomerPatch]:
    """What the one who stays learns from another who is the same person: what was guessed, and what was answered."""
    guesses = {field: getattr(left, field) for field in FIELDS if field in left.guessed}
    open_fields = {field for field in FIELDS if not getattr(stays, field) or field in stays.guessed}
    answers = {field: getattr(left, field) for field in open_fields - left.guessed}
    return CustomerPatch(**guesses, guessed=True), CustomerPatch(**answers)


@dataclass(frozen=True, slots=True)
class SaveCustomer:
    """Write what changed of a customer; version 0 makes the row and links the conversation to it.

    `changed` holds columns and their new values. `Conflict` when the row is no longer of `version`, or somebody new has
    been saved meanwhile.
    """

    business: str
    actor: str
    id: str
    version: int
    changed: Mapping[str, str]
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The customer's row."""
        return (f"{self.business}/customer:{self.id}",)

    def apply(self) -> Script[None]:
        """Insert or update; raises `Conflict`."""
        if not (yield from self._create() if self.version == 0 else self._update()):
            raise Conflict(self.id)

    def _create(self) -> Script[bool]:
        made = yield insert(
            "customers",
            ("business", "id", *self.changed, "version", "created_at", "changed_at"),
            [(self.business, self.id, *self.changed.values(), 1, self.now, self.now)],
            "ON CONFLICT DO NOTHING RETURNING id",
        )
        linked = yield insert(
            "contacts",
            ("business", "actor", "customer", "linked_at"),
            [(self.business, self.actor, self.id, self.now)],
            "ON CONFLICT DO NOTHING RETURNING customer",
        )
        return bool(made and linked)

    def _update(self) -> Script[bool]:
        columns = "".join(f"{column} = ?, " for column in self.changed)
        rows = yield Query(
            f"UPDATE customers SET {columns}version = version + 1, changed_at = ?"
            " WHERE business = ? AND id = ? AND version = ? RETURNING id",
            (*self.changed.values(), self.now, self.business, self.id, self.version),
        )
        return bool(rows)


def save_customer(scope: Scope, customer: Customer, patch: CustomerPatch) -> Customer:
    """Write what was learnt with the step, and give the customer as they then are.

    Nothing is written when nothing changes. To save again in the same step, go on from the customer that this gives.
    """
    merged = merge(customer, patch)
    if merged is customer:
        return customer
    changed = {field: getattr(merged, field) for field in FIELDS if getattr(merged, field) != getattr(customer, field)}
    if merged.guessed != customer.guessed:
        changed["guessed"] = msgspec.json.encode(sorted(merged.guessed)).decode()
    now = micros(scope.now)
    scope.write(SaveCustomer(scope.business, scope.actor, customer.id, customer.version, changed, now))
    return msgspec.structs.replace(merged, version=customer.version + 1)
