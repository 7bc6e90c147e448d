"""Where providers deliver: `POST /webhooks/{channel}/{account}`, answered 200 only when it is on disk.

One place for all of them: the size is capped before the body is read, the channel verifies before it looks inside, and
what is authentic but cannot be read is kept in quarantine and answered 200, because a repeat would only come for days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from aiohttp import web

from bot.events import Envelope
from bot.ports.channel import Inbound, Malformed, NotSigned
from bot.ports.clock import micros
from bot.ports.store import StoreUnavailable
from bot.store.turned_away import quarantine
from bot.web.body import read_body, too_deep
from bot.web.policy import DELIVERY, Body
from bot.web.rejections import REJECTIONS
from bot.web.site import SITE, Site

log = structlog.get_logger()

RETRY_SECONDS = 5
JSON = "application/json"
ROUTE = "/webhooks/{channel}/{account}"


class Delivered(Protocol):
    """A channel whose deliveries come here."""

    def deliver(self, inbound: Inbound) -> tuple[Sequence[Envelope], bytes]:
        """The events of a delivery and the body to answer it with, perhaps empty; raises as `Channel.receive`."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Whose deliveries come in at an address, and how large one may be."""

    business: str
    channel: Delivered
    takes: Body = DELIVERY


async def take(request: web.Request) -> web.Response:
    """Take one delivery. Who cannot prove who they are learns nothing, also not what is wrong."""
    site = request.app[SITE]
    hook = site.hooks.get((request.match_info["channel"], request.match_info["account"]))
    if hook is None:
        return web.Response(status=404, text="There is nothing here.")
    body = await read_body(request, hook.takes)
    try:
        envelopes, answer = hook.channel.deliver(_inbound(request, site, hook.business, body))
        if too_deep(body):
            raise Malformed("it is too deep")
        await site.intake.accept(envelopes)
    except NotSigned:
        return web.Response(status=401, text="Who are you?")
    except Malformed as malformed:
        return await _set_aside(request, hook, body, malformed.sentence)
    except StoreUnavailable:
        return _later()
    return web.Response(body=answer, content_type=JSON) if answer else web.Response()


async def _set_aside(request: web.Request, hook: Hook, body: bytes, reason: str) -> web.Response:
    """Keep what is theirs and cannot be read; it will not get better, so it is answered for."""
    site, names = request.app[SITE], request.match_info
    account = f"{names['channel']}/{names['account']}"
    script = partial(quarantine, hook.business, account, reason, body, micros(site.clock.now()))
    try:
        await site.store.run(script)
    except StoreUnavailable:
        return _later()
    log.warning("a delivery cannot be read", account=account, reason=reason, size=len(body))
    request.app[REJECTIONS].note("quarantined", route=ROUTE, business=hook.business, account=account)
    return web.Response()


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _inbound(request: web.Request, site: Site, business: str, body: bytes) -> Inbound:
    """A delivery as it arrived; the values of a header that came twice stand side by side, so that they match nothing."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return Inbound(business, request.match_info["account"], body, site.clock.now(), headers)
