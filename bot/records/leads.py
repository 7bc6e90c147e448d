"""How the open leads are spread over the groups, so that the next one goes where the fewest are."""

from collections.abc import Mapping

from bot.ports.step import Scope
from bot.ports.store import Query, Script

KIND = "lead"


def open_leads(business: str) -> Script[Mapping[str, int]]:
    """How many leads are open in each group that has any."""
    rows = yield Query(
        "SELECT department, COUNT(*) FROM cases WHERE business = ? AND kind = ? AND closed_at IS NULL GROUP BY department",
        (business, KIND),
    )
    return {str(group): int(count) for group, count in rows}


async def least_loaded(scope: Scope, groups: tuple[str, ...]) -> str:
    """The group with the fewest open leads before this step, the first of equals; empty for no groups."""
    if len(groups) < 2:
        return "".join(groups)
    counts = await scope.read("open leads", lambda: open_leads(scope.business))
    return min(groups, key=lambda group: counts.get(group, 0))
