"""Where providers deliver: `POST /webhooks/{channel}/{account}`, answered 200 only when it is on disk.

One place for all of them: the size is capped before the body is read, the channel verifies before it looks inside, and
what is authentic but cannot be read is kept in quarantine and answered 200, because a repeat would only come for days.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
import structlog
from aiohttp import web

from bot.ports.channel import Answer, Channel, Delivery, Inbound, Malformed, NotSigned, Subscribing, Told
from bot.ports.clock import micros
from bot.ports.store import StoreUnavailable
from bot.replies import Message
from bot.store import transcript
from bot.store.turned_away import quarantine
from bot.web.body import read_body, too_deep
from bot.web.policy import DELIVERY, Body
from bot.web.rejections import REJECTIONS
from bot.web.site import SITE, Site

log = structlog.get_logger()

decode_messages = msgspec.json.Decoder(list[Message]).decode

RETRY_SECONDS = 5
MOST_SAID = 100  # messages that one answer tells
ROUTE = "/webhooks/{channel}/{account}"


@dataclass(frozen=True, slots=True)
class Hook:
    """Whose deliveries come in at an address, and how large one may be."""

    business: str
    channel: Channel
    takes: Body = DELIVERY


async def take(request: web.Request) -> web.Response:
    """Take one delivery. Who cannot prove who they are learns nothing, also not what is wrong."""
    site = request.app[SITE]
    hook = site.hooks.get((request.match_info["channel"], request.match_info["account"]))
    if hook is None:
        return web.Response(status=404, text="There is nothing here.")
    body = await read_body(request, hook.takes)
    try:
        delivery = hook.channel.receive(_inbound(request, site, hook.business, body))
        if too_deep(body):
            raise Malformed("it is too deep")
        return _answer(await _accept(site, hook.business, delivery))
    except NotSigned:
        return web.Response(status=401, text="Who are you?")
    except Malformed as malformed:
        return await _set_aside(request, hook, body, malformed.sentence)
    except StoreUnavailable:
        return _later()


async def subscribe(request: web.Request) -> web.Response:
    """Answer a provider that asks whether deliveries are wanted here."""
    hook = request.app[SITE].hooks.get((request.match_info["channel"], request.match_info["account"]))
    if hook is None or not isinstance(hook.channel, Subscribing):
        return web.Response(status=404, text="There is nothing here.")
    answer = hook.channel.subscribe(request.query)
    return web.Response(status=403, text="Who are you?") if answer is None else _answer(answer)


async def _accept(site: Site, business: str, delivery: Delivery) -> Answer:
    """Write a delivery down; where its provider waits for what the step says, that is the answer."""
    if delivery.says is None:
        await site.intake.accept(delivery.envelopes)
        return delivery.answer
    told: list[Told] = []
    since = delivery.since
    for envelope in delivery.envelopes:
        accepted, response = await site.intake.answer(envelope, seconds=delivery.seconds)
        if response is None:
            return delivery.answer
        since = accepted.seq if since < 0 else since
        if not delivery.reader:
            said = await _told(site, business, accepted.actor, accepted.seq)
            told = list(_numbered(decode_messages(response), said))
    if delivery.reader:
        told = await _told(site, business, delivery.reader, since)
    return delivery.says(told)


async def _told(site: Site, business: str, actor: str, since: int) -> list[Told]:
    """What we have said in a conversation after number `since`."""
    lines = await site.store.read(partial(transcript.after, business, actor, since, MOST_SAID))
    return [Told(line.seq, line.message) for line in lines if line.author != "customer"]


def _numbered(messages: Sequence[Message], told: Iterable[Told]) -> Iterator[Told]:
    """Those among what was told that one step has said; others may stand between them."""
    wanted = iter(messages)
    message = next(wanted, None)
    for each in told:
        if each.message == message:
            yield each
            message = next(wanted, None)


def _answer(answer: Answer) -> web.Response:
    if not answer.body:
        return web.Response(status=answer.status)
    return web.Response(status=answer.status, body=answer.body, content_type=answer.kind)


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
    url = f"{site.public_url.rstrip('/')}{request.raw_path}"
    return Inbound(business, request.match_info["account"], body, site.clock.now(), headers, url=url)
