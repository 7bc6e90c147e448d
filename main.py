"""The command line, and the only place where the parts are put together."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.clock import SystemClock
from bot.console import COMMANDS
from bot.console.asking import plainly, settings_or_exit
from bot.console.channels import channels_of

if TYPE_CHECKING:
    from aiohttp import web

    from bot.business import Business
    from bot.business.fitting import Finding
    from bot.dialog import Dialog
    from bot.events import Media
    from bot.ports.accounts import Kit, Opened
    from bot.ports.channel import Channel, Provider
    from bot.ports.files import Files
    from bot.ports.media import MediaStore
    from bot.ports.rates import Rates
    from bot.ports.store import Store
    from bot.records.library import Library
    from bot.runtime import Engine, Tenant
    from bot.runtime.house import House
    from bot.settings import Settings
    from bot.web import Site
    from integrations.channels.telegram import Account, Telegram


def load(folder: Path) -> "Business":
    """Load a business folder against the dialogs and channels that exist."""
    from bot.business import load_business
    from dialogs import SHIPPED
    from integrations.channels import names

    return load_business(folder, dialogs=tuple(SHIPPED), channels=names())


def dialogs_of(business: "Business", folder: Path) -> "Mapping[str, type[Dialog]]":
    """The dialogs that a business has switched on: shipped ones, its own, and its forms."""
    from bot.dialog.forms import form_dialogs
    from bot.dialog.own import own_dialogs
    from dialogs import SHIPPED

    known = {**SHIPPED, **own_dialogs(folder, business.slug)}
    return {name: known[name] for name in business.dialogs} | form_dialogs(business)


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

    wanted = dict.fromkeys(["webchat", *(account.channel for account in tenant.business.accounts), *more])
    if strange := [name for name in wanted if name not in names()]:
        raise click.ClickException(f"there is no channel {strange[0]!r}; there are {', '.join(names())}")
    code = program_code(Path(__file__).resolve().parent)
    rows = {name: limits(name) for name in wanted}
    return check_channels(tenant.business, folder, rows, code, tenant.machine.dialogs)


def telegram_accounts(settings: "Settings", businesses: "Iterable[Business]") -> "list[Account]":
    """The Telegram accounts that the folders and the environment name; raises `SettingsProblem` with all that is wrong."""
    from bot.ports.accounts import Problems
    from bot.settings import SettingsProblem
    from integrations.channels.telegram.accounts import Wanted, Written, read_accounts

    firms = list(businesses)
    written = [
        Written(firm.slug, each.id, each.secret_env or "", each.settings)
        for firm in firms for each in firm.accounts if each.channel == "telegram"
    ]  # fmt: skip
    wanted = Wanted(
        settings.telegram_token.get_secret_value(), settings.staff_group_id, settings.telegram_mode,
        settings.telegram_api_url, settings.telegram_webhook_secret.get_secret_value(), settings.public_url,
        settings.telegram_rate,
    )  # fmt: skip
    try:
        return read_accounts([firm.slug for firm in firms], written, wanted, os.environ)
    except Problems as problems:
        raise SettingsProblem("\n".join(["These settings cannot be used:", *problems.lines])) from problems


def telegram_of(account: "Account", tenant: "Tenant", kit: "Kit") -> "Telegram":
    """A business's channel in Telegram, with its words and files."""
    from dataclasses import replace

    from handlers.listed import for_customers, for_staff
    from integrations.channels.telegram import Telegram

    business, phrasebook = tenant.business, tenant.phrasebook
    listed = replace(account, customer_commands=for_customers(phrasebook, business.languages),
                     staff_commands=for_staff(phrasebook, business.languages))  # fmt: skip
    return Telegram(listed, kit.clock, read=kit.read, files=kit.files, share=kit.share, memory=kit.memory,
                    shared=kit.rates)  # fmt: skip


def kit_of(tenant: "Tenant", store: "Store", library: "Library", files: "Files", link: "Callable[[Media], str]",
           rates: "Rates | None" = None) -> "Kit":  # fmt: skip
    """What the house lends to an account of a business."""
    from bot.ports.accounts import Kit
    from bot.store.memory import Memory
    from handlers.listed import CHOOSE, SHARE_PHONE, label_of
    from handlers.telephone import phones_of, spoken_of
    from integrations.speech import Espeak

    business, phrasebook = tenant.business, tenant.phrasebook
    return Kit(SystemClock(), files, library.read, link, Memory(store, business.slug),
               label_of(SHARE_PHONE, phrasebook, business.languages), label_of(CHOOSE, phrasebook, business.languages),
               rates, phones_of(business), spoken_of(business, phrasebook, Espeak()))  # fmt: skip


def accounts_of(settings: "Settings", tenants: "Mapping[str, Tenant]", kits: "Mapping[str, Kit]") -> "list[Opened]":
    """Every account beside web chat and Telegram; raises `SettingsProblem` with all that is wrong."""
    from bot.business.accounts import open_accounts
    from bot.ports.accounts import Problems
    from bot.settings import SettingsProblem
    from integrations.channels import descriptor

    firms = [tenant.business for tenant in tenants.values()]
    try:
        return open_accounts(firms, kits, descriptor, os.environ, settings.public_url)
    except Problems as problems:
        raise SettingsProblem("\n  ".join(["These settings cannot be used:", *problems.lines])) from problems


def telegrams_of(settings: "Settings", tenants: "dict[str, Tenant]", kits: "Mapping[str, Kit]",
                 stack: AsyncExitStack) -> "dict[tuple[str, str], Telegram]":  # fmt: skip
    """Every account of Telegram; what a group of operators is to a tenant is noted there."""
    from dataclasses import replace

    from bot.net import Fetcher
    from integrations.channels.telegram.account import API_URL

    telegrams = {}
    for each in telegram_accounts(settings, [tenant.business for tenant in tenants.values()]):
        slug, key, kit = each.business, f"telegram/{each.id}", kits[each.business]
        if each.api_url != API_URL:  # a server of the firm's own may stand anywhere
            kit = replace(kit, files=(near := Fetcher(anywhere=True, seconds=60)))
            stack.push_async_callback(near.close)
        telegrams[slug, key] = telegram_of(each, tenants[slug], kit)
        stack.push_async_callback(telegrams[slug, key].close)
        if each.staff_group:
            rooms = (*tenants[slug].rooms, f"staff/{key}/{each.staff_group}")
            tenants[slug] = replace(tenants[slug], rooms=rooms)
    return telegrams


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
    from bot.ports.channel import Closes, Fetches
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
    from bot.web.policy import Body
    from bot.web.site import ChatPage
    from bot.web.tokens import Tokens, secret_of
    from bot.web.webhooks import Hook
    from handlers import ACTORS, ROUTES
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
        tokens, links = Tokens(secret, business.slug), FileLinks(secret, business.slug)
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
    telegrams = telegrams_of(settings, tenants, kits, stack)
    hooks = {
        ("telegram", each.account.id): Hook(slug, each)
        for (slug, _), each in telegrams.items() if each.account.delivered
    }  # fmt: skip
    channels |= telegrams
    for account, kind, channel in accounts_of(settings, tenants, kits):
        channels[account.business, account.source] = channel
        hooks[account.channel, account.id] = Hook(account.business, channel, Body(kind.most_bytes, ()))
        if isinstance(channel, Closes):
            stack.push_async_callback(channel.close)
    for (slug, source), channel in channels.items():
        if isinstance(channel, Fetches):
            sources[slug][source] = channel
    fetchers = {key: channel for key, channel in channels.items() if isinstance(channel, Fetches)}
    keepers = {(slug, PORT): Keeper(keeping) for slug, keeping in keepings.items()}
    providers: dict[tuple[str, str], Provider] = {**telegrams, **keepers}
    allowance = Allowance(settings.contact_messages, settings.address_messages, settings.business_messages)
    engine = Engine(store, SystemClock(), tenants, Router(ROUTES, ACTORS), channels, worker=worker, media=media,
                    providers=providers, listeners=tuple(telegrams.values()), sole=sole, allowance=allowance,
                    role=settings.role, relay=relay)  # fmt: skip

    def swap(tenant: "Tenant") -> None:
        page = pages[tenant.business.slug]
        pages[tenant.business.slug] = replace(page, business=tenant.business, phrasebook=tenant.phrasebook)

    houses = {slug: house_of(engine, tenants, slug, folder, settings.cache, swap) for slug, folder in folders.items()}
    providers |= {(slug, "house"): house for slug, house in houses.items()}
    follow_content(engine, houses)
    if relay is not None:
        relay.watch(engine.intake.watchers)
    trusted = networks_of(settings.trusted_proxies)
    return Site(engine, hub, media, pages, settings.public_url, hooks, fetchers, trusted, rates)


@asynccontextmanager
async def opened_channels(settings: "Settings") -> "AsyncIterator[Mapping[tuple[str, str], Channel]]":
    """Every account of the firms, to be looked at; nothing runs."""
    from bot.store import open_store

    async with AsyncExitStack() as stack:
        store = await open_store(settings.database_url, SystemClock())
        stack.push_async_callback(store.close)
        yield (await build_site(settings, store, stack)).engine.channels


async def serve(settings: "Settings") -> None:
    """Run until SIGTERM or SIGINT; then end every step that has begun."""
    from aiohttp import web

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
        site = await build_site(settings, store, stack)
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


@click.group()
def cli() -> None:
    """Dragoman answers a firm's customers in their messengers, and loses nothing."""


@cli.command()
@click.option(
    "--role", type=click.Choice(["all", "web", "worker", "sender"]), help="What this process does; see DRAGOMAN_ROLE."
)
def run(role: str | None) -> None:
    """Run the bot: web chat, steps, sending, timers; with --role a part of it."""
    from bot.logs import set_up_logs

    if role is not None:
        os.environ["DRAGOMAN_ROLE"] = role
    settings = settings_or_exit()
    set_up_logs(settings.log_level, settings.log_format)
    with plainly(), asyncio.Runner(loop_factory=quick_loop()) as runner:
        runner.run(serve(settings))


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option("--channel", "more", multiple=True, help="As if the firm had this channel too; one or several.")
def check(folder: Path | None, more: tuple[str, ...]) -> None:
    """Prove a business folder before it goes live: content, dialogs, texts, and that they fit the firm's channels."""
    from bot.business import check_business
    from bot.console.checking import tell
    from bot.dialog.graph import findings

    for each in [folder] if folder else settings_or_exit().folders:
        with plainly():
            tenant = tenant_of(each)
        seen = fitting_of(tenant, each, more)
        business = tenant.business
        found = [*check_business(business, lengths=False), *(one.problem for one in seen if one.level == "fault")]
        tell(
            each,
            [*map(str, sorted(found)), *findings(tenant.machine.dialogs)],
            [str(one) for one in seen if one.level == "note"],
            f"{len(business.services)} services, {len(tenant.machine.dialogs)} dialogs,"
            f" {len(business.menu.places)} places, {len(business.answers)} answers in {', '.join(business.languages)}",
        )


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="What the firm is called.")
@click.option("--kind", help="One line on what it is: beauty salon.")
@click.option("--languages", help="Of hy, ru, uz, ka, en; the main one first: ru,en.")
@click.option("--city", help="Its time zone, country and currency follow from it.")
@click.option("--zone", help="The time zone, where the city does not tell it.")
@click.option("--currency", help="AMD, GEL, UZS, RUB, USD or EUR, where the country does not tell it.")
@click.option("--address", help="Street and number.")
@click.option("--phone", help="With the country code.")
@click.option("--hours", help="mon-fri 09:00-13:00, 14:00-18:00; sat 10:00-15:00")
@click.option("--service", multiple=True, help="Name, minutes, price; once for each: 'Haircut, 45, 40'.")
@click.option("--person", help="Who does the work.")
@click.option("--yes", is_flag=True, help="Ask nothing; take what is suggested for the rest.")
def new(folder: Path | None, *, yes: bool, service: tuple[str, ...], **given: str | None) -> None:
    """Make a firm's folder by a few questions; every answer may be an option instead."""
    from bot.business.new import Question, Unanswered
    from bot.business.starter import begin
    from dialogs import SHIPPED
    from integrations.channels import names

    def ask(question: Question, suggestion: str) -> str:
        answer: str = click.prompt(question.key, default=suggestion, show_default=bool(suggestion))
        return answer

    options = {key: [text] for key, text in given.items() if text is not None} | {"service": list(service)}
    try:
        with plainly():
            place = begin(folder, options, None if yes else ask, click.echo, dialogs=tuple(SHIPPED), channels=names())
    except Unanswered as reason:
        raise click.ClickException(str(reason)) from reason
    click.echo(f"\n{place} is written. Next:\n")
    click.echo(f"  python main.py check {place}\n  DRAGOMAN_BUSINESS={place} python main.py run")


@cli.command()
@click.argument("dialog")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture instead of Mermaid.")
def draw(dialog: str, svg: Path | None) -> None:
    """Draw a dialog's states and transitions."""
    from bot.dialog import draw as drawing
    from bot.dialog.graph import graph_of

    with plainly():
        dialogs = tenant_of(settings_or_exit().folders[0]).machine.dialogs
    if dialog not in dialogs:
        raise click.ClickException(f"there is no dialog {dialog!r}; there are {', '.join(sorted(dialogs))}")
    graph = graph_of(dialogs[dialog])
    if svg is None:
        click.echo(drawing.mermaid(graph), nl=False)
    else:
        svg.write_text(drawing.svg(graph), "utf-8")
        click.echo(f"{svg} is written.")


@cli.command("try")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--write", is_flag=True, help="Write what the bot really says into the files; read it before you keep it."
)
def try_out(files: tuple[Path, ...], *, write: bool) -> None:
    """Have the conversations that transcript files describe; says where one goes another way."""
    import logging

    import structlog

    from bot.testing import Departure, Talk, read_transcript, record_transcript, run_transcript
    from handlers import ACTORS, ROUTES

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with plainly():
        tenant = tenant_of(settings_or_exit().folders[0])
    failed = 0
    for path in files:
        try:
            transcript = read_transcript(path)
            with Talk(tenant, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
                if write:
                    path.write_text(record_transcript(transcript, talk), "utf-8")
                else:
                    run_transcript(transcript, talk)
        except (Departure, ValueError) as departure:
            failed += 1
            click.echo(f"✗ {departure}")
        else:
            click.echo(f"✓ {path}")
    if failed:
        raise click.ClickException(f"{failed} of {len(files)} conversations went another way")


for each in (*COMMANDS, channels_of(opened_channels)):
    cli.add_command(each)


if __name__ == "__main__":
    cli()
