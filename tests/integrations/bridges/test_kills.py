"""The firm's own application and our program as real processes, killed at any moment: every update is in our inbox once."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crash.audit import Audit, Findings, opened
from tests.crash.program import ROOT, Program
from tests.integrations.bridges.conftest import SECRET
from tests.standins.telegram import TOKEN, Person, TelegramServer

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]

KILLS, SEED = 5, 1
PRICE = "/price"


@dataclass
class Host:
    """An example of `examples/` as its own process; every start is a new one."""

    name: str
    settings: dict[str, str]
    log: Path
    process: Process | None = field(default=None)

    async def start(self) -> None:
        """Begin, and come back at once."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"examples.{self.name}", cwd=ROOT, env={**os.environ, **self.settings},
                stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, by default without a last word."""
        if self.process is not None:
            os.killpg(self.process.pid, how)
            await self.process.wait()
            self.process = None


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram, which lives longer than both."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def program(api: TelegramServer, tmp_path: Path) -> AsyncIterator[Program]:
    """Our program behind a bridge, running."""
    program = Program(tmp_path / "program")
    program.settings = {
        "DRAGOMAN_TELEGRAM_TOKEN": TOKEN,
        "DRAGOMAN_TELEGRAM_API_URL": api.url,
        "DRAGOMAN_TELEGRAM_MODE": "bridge",
        "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    await program.start()
    yield program
    await program.kill()


@pytest.fixture(params=["aiogram_host", "ptb_host"])
async def host(
    request: pytest.FixtureRequest, api: TelegramServer, program: Program, tmp_path: Path
) -> AsyncIterator[Host]:
    """The firm's own application, running."""
    settings = {
        "TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "BRIDGE_URL": f"http://127.0.0.1:{program.port}/webhooks/telegram/main",
        "BRIDGE_SECRET": SECRET,
    }
    host = Host(str(request.param), settings, tmp_path / "host.log")
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


async def until_taken(api: TelegramServer) -> None:
    """Until nothing waits with Telegram any more."""
    async with asyncio.timeout(120):
        while len(api.bot.updates):  # noqa: ASYNC110  the queue tells nobody
            await asyncio.sleep(0.05)


async def inbox(program: Program) -> Counter[str]:
    """How often each update stands in the inbox of a stopped program."""
    store = await opened(program.database_url)
    rows = await Audit(store, Findings()).rows("SELECT dedupe_key FROM inbox WHERE dedupe_key LIKE 'telegram:%'")
    await store.close()
    return Counter(str(row[0]) for row in rows)


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
