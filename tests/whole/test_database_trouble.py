"""The database refuses for a while: messages wait on the page, nothing is lost, all goes on by itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.crash.audit import Audit, Findings, opened
from tests.crash.disk import Disk, Quota, small_disk
from tests.crash.page import Page
from tests.crash.program import Program

pytestmark = pytest.mark.whole

WAYS = ("by socket", "by REST")


async def audited(program: Program, pages: list[Page]) -> list[str]:
    """Stop the program and compare its tables with the pages; what is wrong, in sentences."""
    for page in pages:
        await page.close()
    assert await program.stop() == 0
    store = await opened(program.database_url)
    audit = Audit(store, Findings())
    await audit.at_rest()
    await audit.everything(pages)
    await store.close()
    return audit.findings.sentences


async def put_off(pages: list[Page]) -> None:
    """Write line after line on every page until the server has sent each away at least once."""
    for page in pages:
        n = 0
        while not page.put_off:
            n += 1
            page.say(f"xyzzy number {n} " + "and more " * 50)
            await page.until(partial(accepted_or_put_off, page), "an acceptance or a refusal")


def accepted_or_put_off(page: Page) -> bool:
    return bool(page.put_off) or not page.outbox


async def answered(pages: list[Page]) -> None:
    for page in pages:
        await page.answer_to(page.frames[-1], lambda _: True)


async def test_messages_wait_while_another_program_holds_the_database(
    program: Program, page: Callable[[str], Page]
) -> None:
    """A backup tool locks the file for longer than the bot waits: visitors' lines go in when it lets go, once each."""
    pages = [page(way) for way in WAYS]
    for each in pages:
        await each.open()
        await each.answer_to(each.say("menu"), lambda _: True)
    with closing(sqlite3.connect(program.folder / "dragoman.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await put_off(pages)
        other.execute("ROLLBACK")
    await answered(pages)

    assert await audited(program, pages) == []


@pytest.fixture(params=["a small disk", "a quota"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Both ways in which room runs out."""
    if request.param == "a quota":
        (tmp_path / "disk").mkdir()
        yield Quota(tmp_path / "disk")
        return
    with small_disk(tmp_path / "disk", megabytes=2) as found:
        if isinstance(found, Quota):
            pytest.skip("a small disk cannot be mounted without the right to; the quota shows the same")
        yield found


async def test_a_full_disk_sends_visitors_away_and_loses_nothing(
    disk: Disk, tmp_path: Path, page_on: Callable[[Program, str], Page]
) -> None:
    """No room: REST answers 503 and the socket closes with 1013; with room again all that was typed is there, once."""
    program = Program(tmp_path / "program", disk.database_url)
    await program.start()
    try:
        pages = [page_on(program, way) for way in WAYS]
        for each in pages:
            await each.open()
            await each.answer_to(each.say("menu"), lambda _: True)
        disk.fill(program)
        await put_off(pages)
        disk.free(program)
        await answered(pages)

        assert await audited(program, pages) == []
    finally:
        await program.kill()
