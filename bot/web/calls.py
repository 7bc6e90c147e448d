"""The calls behind the chat page: a token, the transcript, frames where no socket opens, pictures."""

from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from bot.events import Contact, Media
from bot.ports.channel import Malformed
from bot.records.media import sniff
from bot.replies import Message
from bot.store import transcript
from bot.texts import Wording, t
from bot.web.body import BODY, UNREADABLE, decoded
from bot.web.files import served
from bot.web.frames import accept_frame, counted, head_of, is_kept
from bot.web.policy import PICTURE_BYTES
from bot.web.shape import shape, told
from bot.web.site import SITE, ChatPage, language_of, page_of
from bot.web.visitor import CONTACT

PAGE = 50
LONGEST_WAIT = 25  # seconds; proxies give up after 30


def refusal(request: web.Request, page: ChatPage, status: int, wording: Wording) -> web.Response:
    """An answer that says no in the visitor's language."""
    return web.json_response({"text": page.words(wording, language_of(request, page))}, status=status)


async def session(request: web.Request) -> web.Response:
    """`POST /chat/{business}/session`: a token for a new visitor, and the greeting on its way."""
    site, page, wish = request.app[SITE], page_of(request), decoded(request[BODY] or b"{}", dict[str, Any])
    where, floods = counted(request), site.intake.floods
    if where and floods is not None and not floods.admits(where):
        return refusal(request, page, 429, t("We cannot take messages for a moment. Please try again."))
    language = str(wish.get("language", ""))
    language = language if language in page.business.languages else language_of(request, page)
    token = page.tokens.issue()
    contact = Contact(page.channel.name, page.account, page.tokens.address(token) or "")
    source = str(wish.get("page", ""))[:500]
    opening = msgspec.json.encode({"type": "open", "id": "open", "language": language, "page": source})
    await accept_frame(site, page, contact, opening, where=where)
    return web.json_response({"token": token, "language": language}, status=201)


async def read(request: web.Request) -> web.Response:
    """`GET /chat/{business}/messages?after=12` or `?before=5`: what follows, or an older page."""
    site, page = request.app[SITE], page_of(request)
    actor, business = request[CONTACT].actor, page.business.slug
    older = "before" in request.query
    number = number_of(request, "before" if older else "after")
    if older or not number:
        script = partial(transcript.before, business, actor, number if older else None, PAGE)
    else:
        script = partial(transcript.after, business, actor, number, PAGE)
    found = await site.store.read(script)
    earlier = (older or not number) and len(found) == PAGE
    return web.json_response({"messages": [shape(line, page.files) for line in found], "earlier": earlier})


async def write(request: web.Request) -> web.Response:
    """`POST /chat/{business}/messages`: one frame, answered when it is on disk.

    With `?wait=10` the answer holds what the bot said to it, if that came within so many seconds; what comes later is
    in the transcript as ever. A repeat gets the same answer again.
    """
    page, body = page_of(request), request[BODY]
    if not is_kept(head_of(body)):  # pictures have a call of their own, which stores them first
        return refusal(request, page, 400, t("This message cannot be read."))
    return await _accept(request, page, body, wait=min(number_of(request, "wait"), LONGEST_WAIT))


async def picture(request: web.Request) -> web.Response:
    """`POST /chat/{business}/images`: raw bytes of a picture; recognised by its content, kept under a random name."""
    page = page_of(request)
    try:
        kept = await keep_picture(request)
    except Refused as refused:
        return refusal(request, page, refused.status, refused.wording)
    frame = {"type": "picture", "id": request.headers.get("X-Client-Id", ""), "media": kept}
    return await _accept(request, page, msgspec.json.encode(frame))


class Refused(Exception):
    """A picture is not taken, with the sentence that says why."""

    def __init__(self, status: int, wording: Wording) -> None:
        super().__init__(status)
        self.status, self.wording = status, wording


async def keep_picture(request: web.Request) -> Media:
    """Keep the picture that a request's body is; raises `Refused`."""
    body = request[BODY]
    mime = sniff(body)
    if mime is None:
        raise Refused(415, t("Please send a picture: PNG, JPEG, WebP or GIF."))
    if len(body) > PICTURE_BYTES:
        raise Refused(413, t("This picture is too large: at most 10 MB."))
    try:
        return Media("image", await request.app[SITE].media.put(body, mime), mime)
    except OSError as error:
        raise Refused(503, t("We cannot take messages for a moment. Please try again.")) from error


async def media(request: web.Request) -> web.Response:
    """`GET /media/{name}`: a file under its unguessable name; never run, never sniffed."""
    try:
        stored = await request.app[SITE].media.get(request.match_info["name"])
    except OSError as error:
        raise web.HTTPServiceUnavailable(text="Files cannot be read for a moment.") from error
    if stored is None:
        raise web.HTTPNotFound(text="There is no such file.")
    return served(stored)


async def _accept(request: web.Request, page: ChatPage, body: bytes, *, wait: int = 0) -> web.Response:
    site, contact = request.app[SITE], request[CONTACT]
    try:
        accepted, said = await accept_frame(site, page, contact, body, wait=wait, where=counted(request))
    except Malformed:
        return refusal(request, page, 400, t("This message cannot be read."))
    answer: dict[str, Any] = {"id": request.headers.get("X-Client-Id") or _id(body), "seq": accepted.seq}
    if said is not None:
        answer["messages"] = [told(message, page.files) for message in msgspec.json.decode(said, type=list[Message])]
    return web.json_response(answer, status=202)


def _id(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body, type=dict[str, Any]).get("id", ""))
    except UNREADABLE:
        return ""


def number_of(request: web.Request, name: str) -> int:
    """A number of the query, 0 without it; raises 400 for what is none."""
    value = request.query.get(name, "0")
    if not value.isdecimal() or len(value) > 18:
        raise web.HTTPBadRequest(text=f"{name} is a number.")
    return int(value)
