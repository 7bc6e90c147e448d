"""The database, Redis or the disk fails under load while the program is killed besides; `make crash` is the long form."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.plan import Plan
from tests.crash.run import carry_out, database
from tests.standins import postgres

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]  # a guard for busy machines, not a figure to reach

PLANS = {
    "database": Plan("workers", 3, 150, 21, people=10, stops=1, faults=("database",), times=3, born=True),
    "redis": Plan("workers", 3, 150, 22, people=10, stops=1, faults=("redis",), times=4, born=True),
    "disk": Plan("sqlite", 4, 150, 23, people=10, stops=1, faults=("disk",), times=3, born=True),
}


@pytest.fixture(params=PLANS)
def plan(request: pytest.FixtureRequest) -> Plan:
    """What fails."""
    found = PLANS[request.param]
    if "database" in found.faults and postgres.URL_SETTING in os.environ:
        pytest.skip(f"the server of {postgres.URL_SETTING} is not ours to restart")
    return found


@pytest.fixture
def url(plan: Plan) -> Iterator[str]:
    """A database on a server that is nobody else's."""
    with database(plan) as found:
        yield found


@pytest.mark.req("G12")
async def test_a_failure_beneath_loses_and_doubles_nothing(plan: Plan, url: str, tmp_path: Path) -> None:
    """People write and book while it fails again and again: each message and each visit stands once, all goes on by itself."""
    outcome = await carry_out(plan, tmp_path, url)
    print("\n".join(outcome.lines()))  # noqa: T201  read when the test fails

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0
    assert sum(outcome.happened.values()) == plan.times
