"""A Chromium, the real program on a port of its own, and visitors who use it as customers do."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visitors import Visitors
from tests.crash.program import Program
from tools.browser import FLAGS, SETTING, find_browser

WITHOUT = "DRAGOMAN_WITHOUT_BROWSER"
HERE = Path(__file__).parent

expect.set_options(timeout=30_000)  # a guard against hanging for ever, not a figure to reach


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser and shares its event loop."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A browser; a run that has none fails, unless whoever runs it has said that it may go without."""
    if os.environ.get(WITHOUT):
        pytest.skip(f"{WITHOUT} is set: what customers see was not tested")
    path = find_browser()
    if path is None:
        pytest.fail(f"No Chromium: `make browser` brings one, {SETTING} names one, {WITHOUT}=1 goes without.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """The real program, for tests that leave it running."""
    program = Program(tmp_path_factory.mktemp("house"))
    await program.start()
    yield program
    assert await program.stop() == 0, program.log.read_text("utf-8")


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(chromium: Browser, tmp_path: Path) -> AsyncIterator[Program]:
    """A program of the test's own, that it may kill and start."""
    program = Program(tmp_path)
    await program.start()
    yield program
    await program.kill()


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(chromium: Browser, house: Program) -> AsyncIterator[Visitors]:
    """Lets customers in. At the end no page may have broken its own policy or thrown an error."""
    arriving = Visitors(chromium, house.chat)
    yield arriving
    await arriving.leave()
    assert arriving.troubles == []
