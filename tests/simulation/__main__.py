"""`python -m tests.simulation`: run seeds, one seed with its trace, every cut of the stories, or the planted bugs."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable

import click

from tests.simulation.crew import exhaust_many, run_many
from tests.simulation.hunt import MOST, hunt
from tests.simulation.planted import PLANTED
from tests.simulation.run import Ending, ground, run_seed, seeded
from tests.simulation.scenarios import STORIES, tell
from tests.simulation.weather import drawn


@click.command()
@click.argument("seed", required=False)
@click.option("--seeds", default=1000, show_default=True, help="How many seeds to run, when none is named.")
@click.option("--first", default=0, show_default=True)
@click.option("--processes", default=os.cpu_count() or 1, show_default=True)
@click.option("--exhaustive", is_flag=True, help="Cut every story off at every moment instead.")
@click.option("--planted", is_flag=True, help="Put each known bug in, and say which seed finds it.")
def simulate(seed: str | None, seeds: int, first: int, processes: int, exhaustive: bool, planted: bool) -> None:
    """Run the core in a world that goes wrong by a seed, and say which promises were broken."""
    if planted:
        show_planted()
    elif seed is not None:
        show_one(seed)
    elif exhaustive:
        sys.exit(not tell_of(exhaust_many(list(STORIES), processes)))
    else:
        sys.exit(not tell_of(run_many(range(first, first + seeds), processes)))


def show_one(seed: str) -> None:
    """One run with all that was seen in it."""
    with ground() as place:
        if "/" in seed:
            name, _, cut_at = seed.replace("_", " ").partition("/")
            ending, _ = tell(place, name, int(cut_at))
        else:
            click.echo(f"weather: {drawn(seeded(seed))}")
            ending = run_seed(place, seed)
    for line in ending.trace:
        click.echo(line)
    click.echo(f"{ending.digest}: {len(ending.broken)} promises broken")
    sys.exit(bool(ending.broken))


def tell_of(endings: Iterable[Ending]) -> bool:
    """Say how many runs there were, what they met, and each that broke a promise; whether none did."""
    began, total, bad = time.monotonic(), Counter[str](), list[Ending]()
    runs = 0
    for ending in endings:
        runs += 1
        total.update(ending.counts)
        if ending.broken:
            bad.append(ending)
            click.echo(f"! {ending.seed}: {ending.broken[0]}\n    python -m tests.simulation {ending.seed}")
    click.echo(f"{runs} runs, {len(bad)} broke a promise; {time.monotonic() - began:.0f} s")
    click.echo(", ".join(f"{count} {name}" for name, count in sorted(total.items())))
    return not bad


def show_planted() -> None:
    """The table of planted bugs."""
    missed = 0
    click.echo("| planted bug | first seed that finds it | promise |\n|---|---|---|")
    with ground() as place:
        for bug in PLANTED:
            caught = hunt(place, bug)
            missed += caught.seed is None
            click.echo(f"| {bug} | {f'none of {MOST}' if caught.seed is None else caught.seed} | {caught.promise} |")
    sys.exit(bool(missed))


if __name__ == "__main__":
    simulate()
