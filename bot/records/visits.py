"""The rows of visits: reading them back, and the changes that a step makes to them.

A change of a visit and of the time that it owns stand in one script, so no reader ever sees one without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from bot.ports.calendar import Booking, Slot
from bot.ports.clock import instant, micros
from bot.ports.store import ClaimRefused, Conflict, Query, Row, Script, insert
from bot.records.occupancy import Claim, claim_seat, hold_of, let_go, lock_of, visit_of

READ = (
    "SELECT service, specialist, branch, starts_at, minutes, zone, id, status, name, phone, notes, actor, customer,"
    " version, resource FROM bookings WHERE business = ?"
)


class Visit(NamedTuple):
    """A visit as it is stored: the booking, its row's version, and whose time it owns."""

    booking: Booking
    version: int
    resource: str


def find_visit(business: str, customer: str, booking: str) -> Script[Visit | None]:
    """One of a customer's visits, or None."""
    rows = yield Query(f"{READ} AND customer = ? AND id = ?", (business, customer, booking))
    return _read(rows[0]) if rows else None


def coming_visits(business: str, customer: str, now: int) -> Script[list[Visit]]:
    """A customer's visits that have not begun, soonest first."""
    rows = yield Query(
        f"{READ} AND customer = ? AND status = 'booked' AND starts_at > ? ORDER BY starts_at, id",
        (business, customer, now),
    )
    return [_read(row) for row in rows]


def _read(row: Row) -> Visit:
    service, specialist, branch, starts_at, minutes, zone, *named, notes, actor, customer, version, resource = row
    local = instant(starts_at).astimezone(ZoneInfo(zone))
    # A fixed offset tells the two 02:30 of one night apart, and is what a slot that went through JSON has.
    start = local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)
    slot = Slot(service, specialist, branch, start, minutes, zone)
    booking, status, name, phone = named
    answers = msgspec.json.decode(notes, type=dict[str, str])
    return Visit(Booking(booking, slot, status, name, phone, answers, actor, customer), version, resource)


def _when(slot: Slot, claim: Claim) -> dict[str, object]:
    """The columns that say when and with whom a visit is."""
    return {
        "service": slot.service,
        "specialist": slot.specialist,
        "branch": slot.branch,
        "starts_at": micros(slot.start),
        "local_start": _wall(slot).isoformat(timespec="minutes"),
        "zone": slot.zone,
        "minutes": slot.minutes,
        "resource": claim.resource,
        "first_cell": claim.cells.first,
        "end_cell": claim.cells.end,
    }


def _wall(slot: Slot) -> datetime:
    return slot.start.astimezone(ZoneInfo(slot.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep a time for a conversation for a while, instead of what it held before. `earlier`: the resources of that."""

    key: str
    claim: Claim
    actor: str
    until: int
    now: int
    earlier: tuple[str, ...]

    @property
    def locks(self) -> tuple[str, ...]:
        """The calendars of what is taken and what is let go."""
        return _locks(self.claim.business, self.claim.resource, *self.earlier)

    def apply(self) -> Script[None]:
        """Raises `ClaimRefused`."""
        yield from let_go(self.claim.business, hold_of(self.actor))
        yield from _take(self.claim, hold_of(self.actor), self.key, self.now, self.until)


@dataclass(frozen=True, slots=True)
class Release:
    """Let go what a conversation holds."""

    business: str
    actor: str
    earlier: tuple[str, ...]

    @property
    def locks(self) -> tuple[str, ...]:
        """The calendars of what is let go."""
        return _locks(self.business, *self.earlier)

    def apply(self) -> Script[None]:
        """Free it; safe to repeat."""
        yield from let_go(self.business, hold_of(self.actor))


@dataclass(frozen=True, slots=True)
class Book:
    """Make a visit that owns its time; what the conversation held is let go. A repeat of its id changes nothing."""

    key: str
    claim: Claim
    booking: Booking
    now: int
    earlier: tuple[str, ...]

    @property
    def locks(self) -> tuple[str, ...]:
        """The calendars of what is taken and what is let go."""
        return _locks(self.claim.business, self.claim.resource, *self.earlier)

    def apply(self) -> Script[None]:
        """Raises `ClaimRefused`; `Conflict` when somebody else's visit has the id."""
        booking, business = self.booking, self.claim.business
        columns = {
            "business": business,
            "id": booking.id,
            "customer": booking.customer,
            "actor": booking.actor,
            **_when(booking.slot, self.claim),
            "status": booking.status,
            "name": booking.name,
            "phone": booking.phone,
            "notes": _text(booking.notes),
            "version": 1,
            "created_at": self.now,
            "changed_at": self.now,
        }
        made = yield insert(
            "bookings", tuple(columns), [tuple(columns.values())], "ON CONFLICT (business, id) DO NOTHING RETURNING id"
        )
        if not made:
            yield from self._own()
            return
        yield from let_go(business, hold_of(booking.actor))
        yield from _take(self.claim, visit_of(booking.id), self.key, self.now)

    def _own(self) -> Script[None]:
        """Ids are short, for people: one that another customer's visit has must not pass for a repeat."""
        where = (self.claim.business, self.booking.id)
        rows = yield Query("SELECT customer FROM bookings WHERE business = ? AND id = ?", where)
        if rows[0][0] != self.booking.customer:
            raise Conflict(visit_of(self.booking.id))


@dataclass(frozen=True, slots=True)
class Move:
    """Give a visit another time; the old one is free in the same instant.

    `booking` is the visit as it becomes, `version` and `left` (the resource) are those of the row as it was read.
    """

    key: str
    claim: Claim
    booking: Booking
    version: int
    left: str
    now: int
    earlier: tuple[str, ...]

    @property
    def locks(self) -> tuple[str, ...]:
        """The calendars of what is taken and what is let go."""
        return _locks(self.claim.business, self.claim.resource, self.left, *self.earlier)

    def apply(self) -> Script[None]:
        """Raises `Conflict` when the visit has been changed meanwhile, `ClaimRefused` when the time has been taken."""
        business, booking = self.claim.business, self.booking
        columns = {**_when(booking.slot, self.claim), "actor": booking.actor}
        yield from _change(business, booking.id, self.version, columns, self.now)
        yield from let_go(business, visit_of(booking.id))
        yield from let_go(business, hold_of(booking.actor))
        yield from _take(self.claim, visit_of(booking.id), self.key, self.now)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel a visit and free its time. `version` and `left` (the resource) are those of the row as it was read."""

    business: str
    booking: str
    version: int
    left: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The calendar of what is let go."""
        return (lock_of(self.business, self.left),)

    def apply(self) -> Script[None]:
        """Raises `Conflict` when the visit has been changed meanwhile."""
        yield from _change(self.business, self.booking, self.version, {"status": "cancelled"}, self.now)
        yield from let_go(self.business, visit_of(self.booking))


def _take(claim: Claim, holder: str, key: str, now: int, until: int | None = None) -> Script[None]:
    if not (yield from claim_seat(claim, holder, now=now, until=until)):
        raise ClaimRefused(key)


def _change(business: str, booking: str, version: int, columns: Mapping[str, object], now: int) -> Script[None]:
    values = {**columns, "version": version + 1, "changed_at": now}
    rows = yield Query(
        f"UPDATE bookings SET {', '.join(f'{column} = ?' for column in values)}"
        " WHERE business = ? AND id = ? AND version = ? RETURNING id",
        (*values.values(), business, booking, version),
    )
    if not rows:
        raise Conflict(visit_of(booking))


def _locks(business: str, *resources: str) -> tuple[str, ...]:
    return tuple(sorted({lock_of(business, resource) for resource in resources}))


def _text(answers: Mapping[str, str]) -> str:
    return msgspec.json.encode(answers).decode()
