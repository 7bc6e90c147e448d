"""Scripts for what a dead process left behind."""

from bot.ports.store import Query, Script


def take_back(now: int, worker: str | None = None) -> Script[None]:
    """Free the leases of `worker`, or every lease (for the one process that owns the store).

    Rows that were being sent stay marked so: they were perhaps sent. What is leased is always ready, and there is an
    index of that.
    """
    owner, params = ("AND lease_owner = ?", (worker,)) if worker is not None else ("", ())
    yield Query(
        f"UPDATE actors SET lease_until = 0, lease_owner = '' WHERE ready_at IS NOT NULL AND lease_until > ? {owner}",
        (now, *params),
    )
    yield Query(
        f"UPDATE lines SET lease_until = 0, lease_owner = '' WHERE ready_at IS NOT NULL AND lease_until > ? {owner}",
        (now, *params),
    )


def hold(name: str, owner: str, now: int, until: int, *, by_force: bool = False) -> Script[bool]:
    """Take or renew the lease `name`; False while somebody else holds it, unless it is taken by force."""
    rows = yield Query(
        "INSERT INTO leases (business, name, owner, until) VALUES ('', ?, ?, ?) ON CONFLICT (business, name) DO UPDATE SET"
        " owner = excluded.owner, until = excluded.until"
        " WHERE leases.owner = excluded.owner OR leases.until <= ? OR CAST(? AS BIGINT) = 1 RETURNING owner",
        (name, owner, until, now, int(by_force)),
    )
    return bool(rows)


def begin_life(owner: str) -> Script[int]:
    """Note that a process begins; gives how many of its lives, this one counted, have not been ended in order."""
    rows = yield Query(
        "INSERT INTO leases (business, name, owner, until) VALUES ('', ?, ?, 1) ON CONFLICT (business, name) DO UPDATE SET"
        " until = leases.until + 1 RETURNING until",
        (f"life:{owner}", owner),
    )
    lives: int = rows[0][0]
    return lives


def end_life(owner: str) -> Script[None]:
    """The process ends in order."""
    yield from let_go(f"life:{owner}", owner)


def let_go(name: str, owner: str) -> Script[None]:
    """Give the lease back, if it is still this owner's."""
    yield Query("DELETE FROM leases WHERE business = '' AND name = ? AND owner = ?", (name, owner))
