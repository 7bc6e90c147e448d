"""A visitor's frames, whichever way they come: over the socket or by calls."""

from typing import Any

import msgspec
from aiohttp import web

from bot.events import Contact
from bot.ports.channel import Inbound
from bot.store.inbox import Accepted
from bot.web.addresses import is_here
from bot.web.body import UNREADABLE
from bot.web.site import ADDRESS, ChatPage, Site

KEPT = {"say", "press", "language", "open"}


def counted(request: web.Request) -> str:
    """The address under which a visitor's messages are counted; none for this machine, where a proxy may stand."""
    address = request[ADDRESS]
    return "" if is_here(address) else address


def head_of(data: str | bytes) -> dict[str, Any]:
    """The frame as a mapping, for a look at its type; one that cannot be read is left to the channel."""
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except UNREADABLE:
        return {"type": "say"}  # the channel reads it its own way, or refuses it with a sentence


def is_kept(head: dict[str, Any]) -> bool:
    """Whether a frame is of a kind that is written down."""
    kind = head.get("type")
    return isinstance(kind, str) and kind in KEPT


async def accept_frame(
    site: Site, page: ChatPage, contact: Contact, body: bytes, *, wait: int = 0, where: str = ""
) -> tuple[Accepted, str | None]:
    """Put a visitor's frame into the inbox and say where it stands; with `wait`, also what was answered within so long.

    `where` is the address that it came from, if those are counted. Raises `Malformed` and `StoreUnavailable`.
    """
    inbound = Inbound(page.business.slug, page.account, body, site.clock.now(), address=contact.address)
    (envelope,) = page.channel.receive(inbound).envelopes
    said = None
    if wait:
        accepted, said = await site.intake.answer(
            msgspec.structs.replace(envelope, answer=True), seconds=wait, address=where
        )
    else:
        (accepted,) = await site.intake.accept([envelope], address=where)
    site.hub.wake(contact)
    return accepted, said
