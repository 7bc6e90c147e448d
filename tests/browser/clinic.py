"""The demo clinic as its customers meet it: what its buttons say, what it wrote down."""

import itertools
import sqlite3
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.business import Business
from bot.texts import Phrasebook, Wording
from main import load
from tests.browser.window import Window
from tests.crash.program import Program

LANGUAGES = ("hy", "ru", "uz", "ka", "en")
YES = {"hy": "այո", "ru": "да", "uz": "ha", "ka": "კი", "en": "yes"}
QUESTIONS = 4  # service, branch, specialist, time: those that have buttons

_numbers = itertools.count(100_000)


class Visit(NamedTuple):
    """A row of the calendar."""

    status: str
    name: str
    service: str


@cache
def clinic() -> Business:
    """The business folder that the tests run."""
    return load(Path(__file__).resolve().parents[2] / "businesses" / "demo")


def said(wording: Wording, language: str) -> str:
    """How the bot says something."""
    return Phrasebook(clinic().languages[0], clinic().texts).say(wording, language)


def fresh_phone() -> str:
    """A phone number that no other customer has."""
    return f"+37491{next(_numbers)}"


def visits(program: Program, phone: str) -> list[Visit]:
    """The visits that the program's database holds under a phone number."""
    database = sqlite3.connect(f"file:{program.folder / 'dragoman.db'}?mode=ro", uri=True)
    try:
        rows = database.execute("SELECT status, name, service FROM bookings WHERE phone = ?", (phone,)).fetchall()
    finally:
        database.close()
    return [Visit(*row) for row in rows]


async def goes_to_the_name(window: Window) -> None:
    """Begin a booking and press the first answer to every question that has buttons."""
    for _ in range(1 + QUESTIONS):
        await window.presses(0)


async def goes_to_the_summary(window: Window, phone: str, name: str = "Ani") -> str:
    """Begin a booking and answer every question of it; gives the summary."""
    await goes_to_the_name(window)
    await window.says(name)
    return await window.says(phone)
