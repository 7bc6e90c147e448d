"""What every shelf of tests may ask for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import structlog

from bot.ports.store import Store
from bot.store import open_store
from tests.standins import postgres


class Now:
    """The present, for fixtures that migrate a database."""

    def now(self) -> datetime:
        """The real time."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Really wait."""
        await asyncio.sleep(seconds)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Logs as structlog has them, with plain tracebacks; a command that sets them up does so for its own test only."""
    *others, _ = structlog.get_config()["processors"]
    structlog.configure([*others, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[tuple[str, str]]:
    """A server with one migrated database to copy: the server's URL and the database's name."""
    with postgres.server() as url:
        made = postgres.create_database(url)

        async def migrate() -> None:
            await (await open_store(made, Now())).close()

        asyncio.run(migrate())
        yield url, urlsplit(made).path.removeprefix("/")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url, template = request.getfixturevalue("postgres_template")
    return postgres.create_database(url, template)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store over each database, as production opens it."""
    opened = await open_store(database_url, Now())
    yield opened
    await opened.close()
