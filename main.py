"""The command line, and the only place where the parts are put together."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from aiohttp import web

    from bot.business import Business
    from bot.dialog import Dialog
    from bot.ports.store import Store
    from bot.runtime import Engine, Tenant
    from bot.settings import Settings
    from bot.web import Site


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


CHANNELS = ("webchat",)
"""Channels that a business may name in its accounts."""


def load(folder: Path) -> "Business":
    """Load a business folder against the dialogs and channels that exist."""
    from bot.business import load_business
    from dialogs import SHIPPED

    return load_business(folder, dialogs=tuple(SHIPPED), channels=CHANNELS)


def dialogs_of(business: "Business") -> "Mapping[str, type[Dialog]]":
    """The dialogs that a business has switched on, and its forms."""
    from bot.dialog.forms import form_dialogs
    from dialogs import SHIPPED

    return {name: SHIPPED[name] for name in business.dialogs} | form_dialogs(business)


def tenant_of(business: "Business") -> "Tenant":
    """A business with its dialogs, ports and words."""
    from bot.dialog import Machine
    from bot.records import BuiltInCalendar, Cases
    from bot.runtime import Tenant
    from bot.texts import Phrasebook

    ports = {"calendar": BuiltInCalendar(business).bind, "cases": Cases.bind}
    return Tenant(business, Machine(dialogs_of(business)), ports, Phrasebook(business.languages[0], business.texts))


async def build_site(settings: "Settings", store: "Store") -> "Site":
    """Everything that `run` starts, put together over an open store."""
    from bot.records.media import MediaFolder
    from bot.router import Router
    from bot.runtime import Engine
    from bot.store.opening import sqlite_path
    from bot.web import Hub, Site
    from bot.web.site import ChatPage
    from bot.web.tokens import Tokens, secret_of
    from handlers import ROUTES
    from integrations.channels.webchat import WebChat

    sole = sqlite_path(settings.database_url) is not None
    hub = Hub(look_seconds=20.0 if sole else 1.0)
    webchat = WebChat(hub.wake)
    media = MediaFolder(settings.media)
    tenants, pages = {}, {}
    for folder in settings.folders:
        business = load(folder)
        tenants[business.slug] = tenant = tenant_of(business)
        tokens = Tokens(await secret_of(store, business.slug), business.slug)
        account = next((each.id for each in business.accounts if each.channel == "webchat"), "main")
        pages[business.slug] = ChatPage(business, account, webchat, tokens, tenant.phrasebook, folder)
    worker = f"{socket.gethostname()}:{settings.http_port or os.getpid()}"
    engine = Engine(store, SystemClock(), tenants, Router(ROUTES), {(slug, "webchat"): webchat for slug in tenants},
                    worker=worker, media=media, sole=sole)  # fmt: skip
    return Site(engine, hub, media, pages, settings.public_url)


async def serve(settings: "Settings") -> None:
    """Run until SIGTERM or SIGINT; then end every step that has begun."""
    from aiohttp import web

    from bot.ports.store import StoreUnavailable
    from bot.store import open_store
    from bot.store.opening import sole_owner
    from bot.web import build_app

    async with AsyncExitStack() as stack:
        stack.enter_context(sole_owner(settings.database_url))
        store = await open_store(settings.database_url, SystemClock())
        stack.push_async_callback(store.close)
        site = await build_site(settings, store)
        runner = web.AppRunner(build_app(site), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        door = web.TCPSite(runner, settings.http_host, settings.http_port)
        try:
            await door.start()
        except OSError as error:
            raise click.ClickException(
                f"{settings.http_host}:{settings.http_port} cannot be listened on ({error.strerror}); "
                "set DRAGOMAN_HTTP_PORT to another port"
            ) from error
        await site.engine.start()
        stack.push_async_callback(site.engine.stop)
        announce(runner, site)
        await until_told_to_stop(site.engine)
        if (failed := site.engine.failed()) is not None:
            raise StoreUnavailable(str(failed)) if isinstance(failed, StoreUnavailable) else failed


def announce(runner: "web.AppRunner", site: "Site") -> None:
    """Say where the pages are."""
    host, port = runner.addresses[0][:2]
    for slug in site.pages:
        click.echo(f"Dragoman is ready: http://{host}:{port}/chat/{slug}")
    sys.stdout.flush()


async def until_told_to_stop(engine: "Engine") -> None:
    """Wait for a signal, or for a part of the engine that ended by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    while not stop.is_set() and engine.failed() is None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await stop.wait()


@click.group()
def cli() -> None:
    """Dragoman answers a firm's customers in their messengers, and loses nothing."""


@cli.command()
def run() -> None:
    """Run the bot: web chat, steps, sending, timers."""
    from bot.logs import set_up_logs

    settings = settings_or_exit()
    set_up_logs(settings.log_level)
    with plainly():
        asyncio.run(serve(settings))


def settings_or_exit() -> "Settings":
    """The settings, or one clear list of what is wrong with them."""
    from bot.settings import SettingsProblem, load_settings

    try:
        return load_settings()
    except SettingsProblem as problem:
        raise click.ClickException(str(problem)) from problem


class plainly:  # noqa: N801  reads as a sentence: with plainly()
    """Say what a person can mend in one clear line instead of a traceback."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Turn expected failures into `ClickException`."""
        from bot.business import BusinessErrors
        from bot.ports.store import StoreUnavailable
        from bot.store.migrating import MigrationProblem
        from bot.store.opening import AlreadyRunning

        if isinstance(error, (BusinessErrors, StoreUnavailable, MigrationProblem, AlreadyRunning)):
            raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    cli()
