"""Which visitor of a chat a call comes from."""

from aiohttp import web

from bot.events import Contact
from bot.web.site import ChatPage

CONTACT = web.RequestKey("contact", Contact)


def contact_of(request: web.Request, page: ChatPage) -> Contact:
    """The visitor that the bearer token proves; raises 401."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    address = page.tokens.address(token) if kind == "Bearer" else None
    if address is None:
        raise web.HTTPUnauthorized(text="This token is not valid any more.")
    return Contact(page.channel.name, page.account, address)
