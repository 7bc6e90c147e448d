"""What the bot costs in Telegram, beside a bare webhook, both at the same stand-in of the Bot API.

A customer who has not written before books a visit by nine updates and cancels it by two, so that the calendar stays as
it is; then the next one comes. Everybody asks for another day and time, as people do.
"""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from tests.crash.program import ROOT, Program, free_port
from tests.standins.telegram import TOKEN, Person, Seen, TelegramServer
from tools.bench.load import Cost, at_rate, full
from tools.bench.process import Meter
from tools.bench.table import load_rows, row, spread

SECRET = "the_bench_delivers"  # noqa: S105  it opens nothing
CROWD = 100
WAIT_SECONDS = 60.0
TYPED = {"What is your name?": "Ann Smith", "What is your phone number?": "+374 99 123456"}
PRESSED = {
    "What would you like to book?": "Consultation",
    "Which branch suits you?": "Any branch",
    "Which branch?": "Any branch",
    "Whom would you like to see?": "Anyone",
    "Is everything right?": "Yes, that is right",
    "You are booked": "Cancel the visit",
    "Shall I cancel": "Yes",
}
OVER = "The visit is cancelled"


class Customer:
    """A place in the crowd; who sits on it changes with every booking."""

    def __init__(self, api: TelegramServer, places: Callable[[], int]) -> None:
        self._api, self._places = api, places
        self._person: Person | None = None
        self._last: Seen | None = None
        self._asked = False

    async def next(self) -> None:
        """One update and its answer."""
        if self._person is None or self._last is None or OVER in self._last.text:
            self._place, self._asked = self._places(), False
            self._person = self._api.person(f"Ann {self._place}", language="en")
            self._person.starts()
        else:
            self._act(self._person, self._last)
        self._last = await self._person.hears(_asks, WAIT_SECONDS)

    def _act(self, person: Person, shown: Seen) -> None:
        for words, text in TYPED.items():
            if words in shown.text:
                person.says(text)
                return
        if "When would you like" in shown.text and not self._asked:
            self._asked = True
            person.says(self._wish())
            return
        wanted = next((label for words, label in PRESSED.items() if words in shown.text), "Book a visit")
        person.presses(next((label for label in shown.labels if label.startswith(wanted)), shown.labels[0]))

    def _wish(self) -> str:
        day = datetime.now(UTC) + timedelta(days=2 + self._place % 50)
        return f"{day:%d.%m} {9 + self._place // 50 % 4}:{(0, 15, 30, 45)[self._place % 4]:02d}"


class Bystander:
    """Somebody who talks to the bare bot: a word, then the first button again and again."""

    def __init__(self, api: TelegramServer) -> None:
        self._api, self._person = api, api.person("Ann", language="en")
        self._last: Seen | None = None

    async def next(self) -> None:
        """One update and its answer."""
        if self._last is None or len(self._person.screen) > 24:
            self._person = self._api.person("Ann", language="en")  # as the customers of the bot come and go
            self._person.says("hello")
        else:
            self._person.presses(self._last.labels[0])
        self._last = await self._person.hears(_asks, WAIT_SECONDS)


def _asks(seen: Seen) -> bool:
    return bool(seen.labels) or any(words in seen.text for words in TYPED)


@asynccontextmanager
async def bot_api() -> AsyncIterator[TelegramServer]:
    """The stand-in without limits of its own, so that only the bot is measured."""
    async with TelegramServer(keep=1000) as api:
        api.rates.on = False
        yield api


def settings_of(api: TelegramServer, mode: str, port: int) -> dict[str, str]:
    """What the program needs to find the stand-in."""
    found = {"DRAGOMAN_TELEGRAM_TOKEN": TOKEN, "DRAGOMAN_TELEGRAM_API_URL": api.url, "DRAGOMAN_TELEGRAM_MODE": mode,
             "DRAGOMAN_TELEGRAM_RATE": "0"}  # fmt: skip
    address = {"DRAGOMAN_PUBLIC_URL": f"http://127.0.0.1:{port}", "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": SECRET}
    return found | (address if mode == "webhook" else {})


async def bare(seconds: float, rates: tuple[int, ...]) -> list[Cost]:
    """Each rate, then full speed, on the bare webhook."""
    async with bot_api() as api:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.bench.bare_bot", str(free_port()), api.url, TOKEN, cwd=ROOT, stdout=PIPE
        )
        try:
            if process.stdout is not None:
                await process.stdout.readline()
            return await _loads([Bystander(api) for _ in range(CROWD)], process.pid, seconds, rates)
        finally:
            process.kill()
            await process.wait()


async def booked(folder: Path, mode: str, seconds: float, rates: tuple[int, ...]) -> list[Cost]:
    """The same on the bot."""
    async with bot_api() as api:
        program = Program(folder)
        program.settings = settings_of(api, mode, program.port)
        await program.start()
        try:
            turn = count(1)
            return await _loads([Customer(api, lambda: next(turn)) for _ in range(CROWD)], program.pid, seconds, rates)
        finally:
            await program.stop()


async def _loads(
    crowd: list[Customer] | list[Bystander], pid: int, seconds: float, rates: tuple[int, ...]
) -> list[Cost]:
    await full(crowd, pid, max(2.0, seconds / 2))  # everybody into the middle of a talk, memories filled
    return [*[await at_rate(crowd, pid, seconds, rate) for rate in rates], await full(crowd, pid, seconds)]


async def start_and_memory(folder: Path) -> tuple[float, float]:
    """Seconds from the beginning of the process to the first answer in a chat, and megabytes that it holds then."""
    async with bot_api() as api:
        program = Program(folder)
        program.settings = settings_of(api, "webhook", program.port)
        await program.start()
        await program.stop()  # the first start of all makes the database
        ann = Customer(api, count(1).__next__)
        began = time.perf_counter()
        await program.spawn()
        await ann.next()
        waited = time.perf_counter() - began
        resident = Meter(program.pid).resident_megabytes()
        await program.stop()
    return waited, resident


async def telegram_rows(folder: Path, seconds: float, rates: tuple[int, ...], starts: int) -> list[str]:
    """The section on Telegram: each load on the bare webhook, the bot by webhook, the bot by polling; start and memory."""
    began = [await start_and_memory(folder / "start") for _ in range(starts)]
    floor = await bare(seconds, rates)
    webhook = await booked(folder / "webhook", "webhook", seconds, rates)
    polling = await booked(folder / "polling", "polling", seconds, rates)
    names = [f"{rate}/s" for rate in rates] + [f"full speed, {CROWD} customers"]
    rows = [
        row("start to first answer", "", spread([each[0] for each in began], "s"), "", ""),
        row("resident memory then", "", spread([each[1] for each in began], "MB"), "", ""),
    ]
    for name, control, *ways in zip(names, floor, webhook, polling, strict=True):
        rows += load_rows(name, control, ways)
    return rows
