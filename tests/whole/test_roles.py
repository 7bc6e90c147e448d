"""Real processes with one role each, over one PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.crash.page import Page
from tests.crash.program import Program, words_of_a_start
from tests.standins.postgres import create_database

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]


@pytest.fixture
async def house(tmp_path: Path, postgres_template: tuple[str, str]) -> AsyncIterator[dict[str, Program]]:
    """A process for pages, one for steps, one for sending."""
    url = await asyncio.to_thread(create_database, *postgres_template)
    roles = ("web", "worker", "sender")
    found = {role: Program(tmp_path / role, url, {"DRAGOMAN_ROLE": role}) for role in roles}
    for each in found.values():
        await each.start()
    yield found
    for each in found.values():
        await each.kill()


@pytest.mark.req("F22")
async def test_three_processes_with_a_role_each_are_one_house(
    house: dict[str, Program], page_on: Callable[[Program, str], Page], http: aiohttp.ClientSession
) -> None:
    """A visitor of one is answered by another; each says how it is, and only the first shows pages."""
    visitor = page_on(house["web"], "by socket")
    await visitor.open()
    await visitor.answer_to(visitor.say("menu"), lambda text: "Nur Dental" in text)
    answers = {}
    for role, program in house.items():
        base = program.chat.removesuffix("/chat/demo")
        for path in ("/ready", "/chat/demo"):
            async with http.get(f"{base}{path}") as answer:
                answers[role, path] = answer.status

    assert [answers[role, "/ready"] for role in house] == [200, 200, 200]
    assert [answers[role, "/chat/demo"] for role in house] == [200, 404, 404]


async def test_a_worker_is_exchanged_while_people_write(
    house: dict[str, Program], page_on: Callable[[Program, str], Page]
) -> None:
    """A rolling deploy: the old worker is told to stop, a new one has begun before; nobody is left without an answer."""
    visitor = page_on(house["web"], "by socket")
    await visitor.open()
    old = house["worker"]
    new = house["new"] = Program(old.folder.with_name("new"), old.database_url, {"DRAGOMAN_ROLE": "worker"})
    await new.start()
    code = await old.stop()
    await visitor.answer_to(visitor.say("menu"), lambda text: "Nur Dental" in text)

    assert code == 0


async def test_roles_on_sqlite_are_refused_in_one_line(tmp_path: Path) -> None:
    """Who starts a worker on SQLite reads what that needs."""
    code, words = await words_of_a_start(Program(tmp_path, settings={"DRAGOMAN_ROLE": "worker"}))

    assert code == 1
    assert "DRAGOMAN_ROLE" in words
    assert "needs PostgreSQL: on SQLite one process does everything" in words
    assert "Traceback" not in words
