"""`main.py migrate`."""

import asyncio

import click

from bot.console.asking import plainly, settings_or_exit


@click.command()
@click.option("--down", is_flag=True, help="Undo the newest migration instead.")
def migrate(*, down: bool) -> None:
    """Bring the database to the shape that this release expects."""
    from bot.clock import SystemClock
    from bot.store import open_store
    from bot.store.migrating import roll_back, shipped
    from bot.store.opening import sqlite_path

    settings = settings_or_exit()

    async def work() -> str:
        store = await open_store(settings.database_url, SystemClock())
        try:
            if not down:
                return "The database is up to date."
            dialect = "sqlite" if sqlite_path(settings.database_url) else "postgres"
            undone = await roll_back(store, shipped(dialect))
            return f"Undone: {undone.number:04} {undone.name}." if undone else "There is nothing to undo."
        finally:
            await store.close()

    with plainly():
        click.echo(asyncio.run(work()))
