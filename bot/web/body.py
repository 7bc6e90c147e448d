"""Reads a request's body within limits, and says whether JSON is deeper than anybody needs.

The limits are held while the body arrives, so what is refused was never in memory and holds no connection.
"""

import asyncio
from array import array
from itertools import accumulate
from typing import TypeVar

import msgspec
from aiohttp import web

from bot.web.policy import DEPTH, KIB, UNTYPED, Body

T = TypeVar("T")
B = TypeVar("B", bytes, bytearray)

BODY = web.RequestKey("body", bytes)
SLOWEST = KIB  # bytes a second
GRACE_SECONDS = 8.0
UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
"""What the decoder raises: a `ValueError` is for broken characters."""
NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'[]{}"')
PIECE = 8192
STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # as signed bytes: one level down, one level up


async def read_body(request: web.Request, wanted: Body) -> bytes:
    """The body; raises 413, 415, and 408 after hanging up on who is slower than `SLOWEST` or `wanted.seconds`."""
    _must_be_taken(request, wanted)
    if request.content.is_eof():  # it came together with its head, as nearly all do
        return _within(request.content.read_nowait(), wanted.most)
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(began + min(GRACE_SECONDS, wanted.seconds)) as limit:
            return await _gather(request, wanted.most, limit, began + wanted.seconds)
    except TimeoutError:
        request.protocol.force_close()  # an answer would have to wait for the rest of the body
        raise web.HTTPRequestTimeout from None


async def _gather(request: web.Request, most: int, limit: asyncio.Timeout, ends: float) -> bytes:
    """Read on; every kilobyte that comes puts the limit off by a second, up to the end."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        _within(body, most)
        if (when := limit.when()) is not None:
            limit.reschedule(min(ends, when + len(chunk) / SLOWEST))
    return bytes(body)


def _within(body: B, most: int) -> B:
    if len(body) > most:
        raise web.HTTPRequestEntityTooLarge(most, len(body), text="This is too much at once.")
    return body


def _must_be_taken(request: web.Request, wanted: Body) -> None:
    """Look at what the head says of the body."""
    if (request.content_length or 0) > wanted.most:
        raise web.HTTPRequestEntityTooLarge(wanted.most, text="This is too much at once.")
    if "Content-Encoding" in request.headers:  # a little of it can become a lot
        raise web.HTTPUnsupportedMediaType(text="A compressed body is not taken.")
    if wanted.kinds and request.body_exists:
        kind = request.headers.get("Content-Type", UNTYPED).partition(";")[0].strip().lower()
        if not any(kind == each or (each.endswith("/") and kind.startswith(each)) for each in wanted.kinds):
            raise web.HTTPUnsupportedMediaType(text="A body of this kind is not taken here.")


def decoded(body: bytes, kind: type[T]) -> T:
    """The JSON of a body as such a type; raises 400 for whatever cannot be read so."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        raise web.HTTPBadRequest(text="The body cannot be read.") from error


def too_deep(body: bytes) -> bool:
    """Whether JSON has more than `DEPTH` levels of brackets. Nearly all have fewer brackets altogether.

    A megabyte of nothing but brackets costs some fifty milliseconds, unless it is too deep, which shows at once.
    """
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return False
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NOT_STRUCTURE)
    brackets = b"".join(plain.split(b'"')[::2]).translate(STEPS)
    level = 0
    for start in range(0, len(brackets), PIECE):
        *levels, level = accumulate(array("b", brackets[start : start + PIECE]), initial=level)
        if max(levels) > DEPTH:
            return True
    return level > DEPTH
