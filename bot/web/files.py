"""Files that lie with a channel: `/media/from/…` gives what is kept of them, else fetches and keeps it."""

from aiohttp import web

from bot.ports.channel import Confides
from bot.ports.files import NotFetched
from bot.ports.media import Stored
from bot.records.keeping import Keeping
from bot.web.site import SITE, ChatPage, Site

HEADERS = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'; sandbox"}
LATER = {"Retry-After": "60"}


async def fetched(request: web.Request) -> web.Response:
    """`GET /media/from/{business}/{signed}`: a file that a messenger keeps."""
    site = request.app[SITE]
    page = site.pages.get(request.match_info["business"])
    found = page.files.read(request.match_info["signed"]) if page is not None else None
    if page is None or found is None:
        raise web.HTTPNotFound(text="There is no such file, or the link to it has ended.")
    if is_confidential(site, page, *found):
        raise web.HTTPNotFound(text="This is for the staff, who find it at their desk.")
    try:
        stored = await kept(site, page, *found)
    except NotFetched as error:
        raise web.HTTPServiceUnavailable(text="This file cannot be had just now.", headers=LATER) from error
    if stored is None:
        raise web.HTTPNotFound(text="This file cannot be had any more.")
    return served(stored)


async def kept(site: Site, page: ChatPage, source: str, name: str) -> Stored | None:
    """A file of one of the business's channels; see `Keeping.read`."""
    slug = page.business.slug
    sources = {account: channel for (business, account), channel in site.fetchers.items() if business == slug}
    return await Keeping(site.media, sources, page.files.stem).read(source, name)


def is_confidential(site: Site, page: ChatPage, source: str, name: str) -> bool:
    """Whether a file is for the staff alone: its channel says so; once the account is gone, what was spoken on a phone is."""
    channel: object = site.fetchers.get((page.business.slug, source))
    if channel is None:
        return page.business.face(source.partition("/")[0]).kind == "call"
    return isinstance(channel, Confides) and channel.confides(name)


def served(stored: Stored) -> web.Response:
    """A file as it leaves: never run, never sniffed, and only a picture is shown in place."""
    headers = dict(HEADERS)
    if not stored.mime.startswith("image/"):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=stored.body, content_type=stored.mime, headers=headers)
