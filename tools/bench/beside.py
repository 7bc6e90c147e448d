"""Bots side by side in one run: every load goes round all of them, again and again, so that noise meets each alike.

`python -m tools.bench.beside --only floor,sqlite --loads 50,200,740,c150,c700 --rounds 3` prints one table; a load is
updates a second, or `c` and a number of customers who talk as fast as they are answered.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

import click

from tools.bench.recipes import choose
from tools.bench.subject import Recipe, Silent, Subject
from tools.bench.table import machine, table

LOADS = "50,200,740,c150,c700"
PEER_CUSTOMERS = 150
"""More of them wait longer and change nothing at a peer."""


@dataclass(frozen=True, slots=True)
class Load:
    """Updates at a rate whether they are answered or not, or at full speed (`rate` 0)."""

    rate: int
    customers: int

    @property
    def name(self) -> str:
        """As a table calls it."""
        return f"{self.rate}/s" if self.rate else f"full load, {self.customers} customers"


@dataclass(slots=True)
class Rounds:
    """What one bot did under one load, round by round."""

    seen: list[Mapping[str, Any]] = field(default_factory=list)

    def middle(self, value: Callable[[Mapping[str, Any]], float]) -> float:
        """The median over the rounds."""
        return median(map(value, self.seen))

    def each(self, value: Callable[[Mapping[str, Any]], float]) -> list[float]:
        """The values round by round."""
        return list(map(value, self.seen))


def cpu(seen: Mapping[str, Any]) -> float:
    """CPU seconds of the bot for 1,000 updates."""
    return 1000 * float(seen["cpu"]) / float(seen["updates"])


def speed(seen: Mapping[str, Any]) -> float:
    """Updates a second."""
    return float(seen["updates"]) / float(seen["seconds"])


def calls(seen: Mapping[str, Any]) -> float:
    """API calls an update, fetching of updates left out."""
    made: Mapping[str, int] = seen["calls"]
    return sum(number for method, number in made.items() if method != "getUpdates") / float(seen["updates"])


@dataclass(slots=True)
class Run:
    """Everything that was seen in one run."""

    loads: Sequence[Load]
    starts: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    found: defaultdict[tuple[str, Load], Rounds] = field(default_factory=lambda: defaultdict(Rounds))


@asynccontextmanager
async def all_of(recipes: Sequence[Recipe], folder: Path, run: Run) -> AsyncIterator[list[Subject]]:
    """Start them all, one after another; who does not start is named in the run."""
    subjects: list[Subject] = []
    try:
        for number, recipe in enumerate(recipes):
            subject = Subject(recipe, folder / str(number))
            subjects.append(subject)
            try:
                run.starts[recipe.name] = await subject.start()
                run.memory[recipe.name] = subject.resident_megabytes()
            except Silent as silent:
                run.silent[recipe.name] = str(silent)
                await subject.stop()
                subjects.pop()
        yield subjects
    finally:
        await asyncio.gather(*[each.stop() for each in subjects])


async def rounds(subjects: Sequence[Subject], run: Run, times: int, seconds: float) -> None:
    """Every load on every bot, so many times; one round of half a second before only warms up."""
    for subject in subjects:
        await subject.ask("load", customers=PEER_CUSTOMERS, seconds=0.5)
    for _ in range(times):
        for load in run.loads:
            for subject in subjects:
                if load.customers > PEER_CUSTOMERS and subject.recipe.peer:
                    continue
                seen = await subject.ask("load", rate=load.rate, customers=load.customers, seconds=seconds)
                run.found[subject.recipe.name, load].seen.append(seen)


async def side_by_side(
    recipes: Sequence[Recipe], loads: Sequence[Load], folder: Path, *, times: int, seconds: float
) -> Run:
    """A whole run."""
    run = Run(loads)
    async with all_of(recipes, folder, run) as subjects:
        await rounds(subjects, run, times, seconds)
    return run


HEAD = ("bot", "updates a second", "CPU s for 1,000", "× floor", "p50 / p99 ms", "calls an update", "server's CPU",
        "other programs' cores")  # fmt: skip


def tables(run: Run, names: Sequence[str]) -> str:
    """One table a load; ratios are paired by round with the first bot."""
    parts = []
    for load in run.loads:
        floor = run.found.get((names[0], load))
        rows = [_row(name, run.found[name, load], floor) for name in names if (name, load) in run.found]
        parts.append(f"### {load.name}\n\n{table(HEAD, rows)}")
    parts += [f"{name} did not run: {why.splitlines()[-1] if why else ''}" for name, why in run.silent.items()]
    return "\n\n".join(parts)


def _row(name: str, place: Rounds, floor: Rounds | None) -> str:
    spent = place.each(cpu)
    ratios = [mine / theirs for mine, theirs in zip(spent, floor.each(cpu) if floor else [], strict=False)]
    ratio = f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else ""
    served = place.middle(lambda seen: 1000 * seen["served"] / seen["updates"])
    p50, p99 = (place.middle(itemgetter(key)) for key in ("p50", "p99"))
    lost = sum(seen["lost"] for seen in place.seen)
    unheard = f" ({lost} never answered)" if lost else ""
    cells = (
        name, f"{place.middle(speed):.0f}{unheard}", f"{median(spent):.2f} ({min(spent):.2f}–{max(spent):.2f})", ratio,
        f"{p50:.1f} / {p99:.1f}", f"{place.middle(calls):.2f}", f"{served:.2f}" if served else "",
        f"{place.middle(lambda seen: seen['others']):.2f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def read_loads(words: str) -> list[Load]:
    """`50,c150` is 50 updates a second, then full load of 150 customers."""
    return [
        Load(0, int(word[1:])) if word.startswith("c") else Load(int(word), PEER_CUSTOMERS) for word in words.split(",")
    ]


@click.command()
@click.option("--only", default="floor,sqlite", show_default=True, help="Which, by comma; see tools/bench/recipes.py.")
@click.option("--loads", default=LOADS, show_default=True)
@click.option("--rounds", "times", default=3, show_default=True)
@click.option("--seconds", default=3.0, show_default=True)
def main(*, only: str, loads: str, times: int, seconds: float) -> None:
    """Measure some bots side by side."""
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder, ExitStack() as stack:
        recipes = choose(only.split(","), stack)
        found = asyncio.run(side_by_side(recipes, read_loads(loads), Path(folder), times=times, seconds=seconds))
    click.echo(machine())
    for name in found.starts:
        click.echo(f"{name}: first answer after {found.starts[name]:.2f} s, {found.memory[name]:.0f} MB then")
    click.echo("\n" + tables(found, [each.name for each in recipes]))


if __name__ == "__main__":
    main()
