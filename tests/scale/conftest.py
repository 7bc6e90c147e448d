"""What the tests of many processes share."""

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.scale.fleet import Fleet, fleet_on
from tests.standins import postgres, valkey
from tests.standins.valkey import Valkey


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log's entries, instead of a printed log."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture(scope="session")
def shared_valkey() -> Iterator[str]:
    """A Valkey that nothing is done to."""
    with valkey.anywhere() as url:
        yield url


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    """A Valkey to be killed and flushed."""
    with valkey.running() as server:
        yield server


@pytest.fixture
async def served(postgres_template: tuple[str, str]) -> str:
    """An empty, migrated PostgreSQL."""
    return await asyncio.to_thread(postgres.create_database, *postgres_template)


@pytest.fixture
async def fleet(served: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Processes that have nothing but PostgreSQL in common."""
    async with fleet_on(served, tmp_path) as found:
        yield found


@pytest.fixture(params=["NOTIFY", "Redis"])
async def either(request: pytest.FixtureRequest, served: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Processes that speak to each other over PostgreSQL, or over Redis."""
    redis = request.getfixturevalue("shared_valkey") if request.param == "Redis" else ""
    async with fleet_on(served, tmp_path, redis) as found:
        yield found
