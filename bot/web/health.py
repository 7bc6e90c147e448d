"""What is asked by those who watch a process: does it live, may people be sent to it, what has it counted."""

import asyncio
import hmac
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web

from bot.metrics.page import CONTENT_TYPE, page_of
from bot.ports.store import Query, Script, Store, StoreUnavailable
from bot.redaction import ROOT, hush
from bot.runtime.pulse import DEAD
from bot.store.migrating import shipped
from bot.web.site import SITE, Site

ANSWER_SECONDS = 2.0  # for the database; who probes gives up soon after


async def health(request: web.Request) -> web.Response:
    """`GET /health`: 200 while every part of the engine runs and the loop turns."""
    site = request.app[SITE]
    failed = site.engine.failed()
    if failed is not None:
        return web.json_response({"status": "failed", "reason": type(failed).__name__}, status=503)
    if site.watch.pulse.lag >= DEAD:
        return web.json_response({"status": "failed", "reason": "the loop stands still"}, status=503)
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """`GET /ready`: 200 when people may be sent here, else 503; what a person must mend is named, never a secret.

    An account that is refused does not make a process unready: the others would be as unready, and nobody be served.
    """
    site = request.app[SITE]
    checks = {"engine": _engine(site), **await _database(site.store)}
    good = all(each == "ok" for each in checks.values())
    said = {
        "status": "ready" if good else "not ready",
        "role": site.engine.role,
        "release": release(),
        "checks": checks,
        "fenced": sorted(site.engine.gate.standing),
        "accounts": {account: hush(trouble) for account, trouble in site.engine.troubles().items()},
    }
    return web.json_response(said, status=200 if good else 503)


def _engine(site: Site) -> str:
    if site.engine.stopping:
        return "it stops"
    if site.engine.failed() is not None:
        return "a part of it has ended"
    return "ok" if site.engine.started else "it starts"


async def _database(store: Store) -> dict[str, str]:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            number = await store.read(_schema)
    except (StoreUnavailable, TimeoutError):
        return {"database": "it cannot be reached", "schema": "unknown"}
    return {"database": "ok", "schema": "ok" if number >= newest() else f"at {number}, {newest()} is needed"}


def _schema() -> Script[int]:
    rows = yield Query("SELECT MAX(number) FROM migrations")
    number: int = rows[0][0] or 0
    return number


@cache
def newest() -> int:
    """The number of the last migration that this program knows."""
    return shipped("sqlite")[-1].number


@cache
def release() -> str:
    """The version of this program, also where it runs from its folder without being installed."""
    try:
        return version("dragoman")
    except PackageNotFoundError:
        project = ROOT / "pyproject.toml"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"]) if project.is_file() else "unknown"


async def metrics(request: web.Request) -> web.Response:
    """`GET /metrics` on the public port: for who shows the token; without one in the settings there is no such page."""
    watch = request.app[SITE].watch
    if not watch.token:
        raise web.HTTPNotFound(text="There is nothing here.")
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {watch.token}".encode()):
        raise web.HTTPUnauthorized(text="Who are you?")
    return await shown(request.app)


async def shown(app: web.Application) -> web.Response:
    """The figures of this process as they stand."""
    page = page_of(await app[SITE].watch.samples(app))
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE})
