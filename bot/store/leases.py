"""Scripts for what a dead process left behind."""

from bot.ports.store import Query, Script


def take_back(now: int, worker: str | None = None) -> Script[None]:
    """Free the leases of `worker`, or every lease (for the one process that owns the store).

    Rows that were being sent stay marked so: they were perhaps sent.
    """
    owner, params = ("AND lease_owner = ?", (worker,)) if worker is not None else ("", ())
    yield Query(f"UPDATE actors SET lease_until = 0, lease_owner = '' WHERE lease_until > ? {owner}", (now, *params))
    yield Query(f"UPDATE lines SET lease_until = 0, lease_owner = '' WHERE lease_until > ? {owner}", (now, *params))
