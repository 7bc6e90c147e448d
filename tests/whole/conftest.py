"""The real program, started for a test and gone after it."""

import random
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.crash.page import Page
from tests.crash.program import Program


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """The program on an empty SQLite file, running."""
    started = Program(tmp_path / "program")
    await started.start()
    yield started
    await started.kill()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """What pages talk through."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def page_on(http: aiohttp.ClientSession) -> AsyncIterator[Callable[[Program, str], Page]]:
    """Makes visitors' pages that talk to a program `by socket` or `by REST`; they go away after the test."""
    made: list[Page] = []

    def visit(program: Program, way: str) -> Page:
        made.append(Page(http, program.chat, random.Random(len(made)), by_socket=way == "by socket"))
        return made[-1]

    yield visit
    for each in made:
        await each.close()


@pytest.fixture
def page(program: Program, page_on: Callable[[Program, str], Page]) -> Callable[[str], Page]:
    """Makes pages of the one running program."""
    return partial(page_on, program)
