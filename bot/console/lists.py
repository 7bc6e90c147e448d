"""Lists for whoever keeps the house: what was parked, who waits, who comes, what customers thought."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.console.asking import BUSINESS, ask_store, plainly, settings_or_exit

if TYPE_CHECKING:
    from bot.settings import Settings


@click.command()
@click.option("--replay", metavar="ACTOR#SEQ", multiple=True, help="Put a parked event back to work.")
def parked(replay: tuple[str, ...]) -> None:
    """List events that failed for good, or replay them."""
    settings = settings_or_exit()
    with plainly():
        lines = asyncio.run(replay_parked(settings, replay) if replay else list_parked(settings))
    for line in lines or ["Nothing is parked."]:
        click.echo(line)


async def list_parked(settings: "Settings") -> list[str]:
    """A line for every parked event; what the customer wrote is not shown."""
    from bot.store.reading import parked_events, reading

    found = []
    async with reading(settings.database_url):
        for folder in settings.folders:
            events = await parked_events(folder.name)
            found += [f"{each.actor}#{each.seq}  {each.at:%Y-%m-%d %H:%M} UTC  {each.error}" for each in events]
    return found


async def replay_parked(settings: "Settings", names: tuple[str, ...]) -> list[str]:
    """Put parked events back into their inboxes; a running process takes them up within a second."""
    from functools import partial

    from bot.clock import SystemClock
    from bot.ports.clock import micros
    from bot.store import inbox, open_store

    store = await open_store(settings.database_url, SystemClock())
    now, lines = micros(SystemClock().now()), []
    slugs = [folder.name for folder in settings.folders]
    try:
        for name in names:
            actor, _, seq = name.rpartition("#")
            done = [
                seq.isdecimal()
                and await store.run(
                    partial(inbox.replay, slug, actor, int(seq), now),
                    locks=(f"{slug}/{actor}",),
                )
                for slug in slugs
            ]
            lines.append(f"{name} is back at work." if any(done) else f"{name} is not parked.")
    finally:
        await store.close()
    return lines


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
