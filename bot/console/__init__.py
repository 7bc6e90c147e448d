"""The commands of `main.py` that ask the database and nothing else; the composition root adds them to its own."""

from bot.console.backup import backup, restore
from bot.console.lists import cases, links, ratings, visits
from bot.console.migrating import migrate
from bot.console.parked import parked
from bot.console.processes import processes
from bot.console.staff import staff

COMMANDS = (backup, cases, links, migrate, parked, processes, ratings, restore, staff, visits)

__all__ = ["COMMANDS"]
