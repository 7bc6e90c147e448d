"""The stand-in over HTTP: `POST /broker-api/send` with Basic authorization; messages as XML and reports as JSON back.

It answers as the broker's clients have it: «Request is received», or 400 with `error-code` and `error-description`.
"""

import asyncio
import json
from base64 import b64encode
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self
from xml.sax.saxutils import escape, quoteattr

import aiohttp
from aiohttp import web

from tests.standins.playmobile.checking import DESCRIPTIONS, Refused, check

LOGIN, PASSWORD = "salon", "pa$$-of-the-salon"
Broken = Literal["outage", "gateway", "busy", "hang", "drop", "drop after"]
Status = Literal["Transmitted", "Delivered", "NotDelivered", "Rejected", "Expired", "Failed"]


class Sms(NamedTuple):
    """A text message that arrived on a phone."""

    recipient: str
    id: str
    originator: str
    text: str


def messages_xml(*messages: tuple[str, str, str]) -> bytes:
    """Incoming messages as the broker delivers them: of each its id, the number it came from, and its words."""
    rows = "".join(
        f'<message id={quoteattr(id_)} msisdn={quoteattr(phone)} submit-date="2026-11-21 17:00:00">'
        f'<content type="text/plain">{escape(text)}</content></message>'
        for id_, phone, text in messages
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sms-request version="1.0">{rows}</sms-request>'.encode()


def reports_json(*reports: tuple[str, str]) -> bytes:
    """Reports as the broker delivers them: of each our id of the message, and the word for what became of it."""
    rows = [
        {"message-id": id_, "channel": "sms", "status": status, "status-date": "2026-11-21 17:00:05"}
        for id_, status in reports
    ]
    return json.dumps({"messages": rows}).encode()


class PlayMobileServer:
    """The broker on a free port of this machine; `api.url` takes the place of its address.

    `codes` and `faults` are met by the next requests, one each; what was not met is left in them.
    """

    def __init__(self) -> None:
        self.login, self.password, self.url = LOGIN, PASSWORD, ""
        self.phones: list[Sms] = []
        self.requests: list[Any] = []
        self.codes: deque[str] = deque()
        self.faults: deque[Broken] = deque()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/broker-api/send", self._send)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def deliver(self, url: str, bodies: Sequence[bytes], *, doubled: bool = False) -> list[int]:
        """Post deliveries to an address in this order, each twice when `doubled`; the statuses of the answers."""
        statuses = []
        async with aiohttp.ClientSession() as session:
            for body in (each for each in bodies for _ in range(2 if doubled else 1)):
                kind = "text/xml" if body.startswith(b"<") else "application/json"
                async with session.post(url, data=body, headers={"Content-Type": kind}) as answer:
                    statuses.append(answer.status)
        return statuses

    async def _send(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and fault != "drop after":
            return await self._break(request, fault)
        answer = self._answer(request.headers.get("Authorization", ""), body)
        if fault is not None:
            return await self._break(request, fault)
        return answer

    def _answer(self, authorization: str, body: bytes) -> web.Response:
        named = b64encode(f"{self.login}:{self.password}".encode()).decode()
        if authorization != f"Basic {named}":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="broker"'}, text="Unauthorized")
        try:
            if self.codes:
                raise Refused(self.codes.popleft())
            fields = json.loads(body)
            self.requests.append(fields)
            for each in check(fields):
                sms = each["sms"]
                self.phones.append(
                    Sms(each["recipient"], each["message-id"], sms["originator"], sms["content"]["text"])
                )
        except (Refused, ValueError) as error:
            code = error.code if isinstance(error, Refused) else "101"
            refusal = {"error-code": int(code), "error-description": DESCRIPTIONS[code]}
            return web.json_response(refusal, status=400)
        return web.Response(text="Request is received")

    async def _break(self, request: web.Request, fault: Broken) -> web.StreamResponse:
        match fault:
            case "outage":
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            case "gateway":
                return web.Response(status=504)
            case "busy":
                return web.Response(status=429)
            case "hang":
                await self._released.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
