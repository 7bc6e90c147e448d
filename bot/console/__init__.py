"""The commands of `main.py` that ask the database and nothing else; the composition root adds them to its own."""

from bot.console.lists import cases, parked, ratings, visits
from bot.console.migrating import migrate
from bot.console.staff import staff

COMMANDS = (cases, migrate, parked, ratings, staff, visits)

__all__ = ["COMMANDS"]
