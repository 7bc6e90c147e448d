"""Lists for whoever keeps the house: who waits, who comes, what customers thought."""

import asyncio
from datetime import datetime

import click

from bot.console.asking import BUSINESS, ask_store, plainly, settings_or_exit


@click.command()
def cases() -> None:
    """List what waits for people: requests for a human, filled forms."""
    settings = settings_or_exit()

    async def work() -> list[str]:
        from bot.store.reading import open_cases, reading

        async with reading(settings.database_url):
            found = [each for folder in settings.folders for each in await open_cases(folder.name)]
        return [f"{each.id}  {each.at:%Y-%m-%d %H:%M} UTC  {each.kind}  {each.title}" for each in found]

    with plainly():
        for line in asyncio.run(work()) or ["Nobody waits."]:
            click.echo(line)


@click.command()
def visits() -> None:
    """List the coming visits."""
    settings = settings_or_exit()

    async def work() -> list[str]:
        from bot.clock import SystemClock
        from bot.store.reading import coming_visits, reading

        now = SystemClock().now()
        async with reading(settings.database_url):
            found = [each for folder in settings.folders for each in await coming_visits(folder.name, now)]
        return [
            f"{each.local_start.replace('T', ' ')[:16]}  {each.specialist}  {each.service}  {each.name}  {each.phone}"
            for each in found
        ]

    with plainly():
        for line in asyncio.run(work()) or ["No visit is booked."]:
            click.echo(line)


@click.command()
@BUSINESS
def ratings(business: str) -> None:
    """Print what customers thought of closed matters, as CSV."""
    from bot.records import RATING_COLUMNS, all_ratings, rating_row, to_csv

    found = ask_store(business, lambda slug, _: all_ratings(slug))
    click.echo(to_csv(RATING_COLUMNS, map(rating_row, found)), nl=False)


@click.command()
@BUSINESS
@click.argument("customer")
def links(business: str, customer: str) -> None:
    """Print which conversations are or were the CUSTOMER's (an id), since when, by what and by whom, as CSV."""
    from bot.records import to_csv
    from bot.records.links import Linked, history

    found = ask_store(business, lambda slug, _: history(slug, customer))
    click.echo(to_csv(Linked._fields, ([_plain(cell) for cell in each] for each in found)), nl=False)


def _plain(cell: datetime | str | None) -> str | None:
    return cell.isoformat(timespec="seconds") if isinstance(cell, datetime) else cell
