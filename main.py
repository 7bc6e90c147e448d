"""The command line, and the only place where the parts are put together."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.clock import SystemClock
from bot.console import COMMANDS
from bot.console.channels import channels_of
from bot.console.checking import check_of
from bot.console.dialogs import draw_of, try_of
from bot.console.running import run_of
from bot.console.starting import new_of

if TYPE_CHECKING:
    from bot.business import Business
    from bot.business.fitting import Finding
    from bot.console.dialogs import Rules
    from bot.dialog import Dialog
    from bot.events import Media
    from bot.ports.accounts import Kit, Opened
    from bot.ports.channel import Channel, Listener, Provider
    from bot.ports.files import Files
    from bot.ports.media import MediaStore
    from bot.ports.rates import Rates
    from bot.ports.store import Store
    from bot.records.library import Library
    from bot.runtime import Engine, Tenant
    from bot.runtime.house import House
    from bot.settings import Settings
    from bot.web import Site
    from bot.web.webhooks import Hook


def known() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the dialogs and of the channels that a business folder may use."""
    from dialogs import SHIPPED
    from integrations.channels import names

    return tuple(SHIPPED), names()


def rules() -> "Rules":
    """The handlers of conversations in their order, and those of other actors."""
    from handlers import ACTORS, ROUTES

    return ROUTES, ACTORS


def load(folder: Path) -> "Business":
    """Load a business folder against the dialogs and channels that exist."""
    from bot.business import load_business
    from integrations.channels import faces

    dialogs, channels = known()
    business = load_business(folder, dialogs=dialogs, channels=channels)
    return business.model_copy(update={"faces": faces(each.channel for each in business.accounts)})


def dialogs_of(business: "Business", folder: Path) -> "Mapping[str, type[Dialog]]":
    """The dialogs that a business has switched on: shipped ones, its own, and its forms."""
    from bot.dialog.forms import form_dialogs
    from bot.dialog.own import own_dialogs
    from dialogs import SHIPPED

    there = {**SHIPPED, **own_dialogs(folder, business.slug)}
    return {name: there[name] for name in business.dialogs} | form_dialogs(business)


def tenant_of(folder: Path) -> "Tenant":
    """The business of a folder with its dialogs, ports and words."""
    from bot.business import vocabulary_of
    from bot.dialog import Machine
    from bot.records import BuiltInCalendar, Cases, Ratings
    from bot.runtime import Tenant
    from bot.texts import Phrasebook
    from bot.understanding import Understander

    business = load(folder)
    machine = Machine(dialogs_of(business, folder))
    ports = {"calendar": BuiltInCalendar(business).bind, "cases": Cases.bind, "ratings": Ratings.bind}
    understander = Understander.of(vocabulary_of(business, machine.dialogs))
    return Tenant(business, machine, ports, Phrasebook(business.languages[0], business.texts), understander)


def fitting_of(tenant: "Tenant", folder: Path, more: "Iterable[str]" = ()) -> "tuple[Finding, ...]":
    """What of a business does not fit its channels, or `more` of them."""
    from bot.business.fitting import check_channels, program_code
    from integrations.channels import limits, names
    from integrations.speech import Espeak

    wanted = dict.fromkeys(["webchat", *(account.channel for account in tenant.business.accounts), *more])
    if strange := [name for name in wanted if name not in names()]:
        raise click.ClickException(f"there is no channel {strange[0]!r}; there are {', '.join(names())}")
    code = program_code(Path(__file__).resolve().parent)
    rows = {name: limits(name) for name in wanted}
    return check_channels(tenant.business, folder, rows, code, tenant.machine.dialogs, Espeak().speaks)


def kit_of(tenant: "Tenant", store: "Store", library: "Library", files: "Files", link: "Callable[[Media], str]",
           rates: "Rates | None" = None) -> "Kit":  # fmt: skip
    """What the house lends to an account of a business."""
    from functools import partial

    from bot.ports.accounts import Kit
    from bot.store.memory import Memory
    from handlers.listed import CHOOSE, SHARE_PHONE, for_customers, for_staff, label_of
    from handlers.telephone import phones_of, spoken_of
    from integrations.speech import Espeak

    business, phrasebook = tenant.business, tenant.phrasebook
    words = phrasebook, business.languages
    return Kit(SystemClock(), files, library.read, link, Memory(store, business.slug), label_of(SHARE_PHONE, *words),
               label_of(CHOOSE, *words), rates, phones_of(business), spoken_of(business, phrasebook, Espeak()),
               partial(for_customers, *words), partial(for_staff, *words), business.templates.wanted)  # fmt: skip


def accounts_of(settings: "Settings", tenants: "Mapping[str, Tenant]", kits: "Mapping[str, Kit]") -> "list[Opened]":
    """Every account beside web chat; raises `SettingsProblem` with all that is wrong."""
    from bot.business.accounts import open_accounts
    from bot.ports.accounts import Problems
    from bot.settings import SettingsProblem
    from integrations.channels import SHORT, descriptor

    firms = [tenant.business for tenant in tenants.values()]
    environ = {**os.environ, **settings.variables}
    try:
        return open_accounts(firms, kits, descriptor, environ, settings.public_url, SHORT)
    except Problems as problems:
        raise SettingsProblem("\n  ".join(["These settings cannot be used:", *problems.lines])) from problems


def hooks_of(opened: "Iterable[Opened]") -> "dict[tuple[str, str], Hook]":
    """Where the accounts are delivered to, but for those that fetch themselves."""
    from bot.web.policy import Body
    from bot.web.webhooks import Hook

    return {
        (account.channel, account.id): Hook(account.business, channel, Body(kind.most_bytes, ()))
        for account, kind, channel in opened if kind.way(account.settings) != "fetched"
    }  # fmt: skip


def beside_channels(opened: "Iterable[Opened]", tenants: "dict[str, Tenant]", stack: AsyncExitStack) -> (
    "tuple[list[Listener], dict[tuple[str, str], Provider]]"
):  # fmt: skip
    """Those that listen, and those that take pushes. Rooms are noted with their business, and `stack` will hang up."""
    from dataclasses import replace

    from bot.ports.channel import Closes, Hosting, Listener, Provider

    listeners: list[Listener] = []
    providers: dict[tuple[str, str], Provider] = {}
    for account, _, channel in opened:
        if isinstance(channel, Listener):
            listeners.append(channel)
        if isinstance(channel, Provider):
            providers[account.business, account.source] = channel
        if isinstance(channel, Hosting):
            tenant = tenants[account.business]
            tenants[account.business] = replace(tenant, rooms=(*tenant.rooms, *channel.rooms))
        if isinstance(channel, Closes):
            stack.push_async_callback(channel.close)
    return listeners, providers


def house_of(engine: "Engine", tenants: "dict[str, Tenant]", slug: str, folder: Path, cache: Path,
             swap: "Callable[[Tenant], None]") -> "House":  # fmt: skip
    """What does the long work that a business's staff ask for, and reads its folder anew."""
    from bot.runtime.house import House

    async def load_again() -> "Tenant":
        tenant = await asyncio.to_thread(tenant_of, folder)
        await tenant.understander.prepare(cache)
        return tenant

    announce = engine.peers.note_content if engine.peers is not None else None
    return House(slug, tenants, engine.store, engine.clock, engine.media, load=load_again, swap=swap, announce=announce)


async def media_of(settings: "Settings") -> "MediaStore":
    """Where files are kept; raises `SettingsProblem` for a bucket that cannot be used as it is set."""
    import structlog

    from bot.records.media import MediaFolder
    from bot.settings import SettingsProblem

    if not settings.media_url:
        return MediaFolder(settings.media)
    try:
        from integrations.media.s3 import open_bucket, read_place
    except ImportError as missing:
        line = "DRAGOMAN_MEDIA_URL needs the extra: pip install dragoman[s3]"
        raise SettingsProblem(f"These settings cannot be used:\n  {line}") from missing
    try:
        bucket = open_bucket(
            read_place(settings.media_url), settings.media_key_id, settings.media_secret.get_secret_value()
        )
        trouble = await bucket.trouble()
    except ValueError as error:
        trouble = str(error)
    except OSError as away:
        structlog.get_logger().warning("files cannot be kept yet", error=str(away))
        trouble = ""
    if trouble:
        raise SettingsProblem(
            f"These settings cannot be used:\n  DRAGOMAN_MEDIA_URL       {settings.media_url!r} {trouble}"
        )
    return bucket


async def build_site(settings: "Settings", store: "Store", stack: AsyncExitStack | None = None) -> "Site":
    """Everything that `run` starts, put together over an open store; `stack` will close what holds connections."""
    from dataclasses import replace
    from functools import partial

    from bot.net import Fetcher
    from bot.ports.channel import Fetches
    from bot.ports.media import PORT
    from bot.records.keeping import Keeping
    from bot.records.library import Library
    from bot.router import Router
    from bot.runtime import Engine
    from bot.runtime.flood import Allowance
    from bot.runtime.keeper import Keeper
    from bot.runtime.neighbours import follow_content, relay_between, shared_rates
    from bot.store.opening import sqlite_path
    from bot.web import Hub, Site
    from bot.web.addresses import networks_of
    from bot.web.file_links import FileLinks, public_link
    from bot.web.site import ChatPage
    from bot.web.tokens import Tokens, secret_of
    from integrations.channels.webchat import WebChat

    stack = stack or AsyncExitStack()
    sole = sqlite_path(settings.database_url) is not None
    worker = f"{socket.gethostname()}:{settings.http_port or os.getpid()}"
    rates = shared_rates(settings, stack)
    relay = await relay_between(settings, store, worker)
    hub = Hub(look_seconds=20.0 if sole else 1.0, relay=relay)
    webchat = WebChat(hub.wake)
    media = await media_of(settings)
    tenants, pages, folders = {}, {}, {}
    channels: dict[tuple[str, str], Channel] = {}
    for folder in settings.folders:
        tenant = tenant_of(folder)
        business = tenant.business
        tenants[business.slug], folders[business.slug] = tenant, folder
        secret = await secret_of(store, business.slug)
        tokens, links = Tokens(secret, business.slug), FileLinks(secret, business.slug, SystemClock())
        page = next((each.id for each in business.accounts if each.channel == "webchat"), "main")
        channels[business.slug, f"webchat/{page}"] = webchat
        pages[business.slug] = ChatPage(business, page, webchat, tokens, links, tenant.phrasebook, folder)
    fetcher = Fetcher(seconds=60)
    stack.push_async_callback(fetcher.close)
    sources: dict[str, dict[str, Fetches]] = {slug: {} for slug in tenants}
    keepings = {slug: Keeping(media, sources[slug], pages[slug].files.stem) for slug in tenants}
    kits = {
        slug: kit_of(tenant, store, Library(media, {slug: folders[slug] / "media"}, keepings[slug]), fetcher,
                     partial(public_link, settings.public_url, pages[slug].files), rates)
        for slug, tenant in tenants.items()
    }  # fmt: skip
    opened = accounts_of(settings, tenants, kits)
    channels |= {(each.account.business, each.account.source): each.channel for each in opened}
    listeners, providers = beside_channels(opened, tenants, stack)
    fetchers = {key: channel for key, channel in channels.items() if isinstance(channel, Fetches)}
    for (slug, source), where in fetchers.items():
        sources[slug][source] = where
    providers |= {(slug, PORT): Keeper(keeping) for slug, keeping in keepings.items()}
    allowance = Allowance(settings.contact_messages, settings.address_messages, settings.business_messages)
    engine = Engine(store, SystemClock(), tenants, Router(*rules()), channels, worker=worker, media=media,
                    providers=providers, listeners=listeners, sole=sole, allowance=allowance, role=settings.role,
                    relay=relay)  # fmt: skip

    def swap(tenant: "Tenant") -> None:
        page = pages[tenant.business.slug]
        pages[tenant.business.slug] = replace(page, business=tenant.business, phrasebook=tenant.phrasebook)

    houses = {slug: house_of(engine, tenants, slug, folder, settings.cache, swap) for slug, folder in folders.items()}
    providers |= {(slug, "house"): house for slug, house in houses.items()}
    follow_content(engine, houses)
    if relay is not None:
        relay.watch(engine.intake.watchers)
    trusted = networks_of(settings.trusted_proxies)
    return Site(engine, hub, media, pages, settings.public_url, hooks_of(opened), fetchers, trusted, rates)


@asynccontextmanager
async def opened_channels(settings: "Settings") -> "AsyncIterator[Mapping[tuple[str, str], Channel]]":
    """Every account of the firms, to be looked at; nothing runs."""
    from bot.store import open_store

    async with AsyncExitStack() as stack:
        store = await open_store(settings.database_url, SystemClock())
        stack.push_async_callback(store.close)
        yield (await build_site(settings, store, stack)).engine.channels


@click.group()
def cli() -> None:
    """Dragoman answers a firm's customers in their messengers, and loses nothing."""


for each in (
    *COMMANDS,
    channels_of(opened_channels),
    check_of(tenant_of, fitting_of),
    draw_of(tenant_of),
    new_of(known),
    run_of(build_site),
    try_of(tenant_of, rules),
):
    cli.add_command(each)


if __name__ == "__main__":
    cli()
