"""What the tests of watching share: the demo clinic over each database, and the log as it is written."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import main
from bot import redaction
from bot.logs import Others, set_up_logs
from bot.ports.store import Script, Store
from bot.settings import Settings
from bot.web import Site, build_app
from tests.runtime.outage import Outage

T = TypeVar("T")


class Written(io.StringIO):
    """The log as a machine reads it."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Every line."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, event: str) -> dict[str, Any]:
        """The one entry of an event."""
        (found,) = [each for each in self.entries if each["event"] == event]
        return found


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """All that is logged, from the lowest level on."""
    written, root = Written(), logging.getLogger()
    level = root.level
    monkeypatch.setattr(redaction, "_secrets", set())
    monkeypatch.setattr(redaction, "_known", None)
    set_up_logs("debug", "json", stream=written)
    yield written
    for handler in [each for each in root.handlers if isinstance(each, Others)]:
        root.removeHandler(handler)
    root.setLevel(level)


class Counted(Outage):
    """The database, which can be made unavailable, and tells how often it was read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.figures = getattr(store, "figures", None)
        self.reads_made = 0

    async def read(self, script: Callable[[], Script[T]]) -> T:
        self.reads_made += 1
        return await super().read(script)


@pytest.fixture
def outage(store: Store) -> Counted:
    """The database of the site."""
    return Counted(store)


@pytest.fixture
async def site(logged: Written, outage: Counted, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The demo clinic, not started."""
    settings = Settings(business=Path("businesses/demo"), media=tmp_path / "media", database_url=database_url)
    async with AsyncExitStack() as stack:
        built = await main.build_site(settings, outage, stack)
        yield built
        outage.writes = outage.reads = 0
        await built.engine.stop()


@pytest.fixture
def app(site: Site) -> web.Application:
    """Its web side."""
    return build_app(site)


@pytest.fixture
async def client(app: web.Application) -> AsyncIterator["TestClient[Any, Any]"]:
    """Who asks."""
    async with TestClient(TestServer(app)) as opened:
        yield opened
