"""Whether a browser asks from a page of ours.

A page of another site can make a browser send its cookies, but neither our header nor our origin.
"""

from urllib.parse import urlsplit

from aiohttp import web

from bot.web.site import SITE

DESK_HEADER = "X-Desk"


def must_be_of_our_origin(request: web.Request) -> None:
    """Refuse a browser that names another origin; raises 403. Programs name none."""
    if not _same_origin(request):
        raise web.HTTPForbidden(text="This chat is not for pages of other sites.")


def must_be_our_page(request: web.Request) -> None:
    """Refuse a call that a page of another site could have made; raises 403."""
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if DESK_HEADER not in request.headers or foreign or not _same_origin(request):
        raise web.HTTPForbidden(text="The desk is not for pages of other sites.")


def _same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    named = urlsplit(origin).netloc  # empty for «null», which is what a sandboxed frame says
    return bool(named) and named in {request.host, urlsplit(request.app[SITE].public_url).netloc}
