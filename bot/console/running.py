"""`main.py run`: the loop, the signals, the doors, and what is said at the start.

The composition root gives what puts the parts together, since nothing in here knows a channel or a handler.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console.asking import plainly, settings_or_exit
from bot.console.channels import remind

if TYPE_CHECKING:
    from aiohttp import web

    from bot.ports.store import Store
    from bot.runtime import Engine, Tenant
    from bot.settings import Settings
    from bot.web import Site

Builds = Callable[["Settings", "Store", AsyncExitStack], Awaitable["Site"]]


def run_of(builds: Builds) -> click.Command:
    """The command, with what puts everything together over an open store."""

    @click.command()
    @click.option(
        "--role", type=click.Choice(["all", "web", "worker", "sender"]),
        help="What this process does; see DRAGOMAN_ROLE.",
    )  # fmt: skip
    def run(role: str | None) -> None:
        """Run the bot: web chat, steps, sending, timers; with --role a part of it."""
        from bot.logs import set_up_logs

        if role is not None:
            os.environ["DRAGOMAN_ROLE"] = role
        settings = settings_or_exit()
        set_up_logs(settings.log_level, settings.log_format)
        with plainly(), asyncio.Runner(loop_factory=quick_loop()) as runner:
            runner.run(serve(settings, builds))

    return run


async def serve(settings: "Settings", builds: Builds) -> None:
    """Run until SIGTERM or SIGINT; then end every step that has begun."""
    from aiohttp import web

    from bot.clock import SystemClock
    from bot.ports.store import StoreUnavailable
    from bot.store import open_store
    from bot.store.opening import sole_owner
    from bot.web import Entrance, build_app
    from bot.web.watch import watched

    stop = told_to_stop()
    async with AsyncExitStack() as stack:
        stack.enter_context(sole_owner(settings.database_url))
        store = await open_store(settings.database_url, SystemClock())
        stack.push_async_callback(store.close)
        site = await builds(settings, store, stack)
        app = build_app(site)
        runner = Entrance(app, trusted=site.proxies, shutdown_timeout=2.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await stack.enter_async_context(watched(settings, app))
        door = web.TCPSite(runner, settings.http_host, settings.http_port)
        await site.engine.gate.catch_up()
        try:
            await door.start()
        except OSError as error:
            raise click.ClickException(
                f"{settings.http_host}:{settings.http_port} cannot be listened on ({error.strerror}); "
                "set DRAGOMAN_HTTP_PORT to another port"
            ) from error
        await site.engine.start()
        stack.push_async_callback(site.engine.stop)
        seldom_look_for_garbage()
        announce(runner, site)
        if site.engine.serving:
            await announce_desks(runner, site)
        learning = asyncio.create_task(learn(site.engine.tenants.values(), settings.cache))
        stack.push_async_callback(end, learning)
        reminding = asyncio.create_task(remind(site.engine.channels))
        stack.push_async_callback(end, reminding)
        await until_told_to_stop(site.engine, stop)
        site.engine.stop_soon()
        await door.stop()
        if (failed := site.engine.failed()) is not None:
            raise StoreUnavailable(str(failed)) if isinstance(failed, StoreUnavailable) else failed


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The quicker event loop where there is one; None for the usual one."""
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop


def seldom_look_for_garbage() -> None:
    """What a start makes stays for good, so it is not looked through again; a burst of messages makes no circles."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def learn(tenants: "Iterable[Tenant]", cache: Path) -> None:
    """Bring what understands free words, one business after another; messages are answered meanwhile."""
    from bot.texts.catalogue import load_catalogue
    from bot.understanding import read_dictionaries

    await asyncio.to_thread(read_dictionaries)
    for tenant in tenants:
        for language in tenant.business.languages:
            await asyncio.to_thread(load_catalogue, language)
        await tenant.understander.prepare(cache)


async def end(task: "asyncio.Task[None]") -> None:
    """Let a task go."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def announce(runner: "web.AppRunner", site: "Site") -> None:
    """Say where the pages are."""
    host, port = runner.addresses[0][:2]
    if not site.engine.serving:
        click.echo(f"Dragoman is ready: a {site.engine.role}, http://{host}:{port}/ready")
    for slug in site.pages if site.engine.serving else ():
        click.echo(f"Dragoman is ready: http://{host}:{port}/chat/{slug}")
    sys.stdout.flush()


async def announce_desks(runner: "web.AppRunner", site: "Site") -> None:
    """Say where operators sit, and until there is one, how the first of them gets in."""
    from bot.web.desk import invitations

    host, port = runner.addresses[0][:2]
    async for desk, welcome in invitations(site):
        first = f"  (first time: http://{host}:{port}{welcome})" if welcome else ""
        click.echo(f"Desk: http://{host}:{port}{desk}{first}")
    sys.stdout.flush()


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; from here on neither ends the process by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop


async def until_told_to_stop(engine: "Engine", stop: asyncio.Event) -> None:
    """Wait for a signal, or for a part of the engine that ended by itself."""
    while not stop.is_set() and engine.failed() is None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await stop.wait()
