"""The live line of a web chat: one loop takes the visitor's frames, one follows the transcript.

The pages of one visitor, tabs or devices, share the conversation: each shows all of it and may write. So a line takes
nothing from another, and a stolen token shows up in the transcript like everything else.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot.events import Contact
from bot.ports.channel import Malformed
from bot.ports.store import StoreUnavailable
from bot.store import transcript
from bot.texts import t
from bot.web.body import UNREADABLE
from bot.web.frames import accept_frame, counted, head_of, is_kept
from bot.web.lines import LINES, Pace, Spent
from bot.web.shape import shape
from bot.web.site import SITE, ChatPage, Site, language_of, page_of

log = structlog.get_logger()

HELLO_SECONDS = 10
FRAME_BYTES = 64 * 1024
PING_SECONDS = 30  # a line that does not answer within half of it is closed
MOST_LINES = 10  # of one visitor; one more page reads by calls until a line is free
MESSAGES = Pace(per_second=2.0, burst=20)  # 20 in ten seconds; who is faster is read more slowly, so nothing is lost
MARKS = Pace(per_second=20.0, burst=100)  # what nothing is kept of
HISTORY = 50
TYPING_AFTER_SECONDS = 0.4
UNAUTHORISED = 4401


async def socket(request: web.Request) -> web.StreamResponse:
    """`GET /chat/{business}/socket`; the visitor's token comes in the first frame, never in the address."""
    site, page = request.app[SITE], page_of(request)
    line = web.WebSocketResponse(heartbeat=PING_SECONDS, max_msg_size=FRAME_BYTES)
    await line.prepare(request)
    hello = await _hello(line)
    address = page.tokens.address(str(hello.get("token", ""))) if hello else None
    if hello is None or address is None:
        await line.close(code=UNAUTHORISED)
        return line
    contact = Contact(page.channel.name, page.account, address)
    if request.app[LINES].full(contact):
        await line.close(code=WSCloseCode.TRY_AGAIN_LATER)
        return line
    after, language = int(hello.get("after") or 0), language_of(request, page)
    live = Live(site, page, line, contact, after=after, language=language, where=counted(request))
    with request.app[LINES].open(contact), site.hub.page(contact) as bell:
        follower = asyncio.create_task(live.follow(bell))
        try:
            with suppress(ConnectionError):  # the visitor went away while we answered; their page sends it again
                await live.listen()
        finally:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower
    return line


async def _hello(line: web.WebSocketResponse) -> dict[str, Any] | None:
    try:
        first = await line.receive(timeout=HELLO_SECONDS)
        frame = msgspec.json.decode(first.data, type=dict[str, Any]) if first.type is WSMsgType.TEXT else {}
    except (TimeoutError, ConnectionError, *UNREADABLE):
        return None
    return frame if frame.get("type") == "hello" and isinstance(frame.get("after", 0), int) else None


class Live:
    """One open socket of one visitor."""

    def __init__(
        self,
        site: Site,
        page: ChatPage,
        line: web.WebSocketResponse,
        contact: Contact,
        *,
        after: int,
        language: str,
        where: str = "",
    ) -> None:
        self._site, self._page, self._line, self._contact = site, page, line, contact
        self._shown, self._language, self._where = after, language, where
        self._spent = Spent()
        self._typing: asyncio.TimerHandle | None = None

    async def follow(self, bell: asyncio.Event) -> None:
        """Send what is new whenever there is something."""
        try:
            await self._greet()
            while not self._line.closed and not self._site.hub.closing:
                await self._site.hub.wait(bell)
                await self._catch_up()
            await self._line.close(code=WSCloseCode.SERVICE_RESTART)
        except (ConnectionError, StoreUnavailable) as error:
            log.info("a web chat line ended", reason=str(error))
            await self._line.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def _greet(self) -> None:
        business, actor = self._page.business.slug, self._contact.actor
        if self._shown:
            latest, earlier = [], True
        else:
            latest = await self._site.store.read(partial(transcript.before, business, actor, None, HISTORY))
            earlier = len(latest) == HISTORY
        await self._send({"type": "ready", "earlier": earlier})
        for line in latest:
            await self._say(line)
        await self._catch_up()

    async def _catch_up(self) -> None:
        business, actor = self._page.business.slug, self._contact.actor
        while True:
            new = await self._site.store.read(partial(transcript.after, business, actor, self._shown, HISTORY))
            for line in new:
                await self._say(line)
            if len(new) < HISTORY:
                return

    async def _say(self, line: transcript.Line) -> None:
        if line.author != "customer" and self._typing is not None:
            self._typing.cancel()
        await self._send(shape(line, self._page.files))
        self._shown = line.seq

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._line.send_str(msgspec.json.encode(frame).decode())

    async def listen(self) -> None:
        """Take the visitor's frames, in order, until the socket closes."""
        async for message in self._line:
            if message.type is WSMsgType.TEXT:
                await self._take(message)

    async def _take(self, message: WSMessage) -> None:
        head = head_of(message.data)
        await self._in_time(MESSAGES if is_kept(head) else MARKS)
        match head.get("type"):
            case "ping":
                await self._send({"type": "pong"})
            case _ if is_kept(head):
                await self._accept(str(head.get("id", "")), message.data.encode("utf-8", "replace"))
            case _:
                return  # typing and seen marks pass by; nothing is kept of them

    async def _in_time(self, pace: Pace) -> None:
        wait = self._spent.wait(pace, asyncio.get_running_loop().time())
        if wait:
            await asyncio.sleep(wait)

    async def _accept(self, frame_id: str, body: bytes) -> None:
        try:
            accepted, _ = await accept_frame(self._site, self._page, self._contact, body, where=self._where)
        except Malformed:
            text = self._page.words(t("This message cannot be read."), self._language)
            await self._send({"type": "refused", "id": frame_id, "text": text})
            return
        except StoreUnavailable as error:  # the page keeps its frame and sends it again on the next line
            log.warning("a web chat frame could not be written", error=str(error))
            await self._line.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return
        await self._send({"type": "accepted", "id": frame_id, "seq": accepted.seq})
        if self._typing is not None:
            self._typing.cancel()
        self._typing = asyncio.get_running_loop().call_later(TYPING_AFTER_SECONDS, self._show_typing)

    def _show_typing(self) -> None:
        if not self._line.closed:
            task = asyncio.ensure_future(self._send({"type": "typing", "from": "bot"}))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
