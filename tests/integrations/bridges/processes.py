"""Telegram, our program behind a bridge, and the firm's own application, each as its own process."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.audit import Audit, Findings, opened
from tests.crash.program import ROOT, Program
from tests.integrations.bridges.conftest import SECRET
from tests.standins.telegram import TOKEN, TelegramServer


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


def program_at(api: TelegramServer, folder: Path) -> Program:
    """Our program, which the firm's application hands updates on to."""
    program = Program(folder)
    program.settings = {
        "DRAGOMAN_TELEGRAM_TOKEN": TOKEN,
        "DRAGOMAN_TELEGRAM_API_URL": api.url,
        "DRAGOMAN_TELEGRAM_MODE": "bridge",
        "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    return program


def hook_of(program: Program) -> str:
    """Where it takes them."""
    return f"http://127.0.0.1:{program.port}/webhooks/telegram/main"


def host_of(name: str, api: TelegramServer, url: str, log: Path) -> Host:
    """An application that hands on to this address."""
    return Host(name, {"TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "BRIDGE_URL": url, "BRIDGE_SECRET": SECRET}, log)


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
