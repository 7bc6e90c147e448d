"""A bot under measurement: its process, and beside it the crowd that talks to it with a Bot API server of its own."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.crash.program import ROOT, free_port
from tools.bench.process import Meter

ENDING_SECONDS = 20


class Silent(Exception):
    """A bot or its crowd said nothing where it should; the text is the end of its log."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a bot is started: words of the command line in which {api}, {port}, {token} and {folder} are filled in."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    bystanders: bool = False
    servers: tuple[int, ...] = ()
    python: str = sys.executable
    peer: bool = False


class Subject:
    """One bot with its crowd, from `start` to `stop`."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder = recipe, folder
        self._bot: Process | None = None
        self._crowd: Process | None = None
        self.api = ""

    @property
    def pid(self) -> int:
        """The bot's process."""
        if self._bot is None:
            raise Silent(f"{self.recipe.name} was not started")
        return self._bot.pid

    async def start(self) -> float:
        """Start both; seconds from the beginning of the bot's process to its first answer in a chat."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = ("bystanders",) if self.recipe.bystanders else ()
        self._crowd = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.bench.crowd", *words, cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        told = await self._told()
        self.api, token = told["url"], told["token"]
        filled = {"api": self.api, "port": str(free_port()), "token": token, "folder": str(self.folder)}
        began = await self._spawn(filled)
        return float((await self.ask("first"))["at"]) - began

    async def _spawn(self, filled: Mapping[str, str]) -> float:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        made = {name: value.format(**filled) for name, value in self.recipe.environment.items()}
        words = [word.format(**filled) for word in self.recipe.command]
        began = time.time()
        with (self.folder / "log").open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                self.recipe.python, *words, cwd=ROOT, env=kept | made,
                stdin=DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        return began

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Give the crowd an order and wait for what came of it."""
        order = {"do": do, "pid": self.pid, "servers": self.recipe.servers} | fields
        _, orders = self._lines()
        orders.write(msgspec.json.encode(order) + b"\n")
        return await self._told()

    def _lines(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """What the crowd says, and where it hears."""
        if self._crowd is None or self._crowd.stdout is None or self._crowd.stdin is None:
            raise Silent(f"nobody talks to {self.recipe.name}")
        return self._crowd.stdout, self._crowd.stdin

    async def _told(self) -> dict[str, Any]:
        results, _ = self._lines()
        line = asyncio.ensure_future(results.readline())
        gone = asyncio.ensure_future(self._bot.wait()) if self._bot is not None else None
        await asyncio.wait([line, gone] if gone else [line], return_when=asyncio.FIRST_COMPLETED)
        if not line.done() or not line.result():
            line.cancel()
            log = self.folder / "log"
            raise Silent(f"{self.recipe.name}: {log.read_text('utf-8')[-1500:] if log.exists() else 'the crowd ended'}")
        if gone:
            gone.cancel()
        told: dict[str, Any] = msgspec.json.decode(line.result())
        return told

    def resident_megabytes(self) -> float:
        """Memory that the bot occupies now."""
        return Meter(self.pid).resident_megabytes()

    async def stop(self) -> None:
        """End both."""
        softly = signal.SIGKILL if self.recipe.peer else signal.SIGTERM  # some peers wait long for open connections
        for process, sign in ((self._bot, softly), (self._crowd, signal.SIGKILL)):
            if process is None or process.returncode is not None:
                continue
            with suppress(ProcessLookupError):
                process.send_signal(sign)
            try:
                async with asyncio.timeout(ENDING_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
