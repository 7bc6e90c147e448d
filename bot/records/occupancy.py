"""Who has which time: one row a resource, cell and seat, and a primary key that lets nobody be second.

A claim takes one free seat for all its cells or nothing. What a conversation holds for a while and what a visit owns
are the same rows, told apart by their holder and by the end of a hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports.store import Query, Script, among, insert
from bot.records.cells import CELL_MICROS, Cells, Run

COLUMNS = ("business", "resource", "cell", "seat", "holder", "held_until")
OWNING = ("booked", "done", "no_show")  # the states of a visit in which it owns its time


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish for one of `seats` places on a resource, for all of the cells."""

    business: str
    resource: str
    cells: Cells
    seats: int = 1

    @property
    def lock(self) -> str:
        """What all who claim this resource contend for."""
        return lock_of(self.business, self.resource)


def lock_of(business: str, resource: str) -> str:
    """The lock of a resource's calendar."""
    return f"{business}/{resource}"


def hold_of(actor: str) -> str:
    """The holder's name of what a conversation holds for a while."""
    return f"hold:{actor}"


def visit_of(booking: str) -> str:
    """The holder's name of what a visit owns."""
    return f"visit:{booking}"


def claim_seat(claim: Claim, holder: str, *, now: int, until: int | None = None) -> Script[bool]:
    """Take a free seat for `holder` until `until` (None: for good); False, and nothing is taken, when none is free.

    A hold of others that has run out, at `now` exactly too, is overwritten. Two at once: the key lets one through.
    """
    where = "business = ? AND resource = ? AND cell >= ? AND cell < ?"
    stretch = (claim.business, claim.resource, *claim.cells)
    yield Query(f"DELETE FROM occupancy WHERE {where} AND held_until <= ?", (*stretch, now))
    for seat in range(claim.seats):
        rows = [(claim.business, claim.resource, cell, seat, holder, until) for cell in range(*claim.cells)]
        taken = yield insert("occupancy", COLUMNS, rows, "ON CONFLICT DO NOTHING RETURNING cell")
        if len(taken) == len(rows):
            return True
        if taken:
            yield Query(f"DELETE FROM occupancy WHERE {where} AND seat = ? AND holder = ?", (*stretch, seat, holder))
    return False


def let_go(business: str, holder: str) -> Script[None]:
    """Free all that a holder has; nothing happens when it has nothing."""
    yield Query("DELETE FROM occupancy WHERE business = ? AND holder = ?", (business, holder))


def held_resources(business: str, holder: str) -> Script[list[str]]:
    """The resources of which a holder has something, run out or not."""
    rows = yield Query(
        "SELECT DISTINCT resource FROM occupancy WHERE business = ? AND holder = ? ORDER BY resource",
        (business, holder),
    )
    return [row[0] for row in rows]


def taken(business: str, resources: Sequence[str], cells: Cells, *, now: int, besides: str) -> Script[list[Run]]:
    """What is taken of the resources in a stretch, a run a visit or hold; that of the holder `besides` is left out.

    Runs are cut off at the stretch's ends.
    """
    which, params = among("resource", resources)
    rows = yield Query(
        "SELECT resource, seat, MIN(cell), MAX(cell) + 1 FROM occupancy"
        f" WHERE business = ? AND {which} AND cell >= ? AND cell < ? AND holder <> ?"
        " AND (held_until IS NULL OR held_until > ?) GROUP BY resource, seat, holder ORDER BY 1, 3, 2",
        (business, *params, *cells, besides, now),
    )
    return [Run(*row) for row in rows]


def check_occupancy(business: str) -> Script[list[str]]:
    """What is wrong with a business's calendar, a sentence each; empty when all is well.

    Every visit owns all of its cells, on one seat, and they cover its time; nothing is owned by a visit that is not, or
    no longer, to take place; holds have an end and visits have none.
    """
    visits = yield Query(
        "SELECT id, resource, first_cell, end_cell, starts_at, minutes, status FROM bookings WHERE business = ?",
        (business,),
    )
    owned = yield Query(
        "SELECT holder, resource, MIN(cell), MAX(cell) + 1, COUNT(*), COUNT(DISTINCT seat), COUNT(held_until)"
        " FROM occupancy WHERE business = ? GROUP BY holder, resource ORDER BY holder, resource",
        (business,),
    )
    problems = []
    unclaimed = {visit_of(visit[0]): tuple(visit[1:4]) for visit in visits if visit[6] in OWNING}
    for holder, resource, first, end, cells, seats, ending in owned:
        if holder.startswith("hold:"):
            wrong = "has no end" if ending < cells else ""
        elif unclaimed.pop(holder, None) != (resource, first, end):
            wrong = f"owns {resource} {first}..{end}, which no visit of that name does"
        elif cells != end - first or seats != 1:
            wrong = f"owns {cells} cells on {seats} seats of {resource} {first}..{end}"
        else:
            wrong = "has an end" if ending else ""
        if wrong:
            problems.append(f"{holder} {wrong}")
    problems += [
        f"{holder} owns nothing of its {resource} {first}..{end}"
        for holder, (resource, first, end) in unclaimed.items()
    ]
    for visit, _, first, end, starts_at, minutes, _ in visits:
        if not (first * CELL_MICROS <= starts_at and starts_at + minutes * 60_000_000 <= end * CELL_MICROS):
            problems.append(f"{visit_of(visit)} has cells {first}..{end}, which do not cover its time")
    return problems
