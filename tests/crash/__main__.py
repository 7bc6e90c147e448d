"""`make crash`: kill the real program again and again, and say what came of it; exit code 1 when anything did."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import click

from tests.crash.faults import FAULTS, TIMES
from tests.crash.plan import WAYS, Plan
from tests.crash.run import carry_out, database

USUAL = {
    "sqlite": (50, 2000), "postgres": (20, 1000), "workers": (50, 2000),
    "telegram-polling": (50, 2000), "telegram-webhook": (50, 2000), "telegram-workers": (50, 2000),
}  # fmt: skip
"""Kills and messages of each way; in Telegram a message is an update of a person."""

SIMULATION, SEEDS = "simulation", 10_000
"""The way without a process: seeds of `tests.simulation`."""

LARGE = {"sqlite": (1000, 2000), "workers": (200, 2000)}
"""The same for the large run."""

LARGE_LIVES = (0.01, 0.4)
"""Seconds that a process of it works between two kills, so that a thousand take about ten minutes on an idle machine."""


def plans(ways: tuple[str, ...], kills: int | None, messages: int | None, *, large: bool) -> list[tuple[str, int, int]]:
    """Way, kills and messages of each run."""
    usual = LARGE if large else USUAL
    chosen = [way for way in ways or usual if way in usual]  # the simulation is not among them
    return [(way, usual[way][0] if kills is None else kills, messages or usual[way][1]) for way in chosen]


def simulated() -> bool:
    """Run the seeds on all processors; whether every promise was kept."""
    from tests.simulation.__main__ import tell_of
    from tests.simulation.crew import run_many

    return tell_of(run_many(range(SEEDS), os.cpu_count() or 1))


@click.command()
@click.option("--way", "ways", type=click.Choice([*WAYS, SIMULATION]), multiple=True, help="Several may be given.")
@click.option("--kills", type=int, help="How often; usually 50, and 20 on PostgreSQL.")
@click.option("--messages", type=int, help="At least so many; usually 2,000, and 1,000 on PostgreSQL.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--people", type=int, default=24, show_default=True, help="How many write at a time.")
@click.option("--stops", type=int, default=3, show_default=True, help="How often SIGTERM comes between the kills.")
@click.option("--faults", type=click.Choice(FAULTS), multiple=True, help="What goes wrong beneath; several combine.")
@click.option("--times", type=int, default=TIMES, show_default=True, help="How often each fault happens.")
@click.option("--born", is_flag=True, help="Processes are born of one that has read the code: starts take a moment.")
@click.option(
    "--g1", "large", is_flag=True, help="The large run: 1,000 kills on SQLite, 200 of three processes; --born."
)
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the logs and databases of the run.")
def crash(
    ways: tuple[str, ...], kills: int | None, messages: int | None, seed: int, people: int, stops: int,
    faults: tuple[str, ...], times: int, keep: Path | None, *, born: bool, large: bool,
) -> None:  # fmt: skip
    """Kill the real program under load, start it again, and compare what the world saw with what was promised."""
    if large and not LARGE.keys() >= set(ways):
        raise click.UsageError(f"--g1 goes with {' and '.join(LARGE)}")
    if keep is not None and keep.exists():
        raise click.UsageError(f"{keep} is there already; a run needs a folder of its own")
    with tempfile.TemporaryDirectory(prefix="dragoman-crash-") as folder:
        good = simulated() if SIMULATION in (ways or (SIMULATION,)) and not large else True
        for way, number, least in plans(ways, kills, messages, large=large):
            lives = LARGE_LIVES if large else None
            plan = Plan(way, number, least, seed, people, stops, faults, times, born=born or large, lives=lives)
            if plan.impossible:
                raise click.UsageError(plan.impossible)
            with database(plan) as url:
                outcome = asyncio.run(carry_out(plan, (keep or Path(folder)).resolve() / way, url))
            for line in outcome.lines():
                click.echo(line)
            good = good and outcome.good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    crash()
