"""Puts the routes together, each with what holds for all: safe headers, plain errors."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web import calls, files, pages, webhooks
from bot.web.desk import add_desk
from bot.web.site import SITE, STATIC, ChatPage, Site
from bot.web.socket import socket

log = structlog.get_logger()

BODY_BYTES = calls.PICTURE_BYTES + 1024

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@web.middleware
async def safely(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Add the headers that every answer has; a fault of ours shows nothing of itself."""
    try:
        response = await handler(request)
    except web.HTTPException as expected:
        expected.headers.update(SAFE)
        raise
    except Exception as error:  # the server's own boundary: the visitor reads one calm line, the log has the rest
        log.error("a request failed", path=request.path, exc_info=error)
        response = web.json_response({"text": "Something went wrong on our side."}, status=500)
    if not response.prepared:
        response.headers.update(SAFE)
    return response


async def hang_up(app: web.Application) -> None:
    """Close the open lines when the process ends."""
    app[SITE].hub.close()


def build_app(site: Site) -> web.Application:
    """The whole web side as one aiohttp application."""
    app = web.Application(middlewares=[safely], client_max_size=BODY_BYTES)
    app[SITE] = site
    app.on_shutdown.append(hang_up)
    app.router.add_get("/", pages.front_door)
    app.router.add_get("/health", pages.health)
    app.router.add_get("/chat/widget.js", pages.widget)
    app.router.add_static("/chat/static/", STATIC, append_version=False)
    app.router.add_get("/chat/{business}", pages.chat)
    app.router.add_get("/chat/{business}/media/{file}", pages.picture)
    app.router.add_get("/chat/{business}/socket", socket)
    app.router.add_post("/chat/{business}/session", calls.session)
    app.router.add_get("/chat/{business}/messages", calls.read)
    app.router.add_post("/chat/{business}/messages", calls.write)
    app.router.add_post("/chat/{business}/images", calls.picture)
    app.router.add_get("/media/{name}", calls.media)
    app.router.add_get("/media/from/{business}/{signed}", files.fetched)
    add_desk(app)
    app.router.add_post("/webhooks/{channel}/{account}", webhooks.take)
    return app


__all__ = ["ChatPage", "Site", "build_app"]
