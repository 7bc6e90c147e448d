"""The restore drill with few people, and the schema under traffic, as they are run with more by hand."""

from pathlib import Path

import pytest

from tests.backup.drill import rehearse
from tests.backup.traffic import run

pytestmark = [pytest.mark.whole, pytest.mark.timeout(240)]


@pytest.mark.req("G18")
async def test_the_copy_of_yesterday_says_nothing_twice(tmp_path: Path) -> None:
    """A house dies with words on their way, its backup takes its place: whoever wrote nothing since hears nothing."""
    report = await rehearse(tmp_path, people=4)

    assert report.said_fenced == 0
    assert report.said_again == []
    assert report.answered == report.writers == 2
    assert report.redelivered > 0


@pytest.mark.req("G17")
async def test_every_migration_goes_down_and_up_under_traffic(database_url: str) -> None:
    """The schema changes beneath the first release while customers write fifty messages a second, and all are answered."""
    outcome = await run(database_url, rows=1000)

    assert (outcome.lost, outcome.unsent, outcome.errors, outcome.refused) == (0, 0, [], 0)
    assert len(outcome.changes) >= 4
