"""The stand-in for Telegram with one person and one group, and a bot that uses it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from tests.standins.botside import Client, Hook
from tests.standins.telegram import Group, Person, TelegramServer


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def bot(api: TelegramServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, api.url)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    runner = web.ServerRunner(web.Server(made.receive), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
async def ani(api: TelegramServer) -> Person:
    person = api.person("Ani", language="hy")
    person.starts()
    return person


@pytest.fixture
async def staff(api: TelegramServer) -> Group:
    return api.group("Staff", forum=True)
