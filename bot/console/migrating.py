"""`main.py migrate`."""

import asyncio

import click

from bot.console.asking import plainly, settings_or_exit


@click.command()
@click.option(
    "--to", "number", type=click.IntRange(min=0), help="The migration to go to, up or down; without it the newest."
)
@click.option("--down", is_flag=True, help="Undo the newest migration.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def migrate(*, number: int | None, down: bool, dry_run: bool) -> None:
    """Bring the database to the shape that this release expects, or to another; it may be in use meanwhile."""
    if down and number is not None:
        raise click.UsageError("--down and --to exclude each other")
    with plainly():
        for line in asyncio.run(_migrate(number, down=down, dry_run=dry_run)):
            click.echo(line)


async def _migrate(number: int | None, *, down: bool, dry_run: bool) -> list[str]:
    from bot.clock import SystemClock
    from bot.ports.clock import micros
    from bot.store import migrating, open_store
    from bot.store.opening import sqlite_path

    settings, clock = settings_or_exit(), SystemClock()
    known = migrating.shipped("postgres" if sqlite_path(settings.database_url) is None else "sqlite")
    newest = known[-1].number
    store = await open_store(settings.database_url, clock, as_it_is=True)
    try:
        at, plan = await migrating.planned(store, known, newest if number is None else number)
        before = max((each.number for each in known if each.number < at), default=0)
        target = before if down else newest if number is None else number
        if down:
            at, plan = await migrating.planned(store, known, target)
        if dry_run:
            word = "undone" if target < at else "applied"
            lines = [f"Would be {word}: {each.number:04} {each.name}." for each in plan]
        elif target < at:
            lines = [
                f"Undone: {each.number:04} {each.name}." for each in plan if await migrating.roll_back(store, known)
            ]
        else:
            wanted = [each for each in known if each.number <= target]
            done = await migrating.migrate(store, wanted, now=micros(clock.now()))
            lines = [f"Applied: {each.number:04} {each.name}." for each in done]
    finally:
        await store.close()
    if target == newest and not (dry_run and lines):
        lines.append("The database is up to date.")
    return lines or ["There is nothing to do."]
