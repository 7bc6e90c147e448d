"""`make crash`: kill the real program again and again, and say what came of it; exit code 1 when anything did."""

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from tests.crash.run import Plan, carry_out, database

USUAL = {"sqlite": (50, 2000), "postgres": (20, 1000)}  # kills, messages


@click.command()
@click.option(
    "--database", "kind", type=click.Choice(["sqlite", "postgres", "both"]), default="both", show_default=True
)
@click.option("--kills", type=int, help="How often; usually 50 on SQLite and 20 on PostgreSQL.")
@click.option("--messages", type=int, help="At least so many; usually 2,000 and 1,000.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--people", type=int, default=24, show_default=True, help="How many write at a time.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the logs and databases of the run.")
def crash(kind: str, kills: int | None, messages: int | None, seed: int, people: int, keep: Path | None) -> None:
    """Kill the real program under load, start it again, and compare what the world saw with what was promised."""
    kinds = list(USUAL) if kind == "both" else [kind]
    with tempfile.TemporaryDirectory(prefix="dragoman-crash-") as folder:
        good = True
        for each in kinds:
            usual_kills, usual_messages = USUAL[each]
            plan = Plan(each, kills or usual_kills, messages or usual_messages, seed, people)
            with database(each) as url:
                outcome = asyncio.run(carry_out(plan, (keep or Path(folder)).resolve() / each, url))
            for line in outcome.lines():
                click.echo(line)
            good = good and outcome.good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    crash()
