"""The bots that the bench compares: each really books what its customers were told is booked."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.crash.program import ROOT
from tools.bench.deeds import COUNTED
from tools.bench.recipes import choose
from tools.bench.subject import Subject

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]  # a guard for busy machines, not a figure to reach
TALKS = 3


@pytest.fixture(scope="module")
def others() -> None:
    """The other libraries in an environment of their own; without them their tests are skipped, with the reason."""
    made = subprocess.run(
        [ROOT / "tools" / "bench" / "peers" / "environment.sh"], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"the other libraries cannot be installed here: {made.stderr.strip()[-300:]}")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


async def visits(name: str, stack: ExitStack, folder: Path) -> int:
    """How many visits stand in the table of a bot after some people were told that theirs do."""
    subject = Subject(choose([name], stack)[0], folder)
    try:
        await subject.start()
        booked = await subject.ask("book", talks=TALKS, seconds=60)
    finally:
        await subject.stop()
    assert booked["done"] == TALKS
    found = [(folder / file, query) for file, query in COUNTED.items() if (folder / file).exists()]
    assert len(found) == 1
    with closing(sqlite3.connect(found[0][0])) as table:
        count: int = table.execute(found[0][1]).fetchone()[0]
        return count


async def test_ours_books_under_the_bench(stack: ExitStack, tmp_path: Path) -> None:
    """The lean server of the bench is enough for the product: every talk ends with a visit in the table."""
    assert await visits("sqlite", stack, tmp_path) == TALKS


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("name", ["aiogram", "aiogram-redis", "aiogram-dialog", "ptb"])
async def test_a_bot_of_another_library_books(name: str, stack: ExitStack, tmp_path: Path) -> None:
    """Who is compared does the work: every talk ends with a visit in its table."""
    assert await visits(name, stack, tmp_path) == TALKS


async def test_the_floor_answers(stack: ExitStack, tmp_path: Path) -> None:
    """The bare webhook answers every update, presses with two calls and words with one, in the share of a booking."""
    subject = Subject(choose(["floor"], stack)[0], tmp_path)
    try:
        await subject.start()
        seen = await subject.ask("load", customers=11, rate=110.0, seconds=1.0)
    finally:
        await subject.stop()
    assert seen["updates"] == 110
    assert (seen["calls"]["sendMessage"], seen["calls"]["answerCallbackQuery"]) == (110, 70)
