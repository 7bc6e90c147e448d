"""The figures as a table of Markdown."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import date
from statistics import median

from tools.bench.load import Cost

HEAD = ("figure", "floor", "SQLite", "PostgreSQL", "ratio to the floor")


def table(head: Sequence[str], rows: Sequence[str]) -> str:
    """A whole table."""
    return "\n".join([row(*head), row("---", *["---:"] * (len(head) - 1)), *rows])


def row(*cells: str) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def load_rows(name: str, floor: Cost, stores: Sequence[Cost | None]) -> list[str]:
    """What a load came to: on the floor, on SQLite, on PostgreSQL (None: not measured)."""

    def each(words: str) -> list[str]:
        costs = (floor, *stores)
        return [words.format(cost=cost, p50=cost.wait(50), p99=cost.wait(99)) if cost else "–" for cost in costs]

    ratios = ", ".join(f"{cost.cpu_a_thousand / floor.cpu_a_thousand:.1f} ×" for cost in stores if cost)
    return [
        row(f"{name}: updates a second", *each("{cost.a_second:.0f}"), ""),
        row(f"{name}: CPU seconds for 1,000 updates", *each("{cost.cpu_a_thousand:.2f}"), ratios),
        row(f"{name}: answer, p50 / p99 ms", *each("{p50:.1f} / {p99:.1f}"), ""),
        row(f"{name}: cores that other programs used", *each("{cost.other_cores:.2f}"), ""),
    ]


def spread(values: Sequence[float], unit: str) -> str:
    """The median and both ends of some runs."""
    return f"{median(values):.2f} {unit} ({min(values):.2f}–{max(values):.2f})"


def machine() -> str:
    """What it was measured on."""
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    one, five, _ = os.getloadavg()
    return f"{date.today():%d %B %Y}, {os.cpu_count()} cores, {versions}; load average {one:.1f} (5 min: {five:.1f})."  # noqa: DTZ011
