"""Files that lie with a channel: `/media/from/…` gives what is kept of them, else fetches and keeps it."""

from aiohttp import web

from bot.ports.channel import Confides
from bot.ports.files import NotFetched
from bot.ports.media import Stored
from bot.records.keeping import Keeping
from bot.web.site import SITE

HEADERS = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'; sandbox"}
LATER = {"Retry-After": "60"}


async def fetched(request: web.Request) -> web.Response:
    """`GET /media/from/{business}/{signed}`: a file that a messenger keeps."""
    site = request.app[SITE]
    page = site.pages.get(request.match_info["business"])
    found = page.files.read(request.match_info["signed"]) if page is not None else None
    if page is None or found is None:
        raise web.HTTPNotFound(text="There is no such file, or the link to it has ended.")
    owner: object = site.fetchers.get((page.business.slug, found[0]))
    spoken = owner is None and page.business.face(found[0].partition("/")[0]).kind == "call"
    if spoken or (isinstance(owner, Confides) and owner.confides(found[1])):
        raise web.HTTPNotFound(text="This is for the staff, who find it at their desk.")
    sources = {source: channel for (slug, source), channel in site.fetchers.items() if slug == page.business.slug}
    try:
        stored = await Keeping(site.media, sources, page.files.stem).read(*found)
    except NotFetched as error:
        raise web.HTTPServiceUnavailable(text="This file cannot be had just now.", headers=LATER) from error
    if stored is None:
        raise web.HTTPNotFound(text="This file cannot be had any more.")
    return served(stored)


def served(stored: Stored) -> web.Response:
    """A file as it leaves: never run, never sniffed, and only a picture is shown in place."""
    headers = dict(HEADERS)
    if not stored.mime.startswith("image/"):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=stored.body, content_type=stored.mime, headers=headers)
