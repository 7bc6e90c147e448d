"""The firm's own application and our program as real processes, killed at any moment: every update is in our inbox once."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.crash.program import Program
from tests.integrations.bridges.processes import Host, hook_of, host_of, inbox, program_at, until_taken
from tests.standins.telegram import TOKEN, Person, TelegramServer

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]

KILLS, SEED = 5, 1
PRICE = "/price"


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram, which lives longer than both."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def program(api: TelegramServer, tmp_path: Path) -> AsyncIterator[Program]:
    """Our program behind a bridge, running."""
    program = program_at(api, tmp_path / "program")
    await program.start()
    yield program
    await program.kill()


@pytest.fixture(params=["aiogram_host", "ptb_host"])
async def host(
    request: pytest.FixtureRequest, api: TelegramServer, program: Program, tmp_path: Path
) -> AsyncIterator[Host]:
    """The firm's own application, running."""
    host = host_of(str(request.param), api, hook_of(program), tmp_path / "host.log")
    await host.start()
    yield host
    await host.end()


async def writes(api: TelegramServer, people: list[Person], draw: random.Random, done: asyncio.Event) -> None:
    """People write on and on until it is enough; a few ask the firm's application for a price."""
    for each in people:
        each.starts()
    while not done.is_set():
        draw.choice(people).says(draw.choice((PRICE, "hello", "what are your hours", "book a visit", "cancel")))
        await asyncio.sleep(draw.uniform(0.005, 0.08))


async def up(api: TelegramServer, starts: int) -> None:
    """Until the application has asked Telegram who it is, as each start of it does first."""
    async with asyncio.timeout(60):
        while len(api.record.calls("getMe")) < starts:  # noqa: ASYNC110  the record tells nobody
            await asyncio.sleep(0.02)


async def kills(api: TelegramServer, program: Program, host: Host, draw: random.Random) -> None:
    """Kill one of the two, or both, at a random moment, and start it again: so often. A start is not always waited for."""
    await up(api, 2)  # both have
    for _ in range(KILLS):
        await asyncio.sleep(draw.uniform(0.2, 2.5))
        which = draw.choice(("ours", "theirs", "both"))
        if which != "ours":
            await host.end()
        if which != "theirs":
            await program.kill()
            await asyncio.sleep(draw.uniform(0, 0.5))
            await program.start()
        if which != "ours":
            known = len(api.record.calls("getMe"))
            await host.start()
            await up(api, known + draw.choice((1, 1, 0)))


@pytest.mark.req("F2")
async def test_no_update_is_lost_or_doubled(api: TelegramServer, program: Program, host: Host) -> None:
    """Both are killed at random moments while people write: each update that is ours is in the inbox once, no other is."""
    draw, done = random.Random(SEED), asyncio.Event()
    people = [api.person(name, language="en") for name in ("Ani", "Aram", "Nare")]
    writing = asyncio.create_task(writes(api, people, draw, done))
    await kills(api, program, host, random.Random(SEED + 100))
    done.set()
    await writing
    await until_taken(api)
    await program.stop()

    ours = [each for each in api.record.updates() if each.body["message"]["text"] != PRICE]
    assert len(ours) > 50
    assert await inbox(program) == Counter(f"telegram:main:{each.update_id}" for each in ours)


@pytest.mark.req("F2")
async def test_both_answer_a_customer(api: TelegramServer, program: Program, host: Host) -> None:
    """The firm answers its own command as before, we the rest, buttons too; its list of commands stays as it is."""
    ani = api.person("Ani", language="en")
    ani.starts()
    await ani.hears("Nur Dental", within_seconds=60)
    ani.presses("Book a visit")
    await ani.hears(lambda seen: bool(seen.labels), within_seconds=60)
    ani.says(PRICE)
    await ani.hears("15 000", within_seconds=60)
    await until_taken(api)
    await host.end(signal.SIGTERM)
    await program.stop()

    assert len(api.record.calls("answerCallbackQuery")) == 1
    assert not api.record.calls("setMyCommands")
    assert not api.record.calls("setWebhook")
    assert not any("did not understand" in each.text for each in ani.screen)
    for log in (host.log, program.log):
        assert TOKEN.partition(":")[2] not in log.read_text("utf-8")
