"""Links: which conversations are one person's.

A link is a dated row that can be undone; nothing is deleted. A conversation joins a person in a step of its own and
brings along what was done in it: its cases, visits and ratings. The other conversations of whoever it was before are
told, and follow in steps of their own. So no step ever finds its customer changed under it, and nothing that a
conversation does meanwhile is left behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.ports.clock import instant
from bot.ports.store import Conflict, Query, Row, Script, insert
from bot.records.customers import derived_id
from bot.records.proofs import proof_lock, whose

COLUMNS = ("business", "actor", "customer", "linked_at", "unlinked_at", "means", "linked_by")


def linked(business: str, customer: str) -> Script[Sequence[str]]:
    """The conversations that are a customer's now, by name."""
    rows = yield Query(
        "SELECT actor FROM contacts WHERE business = ? AND customer = ? AND unlinked_at IS NULL ORDER BY actor",
        (business, customer),
    )
    return [str(row[0]) for row in rows]


class Linked(NamedTuple):
    """A conversation that is or was a customer's, since when and `until` when (None: still), and who said so.

    `means` is that of `Link`, or `back` for who became who they were before; empty where it was the first. `linked_by`
    and `undone_by` are members of the staff.
    """

    actor: str
    since: datetime
    until: datetime | None
    means: str
    linked_by: str
    undone_by: str


def history(business: str, customer: str) -> Script[list[Linked]]:
    """All links of a customer, undone ones too, oldest first."""
    rows = yield Query(
        "SELECT actor, linked_at, unlinked_at, means, linked_by, undone_by FROM contacts"
        " WHERE business = ? AND customer = ? ORDER BY linked_at, actor",
        (business, customer),
    )
    return [
        Linked(actor, instant(since), None if until is None else instant(until), *rest)
        for actor, since, until, *rest in rows
    ]


def held_apart(business: str, actor: str, one: str, other: str) -> Script[bool]:
    """Whether the staff have said that a conversation of `one` is not the person `other`, or the other way round."""
    now = "SELECT actor FROM contacts WHERE business = ? AND customer = ? AND unlinked_at IS NULL"
    rows = yield Query(
        "SELECT 1 FROM contacts WHERE business = ? AND undone_by <> '' AND ("
        f"(customer = ? AND (actor = ? OR actor IN ({now}))) OR (customer = ? AND actor IN ({now}))) LIMIT 1",
        (business, other, actor, business, one, one, business, other),
    )
    return bool(rows)


def attends(business: str, customer: str, member: str) -> Script[bool]:
    """Whether a member has taken an open case of a customer."""
    rows = yield Query(
        "SELECT 1 FROM cases WHERE business = ? AND customer = ? AND owner = ? AND closed_at IS NULL LIMIT 1",
        (business, customer, member),
    )
    return bool(rows)


def homing(business: str, customer: str, actor: str) -> Script[list[tuple[str, str]]]:
    """The open cases that go home when a conversation is unlinked from a customer: each id, and where it is now."""
    return [(str(case), str(at)) for case, at, _, _ in (yield from _away(business, customer, actor))]


def _away(business: str, customer: str, actor: str) -> Script[list[Row]]:
    return (
        yield Query(
            "SELECT id, actor, home, kind FROM cases WHERE business = ? AND customer = ? AND home <> '' AND home <> actor"
            " AND (actor = ? OR home = ?) AND closed_at IS NULL ORDER BY id",
            (business, customer, actor, actor),
        )
    )


def lock_of(business: str, customer: str) -> str:
    """What the steps contend for that change whose conversations are."""
    return f"{business}/customer:{customer}"


@dataclass(frozen=True, slots=True)
class Link:
    """Let a conversation be another person's, `customer`, with what was done in it.

    `left` is who it was until now, and `others` are the other conversations of that person, as they were read; `saved`
    says whether the one who is left has a row yet. With `phone` the link holds only while that is proved by `customer`.
    `means` is `phone`, `token`, `staff`, or `with` (it follows another conversation), `by` the member of the staff.
    `first` is the conversation of a `customer` who has no row yet and gets one. `Conflict` when any of it has changed.
    """

    business: str
    actor: str
    left: str
    others: tuple[str, ...]
    saved: bool
    customer: str
    means: str
    now: int
    phone: str = ""
    first: str = ""
    by: str = ""

    @property
    def locks(self) -> tuple[str, ...]:
        """Both persons, and the phone."""
        persons = (lock_of(self.business, self.left), lock_of(self.business, self.customer))
        return (*persons, proof_lock(self.business, self.phone)) if self.phone else persons

    def apply(self) -> Script[None]:
        """Undo the old link and make the new one; raises `Conflict`."""
        if self.first:
            yield from self._begin()
        yield from self._check()
        if not self.saved:
            yield from _make(self.business, self.actor, self.left, self.now)
        yield from _relink(self.business, self.actor, self.customer, self.means, self.now, by=self.by)
        yield from _carry(self.business, self.actor, self.left, self.customer, self.now)
        yield Query(
            "UPDATE proofs SET customer = ? WHERE business = ? AND customer = ?",
            (self.customer, self.business, self.left),
        )
        if self.phone:
            yield Query(
                "UPDATE proofs SET actor = ?, at = ? WHERE business = ? AND phone = ?",
                (self.actor, self.now, self.business, self.phone),
            )

    def _begin(self) -> Script[None]:
        yield from _make_customer(self.business, self.customer, self.now)
        row = (self.business, self.first, self.customer, self.now, None, "", "")
        if not (yield insert("contacts", COLUMNS, [row], "ON CONFLICT DO NOTHING RETURNING customer")):
            raise Conflict(self.customer)

    def _check(self) -> Script[None]:
        rows = yield Query(
            "SELECT customer FROM contacts WHERE business = ? AND actor = ? AND unlinked_at IS NULL",
            (self.business, self.actor),
        )
        mine = yield from linked(self.business, self.left)
        if [row[0] for row in rows] != [self.left][: self.saved] or set(mine) != (
            {self.actor, *self.others} if self.saved else set()
        ):
            raise Conflict(self.left)
        if not (yield from linked(self.business, self.customer)):
            raise Conflict(self.customer)
        if self.phone and (yield from whose(self.business, self.phone)) != self.customer:
            raise Conflict(self.customer)


@dataclass(frozen=True, slots=True)
class Unlink:
    """Let a conversation be who it was before it was linked to `customer`, or somebody new; `by` is the member.

    What was done in the conversation goes along, and a case that came from another one goes back there. The phone that
    this conversation vouched for is nobody's until it is proved again. `Conflict` when the conversation is no longer
    linked to that customer, or no other one is.
    """

    business: str
    actor: str
    customer: str
    by: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The person."""
        return (lock_of(self.business, self.customer),)

    def apply(self) -> Script[None]:
        """Undo the link; raises `Conflict`."""
        mine = yield from linked(self.business, self.customer)
        if self.actor not in mine or len(mine) == 1:
            raise Conflict(self.customer)
        rows = yield Query(
            "SELECT customer FROM contacts WHERE business = ? AND actor = ? AND unlinked_at IS NOT NULL AND customer <> ?"
            " ORDER BY linked_at DESC LIMIT 1",
            (self.business, self.actor, self.customer),
        )
        former = str(rows[0][0]) if rows else (yield from self._somebody_new())
        yield from _relink(self.business, self.actor, former, "back", self.now, by=self.by, undone_by=self.by)
        yield Query(
            "DELETE FROM proofs WHERE business = ? AND customer = ? AND actor = ?",
            (self.business, self.customer, self.actor),
        )
        yield from self._send_home()
        yield from _carry(self.business, self.actor, self.customer, former, self.now)

    def _somebody_new(self) -> Script[str]:
        counted = yield Query(
            "SELECT COUNT(*) FROM contacts WHERE business = ? AND actor = ?", (self.business, self.actor)
        )
        new = derived_id(self.business, self.actor, counted[0][0])
        yield from _make_customer(self.business, new, self.now)
        return new

    def _send_home(self) -> Script[None]:
        """Let each open case be where it was opened, unless another of its kind is open there by now."""
        for case, _, home, kind in (yield from _away(self.business, self.customer, self.actor)):
            yield Query(
                "UPDATE cases SET actor = ?, home = '', changed_at = ?, version = version + 1 WHERE business = ? AND id = ?"
                " AND NOT EXISTS (SELECT 1 FROM cases o WHERE o.business = ? AND o.actor = ? AND o.kind = ?"
                " AND o.closed_at IS NULL)",
                (home, self.now, self.business, case, self.business, home, kind),
            )


def _make(business: str, actor: str, customer: str, now: int) -> Script[None]:
    """Write down somebody who was not worth a row yet, so that a link can be undone."""
    yield from _make_customer(business, customer, now)
    at = yield from _moment(business, actor, now)
    yield insert("contacts", COLUMNS, [(business, actor, customer, at, at, "", "")])


def _make_customer(business: str, customer: str, now: int) -> Script[None]:
    yield insert(
        "customers",
        ("business", "id", "version", "created_at", "changed_at"),
        [(business, customer, 1, now, now)],
        "ON CONFLICT DO NOTHING",
    )


def _relink(
    business: str, actor: str, customer: str, means: str, now: int, *, by: str, undone_by: str = ""
) -> Script[None]:
    at = yield from _moment(business, actor, now)
    yield Query(
        "UPDATE contacts SET unlinked_at = ?, undone_by = ? WHERE business = ? AND actor = ? AND unlinked_at IS NULL",
        (at, undone_by, business, actor),
    )
    yield insert("contacts", COLUMNS, [(business, actor, customer, at, None, means, by)])


def _moment(business: str, actor: str, now: int) -> Script[int]:
    """When the next link of a conversation begins: now, but after the last one."""
    rows = yield Query("SELECT MAX(linked_at) FROM contacts WHERE business = ? AND actor = ?", (business, actor))
    return max(now, (rows[0][0] or 0) + 1)


def _carry(business: str, actor: str, old: str, new: str, now: int) -> Script[None]:
    """Let what was done in a conversation be the new person's: ratings, cases, visits."""
    there = "(actor = ? OR home = ?)"
    yield Query(
        "UPDATE ratings SET customer = ? WHERE business = ? AND customer = ? AND case_id IN"
        f" (SELECT id FROM cases WHERE business = ? AND {there})",
        (new, business, old, business, actor, actor),
    )
    yield Query(
        "UPDATE cases SET customer = ?, changed_at = ?, version = version + 1"
        f" WHERE business = ? AND customer = ? AND {there}",
        (new, now, business, old, actor, actor),
    )
    yield Query(
        "UPDATE bookings SET customer = ?, changed_at = ?, version = version + 1"
        " WHERE business = ? AND customer = ? AND actor = ?",
        (new, now, business, old, actor),
    )
