"""What the tests of the web side share: the whole site over each database, on a free port."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

import main
from bot.ports.store import Store
from bot.settings import Settings
from bot.web import Site, build_app
from tests.runtime.outage import Outage
from tests.web.visitor import Visitor


@pytest.fixture
def outage(store: Store) -> Outage:
    """The database, which can be made unavailable."""
    return Outage(store)


@pytest.fixture
async def site(outage: Outage, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The demo clinic, running."""
    settings = Settings(business=Path("businesses/demo"), media=tmp_path / "media", database_url=database_url)
    built = await main.build_site(settings, outage)
    await built.engine.start()
    yield built
    outage.writes = outage.reads = 0
    await built.engine.stop()


@pytest.fixture
async def client(site: Site) -> AsyncIterator["TestClient[Any, Any]"]:
    """A browser that knows the site's address."""
    async with TestClient(TestServer(build_app(site))) as opened:
        yield opened


@pytest.fixture
async def visitor(client: "TestClient[Any, Any]") -> Visitor:
    """Somebody who has opened the chat."""
    return await Visitor(client).arrives()


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log's entries, instead of a printed log."""
    with capture_logs() as entries:
        yield entries
