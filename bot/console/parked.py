"""`main.py parked`: events that failed for good, while the bot runs or not."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from bot.console.asking import ask, settings_or_exit

if TYPE_CHECKING:
    from bot.ports.store import Row, Script, Store

MOST = 10_000
NAME = "ACTOR#SEQ"
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For a program to read.")


@click.group(invoke_without_command=True)
@click.pass_context
def parked(context: click.Context) -> None:
    """List events that failed for good, replay them, or drop them."""
    if context.invoked_subcommand is None:
        context.invoke(list_parked)


@parked.command("list")
@AS_JSON
def list_parked(*, as_json: bool = False) -> None:
    """List them, oldest first; what customers wrote is not shown."""
    settings = settings_or_exit()
    found = [shown(row) for row in ask(settings, partial(everything, settings.slugs))]
    if as_json:
        click.echo(json.dumps([{key: each[key] for key in each if key != "event"} for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each['name']}  {each['at'][:16].replace('T', ' ')} UTC  {each['error']}")
    if not found:
        click.echo("Nothing is parked.")


@parked.command("show")
@click.argument("name", metavar=NAME)
@AS_JSON
def show_parked(name: str, *, as_json: bool = False) -> None:
    """Show one with all that is known, the customer's words included."""
    from bot.store import parked as parking

    settings = settings_or_exit()

    async def look(store: "Store") -> "list[Row]":
        rows = [await store.read(partial(parking.find, slug, *_place(name))) for slug in settings.slugs]
        return [row for row in rows if row is not None]

    found = ask(settings, look)
    if not found:
        raise click.ClickException(f"{name} is not parked")
    each = shown(found[0])
    if as_json:
        click.echo(json.dumps(each, indent=2, ensure_ascii=False))
        return
    for key, value in each.items():
        words = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        click.echo(f"{key:<9} {words}")


@parked.command("replay")
@click.argument("names", metavar=NAME, nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that are parked.")
def replay_parked(names: tuple[str, ...], *, every: bool = False) -> None:
    """Put events back to work, ahead of what came after them; a running process takes them up within a second."""
    if bool(names) == every:
        raise click.UsageError("name events, or say --all")
    from bot.clock import SystemClock
    from bot.ports.clock import micros
    from bot.store import inbox

    now = micros(SystemClock().now())
    _change(
        names,
        every=every,
        script=lambda business, actor, seq: inbox.replay(business, actor, seq, now),
        done="is back at work",
    )


@parked.command("drop")
@click.argument("names", metavar=NAME, nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; it is kept with the event for two weeks.")
def drop_parked(names: tuple[str, ...], *, reason: str) -> None:
    """Put events away that nobody will replay."""
    from bot.store import parked as parking

    _change(
        names,
        every=False,
        script=lambda business, actor, seq: parking.drop(business, actor, seq, reason),
        done="is dropped",
    )


def shown(row: "Row") -> dict[str, Any]:
    """A parked event as people and programs read it."""
    from bot.ports.clock import instant

    business, actor, seq, body, accepted_at, attempts, error = row
    return {
        "name": f"{actor}#{seq}", "business": business, "at": instant(accepted_at).isoformat(), "attempts": attempts,
        "error": error, "event": json.loads(body),
    }  # fmt: skip


async def everything(slugs: Sequence[str], store: "Store") -> "list[Row]":
    """What is parked in these businesses."""
    from bot.store import inbox

    return [row for slug in slugs for row in await store.read(partial(inbox.parked, slug, MOST))]


def _change(names: Sequence[str], *, every: bool, script: "Callable[[str, str, int], Script[bool]]", done: str) -> None:
    """Change events by name; ends with an error when one of them is not parked."""
    settings = settings_or_exit()
    slugs = settings.slugs

    async def work(store: "Store") -> list[tuple[str, bool]]:
        wanted = [f"{row[1]}#{row[2]}" for row in await everything(slugs, store)] if every else names
        told = []
        for name in dict.fromkeys(wanted):
            actor, seq = _place(name)
            changed = [await store.run(partial(script, slug, actor, seq), locks=(f"{slug}/{actor}",)) for slug in slugs]
            told.append((name, any(changed)))
        return told

    told = ask(settings, work)
    for name, changed in told:
        click.echo(f"{name} {done}." if changed else f"{name} is not parked.")
    if not told:
        click.echo("Nothing is parked.")
    if not all(changed for _, changed in told):
        raise SystemExit(1)


def _place(name: str) -> tuple[str, int]:
    actor, _, seq = name.rpartition("#")
    if not actor or not seq.isdecimal():
        raise click.ClickException(f"{name!r} is no name of an event; it looks like webchat/main/Zk3#41")
    return actor, int(seq)
