"""Where providers deliver: `POST /webhooks/{channel}/{account}`, answered 200 only when it is on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from bot.events import Envelope
from bot.ports.channel import Inbound, Malformed, NotSigned
from bot.ports.store import StoreUnavailable
from bot.web.site import SITE, Site

log = structlog.get_logger()

BODY_BYTES = 1024 * 1024
RETRY_SECONDS = 5
JSON = "application/json"


class Delivered(Protocol):
    """A channel whose deliveries come here."""

    def deliver(self, inbound: Inbound) -> tuple[Sequence[Envelope], bytes]:
        """The events of a delivery and the body to answer it with, perhaps empty; raises as `Channel.receive`."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Whose deliveries come in at an address."""

    business: str
    channel: Delivered


async def take(request: web.Request) -> web.Response:
    """Take one delivery. Who cannot prove who they are learns nothing, also not what is wrong."""
    site = request.app[SITE]
    account = request.match_info["account"]
    hook = site.hooks.get((request.match_info["channel"], account))
    if hook is None:
        return web.Response(status=404, text="There is nothing here.")
    body = await _body(request)
    if body is None:
        return web.Response(status=413, text="This is too much at once.")
    try:
        envelopes, answer = hook.channel.deliver(_inbound(request, site, hook.business, body))
        await site.intake.accept(envelopes)
    except NotSigned:
        return web.Response(status=401, text="Who are you?")
    except Malformed as malformed:  # it is theirs and will not get better: a repeat would only come for days
        log.warning("a delivery cannot be read", path=request.path, reason=malformed.sentence)
        return web.Response()
    except StoreUnavailable:
        return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return web.Response(body=answer, content_type=JSON) if answer else web.Response()


def _inbound(request: web.Request, site: Site, business: str, body: bytes) -> Inbound:
    """A delivery as it arrived; the values of a header that came twice stand side by side, so that they match nothing."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return Inbound(business, request.match_info["account"], body, site.clock.now(), headers)


async def _body(request: web.Request) -> bytes | None:
    """The body; None for one that is too long, of which no more is read than shows it."""
    if (request.content_length or 0) > BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)
