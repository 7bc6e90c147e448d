"""Puts the routes together, each behind its policy, and keeps what lives as long as they do."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from aiohttp import web

from bot.web.desk import add_desk
from bot.web.guard import Guard
from bot.web.lines import LINES, Lines
from bot.web.policy import Policy
from bot.web.rejections import REJECTIONS, Rejections
from bot.web.routes import ROUTES, Route
from bot.web.site import SITE, ChatPage, Site
from bot.web.socket import MOST_LINES

PROBES = tuple(each for each in ROUTES if each.path in {"/health", "/ready", "/metrics"})
"""What a process serves that only works: how it is."""

POLICIES = web.AppKey("policies", Mapping[tuple[str, str], Policy])
"""By method and path, as the router has them."""


def build_app(site: Site) -> web.Application:
    """The whole web side as one aiohttp application."""
    app = web.Application()
    app[SITE], app[REJECTIONS] = site, Rejections(site.store, site.clock)
    app[LINES] = Lines(MOST_LINES)
    app.on_shutdown.append(_hang_up)
    app.cleanup_ctx.append(_write_rejections)
    add_desk(app)
    guard, policies = Guard(site, app[REJECTIONS]), {}
    for each in ROUTES if site.engine.serving else PROBES:
        guarded = guard.around(each.path, each.policy, each.handler)
        for method in methods_of(each):
            made = app.router.add_route(method, each.path, guarded)
            policies[made.method, made.resource.canonical if made.resource is not None else ""] = each.policy
    app[POLICIES] = policies
    return app


def methods_of(route: Route) -> tuple[str, ...]:
    """The methods that reach a route."""
    return ("GET", "HEAD") if route.method == "GET" else (route.method,)


async def _hang_up(app: web.Application) -> None:
    """Close the open lines when the process ends."""
    app[SITE].hub.close()


async def _write_rejections(app: web.Application) -> AsyncIterator[None]:
    """Write down what was turned away, now and then and at the end."""
    writing = asyncio.create_task(app[REJECTIONS].run())
    yield
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await app[REJECTIONS].flush()


__all__ = ["POLICIES", "ChatPage", "Site", "build_app"]
