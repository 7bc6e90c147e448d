"""`main.py processes`: who is at work on this database."""

import asyncio

import click

from bot.console.asking import plainly, settings_or_exit


@click.command()
def processes() -> None:
    """List the processes that are alive on this database, with their role and release."""
    settings = settings_or_exit()

    async def work() -> list[str]:
        from bot.store.reading import processes as living
        from bot.store.reading import reading

        async with reading(settings.database_url):
            found = await living()
        return [f"{each.id}  {each.role}  release {each.release}  seen {each.seen:%H:%M:%S} UTC" for each in found]

    with plainly():
        for line in asyncio.run(work()) or ["No process on this database shares it with others."]:
            click.echo(line)
