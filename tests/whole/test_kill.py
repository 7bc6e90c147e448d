"""kill -9 and SIGTERM under load, in short; `make crash` is the long form."""

import asyncio
from pathlib import Path

import pytest

from tests.crash.outcome import Outcome
from tests.crash.plan import Plan
from tests.crash.run import carry_out
from tests.standins.postgres import create_database

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]  # a guard for busy machines, not a figure to reach


async def carried_out(plan: Plan, folder: Path, url: str) -> Outcome:
    outcome = await carry_out(plan, folder, url)
    print("\n".join(outcome.lines()))  # noqa: T201  read when the test fails
    return outcome


@pytest.mark.req("F27", "G1")
async def test_killing_the_program_loses_doubles_and_reorders_nothing_on_sqlite(tmp_path: Path) -> None:
    """Customers write and book while the program is killed six times: each message and each visit stands once."""
    outcome = await carried_out(Plan("sqlite", kills=6, messages=250, seed=11, people=12, stops=1), tmp_path, "")

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0


async def test_killing_the_program_loses_doubles_and_reorders_nothing_on_postgres(
    tmp_path: Path, postgres_template: tuple[str, str]
) -> None:
    """The same on PostgreSQL, three times."""
    plan = Plan("postgres", kills=3, messages=150, seed=12, people=12, stops=1)
    outcome = await carried_out(plan, tmp_path, await asyncio.to_thread(create_database, *postgres_template))

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0


@pytest.mark.req("F1", "F27")
@pytest.mark.parametrize("way", ["telegram-polling", "telegram-webhook"])
async def test_killing_the_program_loses_and_doubles_nothing_on_telegram(tmp_path: Path, way: str) -> None:
    """People book, ask for a call and talk to operators in Telegram while the program is killed four times.

    Every update is one event, in order; every word between customers and operators arrives, twice only when it was on
    its way at a kill.
    """
    outcome = await carried_out(Plan(way, kills=4, messages=200, seed=14, people=8, stops=1), tmp_path, "")

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0
    assert outcome.findings.relays > 0


@pytest.mark.req("F27", "G1")
async def test_killing_three_processes_on_one_database_loses_and_doubles_nothing(
    tmp_path: Path, postgres_template: tuple[str, str]
) -> None:
    """Three processes share the work; each is killed and asked to stop while pages go on with the others."""
    plan = Plan("workers", kills=6, messages=150, seed=15, people=12, stops=1, born=True)
    outcome = await carried_out(plan, tmp_path, await asyncio.to_thread(create_database, *postgres_template))

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0


async def test_updates_that_come_to_two_processes_stay_in_order(
    tmp_path: Path, postgres_template: tuple[str, str]
) -> None:
    """Telegram delivers to two processes behind one address; each is killed, and every chat is still one line."""
    plan = Plan("telegram-workers", kills=3, messages=120, seed=16, people=8, stops=1, born=True)
    outcome = await carried_out(plan, tmp_path, await asyncio.to_thread(create_database, *postgres_template))

    assert outcome.findings.sentences == []
    assert outcome.findings.bookings > 0


async def test_a_program_that_is_asked_to_stop_ends_what_it_has_begun(tmp_path: Path) -> None:
    """SIGTERM in the middle of the load: exit code 0, no step or message half done, and all goes on after the start."""
    outcome = await carried_out(Plan("sqlite", kills=0, messages=250, seed=13, people=12, stops=3), tmp_path, "")

    assert outcome.exit_codes == (0, 0, 0, 0)
    assert outcome.findings.sentences == []
