"""Files that lie with a channel: `/media/from/…` fetches one when somebody wants to see it, and keeps it.

What comes is known by its content, never by what it is called.
"""

import structlog
from aiohttp import web

from bot.ports.media import Stored
from bot.records.media import EXTENSIONS, UNKNOWN, sniff
from bot.web.site import SITE, Site

log = structlog.get_logger()

MOST_BYTES = 20 * 1024 * 1024
HEADERS = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def fetched(request: web.Request) -> web.Response:
    """`GET /media/from/{business}/{signed}`: a file that a messenger keeps."""
    site = request.app[SITE]
    page = site.pages.get(request.match_info["business"])
    found = page.files.read(request.match_info["signed"]) if page is not None else None
    if page is None or found is None:
        raise web.HTTPNotFound(text="There is no such file.")
    source, name = found
    stored = await _kept(site, page.files.stem(source, name)) or await _fetch(site, page.business.slug, source, name)
    return served(stored)


async def _kept(site: Site, stem: str) -> Stored | None:
    for ending in EXTENSIONS.values():
        if (stored := await site.media.get(f"{stem}.{ending}")) is not None:
            return stored
    return None


async def _fetch(site: Site, business: str, source: str, name: str) -> Stored:
    channel = site.fetchers.get((business, source))
    body = await channel.fetch(name) if channel is not None else None
    if body is None or len(body) > MOST_BYTES:
        raise web.HTTPNotFound(text="This file cannot be had any more.")
    stored = Stored(body, sniff(body) or UNKNOWN)
    try:
        await site.media.put(body, stored.mime, stem=site.pages[business].files.stem(source, name))
    except OSError as error:
        log.warning("a fetched file could not be kept", error=str(error))
    return stored


def served(stored: Stored) -> web.Response:
    """A file as it leaves: never run, never sniffed, and only a picture is shown in place."""
    headers = dict(HEADERS)
    if not stored.mime.startswith("image/"):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=stored.body, content_type=stored.mime, headers=headers)
