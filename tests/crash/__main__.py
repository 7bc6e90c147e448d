"""`make crash`: kill the real program again and again, and say what came of it; exit code 1 when anything did."""

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from tests.crash.run import WAYS, Plan, carry_out, database

USUAL = {"sqlite": (50, 2000), "postgres": (20, 1000), "telegram-polling": (50, 2000), "telegram-webhook": (50, 2000)}
"""Kills and messages of each way; in Telegram a message is an update of a person."""


@click.command()
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, help="May be given several times; usually all.")
@click.option("--kills", type=int, help="How often; usually 50, and 20 on PostgreSQL.")
@click.option("--messages", type=int, help="At least so many; usually 2,000, and 1,000 on PostgreSQL.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--people", type=int, default=24, show_default=True, help="How many write at a time.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the logs and databases of the run.")
def crash(
    ways: tuple[str, ...], kills: int | None, messages: int | None, seed: int, people: int, keep: Path | None
) -> None:
    """Kill the real program under load, start it again, and compare what the world saw with what was promised."""
    if keep is not None and keep.exists():
        raise click.UsageError(f"{keep} is there already; a run needs a folder of its own")
    with tempfile.TemporaryDirectory(prefix="dragoman-crash-") as folder:
        good = True
        for way in ways or WAYS:
            usual_kills, usual_messages = USUAL[way]
            plan = Plan(way, kills or usual_kills, messages or usual_messages, seed, people)
            with database(way) as url:
                outcome = asyncio.run(carry_out(plan, (keep or Path(folder)).resolve() / way, url))
            for line in outcome.lines():
                click.echo(line)
            good = good and outcome.good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    crash()
