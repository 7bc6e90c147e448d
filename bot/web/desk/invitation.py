"""How the first owner gets in: an address that the process says at its start, good until a login exists.

It is made from the business's secret, so every process of the house says the same one and knows it again, and nothing
has to be kept.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from functools import partial

from bot.records.sessions import anybody
from bot.web.site import ChatPage, Site
from bot.web.tokens import secret_of


async def token_of(site: Site, business: str) -> str:
    """The one-time token of a business."""
    secret = await secret_of(site.store, business)
    return urlsafe_b64encode(hmac.digest(secret.encode(), b"desk/welcome", "sha256")[:24]).decode()


async def invited(site: Site, token: str) -> ChatPage | None:
    """The business whose first owner holds this token; None when it is none, or somebody has a login already."""
    for slug, page in site.pages.items():
        right = hmac.compare_digest(token.encode("utf-8", "replace"), (await token_of(site, slug)).encode())
        if right and not await site.store.read(partial(anybody, slug)):
            return page
    return None


async def invitations(site: Site) -> AsyncIterator[tuple[str, str]]:
    """For every business the path of its desk, and the path where its first owner begins (empty: there is one)."""
    for slug in site.pages:
        known = await site.store.read(partial(anybody, slug))
        yield f"/desk/{slug}", "" if known else f"/desk/welcome/{await token_of(site, slug)}"
