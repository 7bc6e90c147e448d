"""`main.py backup` and `main.py restore`: a copy of everything, and the way back, fenced until a person confirms it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.console.asking import ask, plainly, settings_or_exit
from bot.console.spans import Span

if TYPE_CHECKING:
    from bot.ports.store import Store
    from bot.settings import Settings
    from bot.store.archive import Manifest

T = TypeVar("T")
ENDING = ".backup"
FILE = click.Path(path_type=Path, allow_dash=True)


@click.command()
@click.argument("file", type=FILE)
@click.option("--media/--no-media", default=False, help="The pictures too.")
@click.option("--every", type=Span(), help="Go on for ever, into the folder FILE, whenever something has changed.")
@click.option("--keep", type=click.IntRange(min=1), default=60, show_default=True, help="So many, with --every.")
def backup(file: Path, *, media: bool, every: timedelta | None, keep: int) -> None:
    """Write a copy of the database into FILE (- for a pipe), while it is in use."""
    settings = settings_or_exit()
    if every is not None:
        with plainly():
            go_on(settings, file, every, keep, media=media)
    if file != Path("-") and file.exists():
        raise click.ClickException(f"{file} exists; a backup is never written over another")
    told = take(settings, file, media=media)
    click.echo(f"{file} holds {sum(told.tables.values())} rows of {told.at}, migration {told.schema}.", err=True)


def take(settings: "Settings", file: Path, *, media: bool) -> "Manifest":
    """One backup."""
    from bot.clock import SystemClock
    from bot.store.backup import back_up

    pictures = settings.media if media else None
    return _plainly(lambda: back_up(settings.database_url, file, SystemClock(), media=pictures))


def go_on(settings: "Settings", folder: Path, every: timedelta, keep: int, *, media: bool) -> None:
    """A backup now and whenever something has changed since the last one; the oldest go."""
    from bot.store.changes import Changes

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Changes(settings.database_url) as changes:
        while True:
            began = time.monotonic()
            if changes.seen():
                name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
                take(settings, folder / name, media=media)
                for old in sorted(folder.glob(f"*{ENDING}"))[:-keep]:
                    old.unlink()
                click.echo(f"{folder / name} took {time.monotonic() - began:.1f} s")
            time.sleep(max(0.0, every.total_seconds() - (time.monotonic() - began)))


class Restoring(click.Group):
    """`restore FILE` is short for `restore from FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["from", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Restoring)
def restore() -> None:
    """Bring a backup back: `restore FILE`, start, look, `restore confirm`."""


@restore.command("from")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a database that holds something.")
def restore_from(file: Path, *, force: bool) -> None:
    """Put the backup FILE (- for a pipe) in the place of the database; then nothing is sent until it is confirmed."""
    from bot.clock import SystemClock
    from bot.store.restoring import restore as put_back

    settings = settings_or_exit()
    manifest = _plainly(
        lambda: put_back(
            file, settings.database_url, SystemClock(), firms=settings.slugs, media=settings.media, force=force
        )
    )
    click.echo(f"The database is that of {manifest.at}: {sum(manifest.tables.values())} rows.")
    click.echo(
        "It is fenced. Start it: it takes messages in and sends nothing. Then look, and: main.py restore confirm"
    )
    click.echo("It knows nothing of later: visits booked, moved or cancelled since are in the customers' chats only.")


@restore.command("fence")
@click.option("--age", type=Span(), required=True, help="How long ago the last thing was written that is in it: 2h.")
def put_up_fence(age: timedelta) -> None:
    """Fence a database that was restored by other means, before the first start on it."""
    from bot.ports.clock import micros
    from bot.store import fence

    settings = settings_or_exit()
    now = datetime.now(UTC)
    script = partial(fence.put_up, micros(now - age), micros(now), settings.slugs)
    names = ask(settings, lambda store: store.run(script))
    click.echo(f"Fenced: {', '.join(names)}. Nothing is sent until: main.py restore confirm")


@restore.command("state")
def state() -> None:
    """Say what stands behind the fence."""
    from bot.ports.clock import instant
    from bot.store import fence

    async def look(store: "Store") -> list[str]:
        lines = []
        for business, each in (await store.read(fence.standing)).items():
            held, said = await store.read(partial(fence.behind, business))
            doing = "closed" if each.closed else "catching up: it wants to be started"
            at = f"{instant(each.taken_at):%Y-%m-%d %H:%M:%S} UTC"
            lines.append(f"{business}: the copy of {at}, {doing}; {held} held, {said} answers wait.")
        return lines

    for line in ask(settings_or_exit(), look) or ["There is no fence."]:
        click.echo(line)


@restore.command("confirm")
@click.option(
    "--drop-older-than", "span", type=Span(), help="Answer what customers wrote in the last 10m, not earlier."
)
@click.option(
    "--send-held", is_flag=True, help="Send what the backup still owed: only if the old house was stopped before."
)
def confirm(span: timedelta | None, *, send_held: bool) -> None:
    """Take the fence away: what is from before the restore is let go, answers to what came since leave."""
    from bot.ports.clock import micros
    from bot.store import fence

    now = datetime.now(UTC)
    since = None if span is None else micros(now - span)

    async def lift(store: "Store") -> list[str]:
        lines = []
        for business in await store.read(fence.standing):
            script = partial(fence.lift, business, micros(now), since, send_held=send_held)
            done = await store.run(script, locks=(f"{business}/fence",))
            if done is None:
                lines.append(f"{business} has not caught up yet: start it first, and look with: main.py restore state")
            else:
                lines.append(f"{business} is confirmed: {done.let_go} let go, {done.leaving} leave now.")
        return lines

    for line in ask(settings_or_exit(), lift) or ["There is no fence."]:
        click.echo(line)


def _plainly(work: Callable[[], Awaitable[T]]) -> T:
    """Do it; what a person can mend is one clear line."""
    from bot.store.archive import BackupProblem

    async def done() -> T:
        return await work()

    try:
        with plainly():
            return asyncio.run(done())
    except BackupProblem as problem:
        raise click.ClickException(str(problem)) from problem
