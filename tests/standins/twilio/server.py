"""The stand-in itself: all hosts of Twilio in one, behind Basic auth as they are."""

import hmac
import json
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.twilio.contents import Content, read_content
from tests.standins.twilio.delivering import deliver
from tests.standins.twilio.faults import Faults, Outage, OutageAfter, Refuse, TooMany
from tests.standins.twilio.messages import Message, read_message
from tests.standins.twilio.people import Pairs, Person, Posted
from tests.standins.twilio.refusals import Refused
from tests.standins.twilio.settings import Settings

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "12345678901234567890123456789012"
ROOT = "/2010-04-01/Accounts/{account}"
WINDOW_SECONDS = 24 * 3600
OPEN = "/cdn/"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TwilioServer:
    """Twilio on a free port of this machine, with one account; a context manager.

    `now` gives seconds and is what the window of WhatsApp goes by. `more` are routes of others, behind the same door. A
    message on WhatsApp outside the window is taken and fails later with 63016, as it does there; see `report`.
    """

    def __init__(self, *, now: Callable[[], float] = time.time, more: Sequence[web.RouteDef] = ()) -> None:
        self.account, self.token = ACCOUNT, TOKEN
        self.keys: dict[str, str] = {}
        """API keys with their secrets."""
        self.now, self.faults, self.settings = now, Faults(), Settings()
        self.messages: list[Message] = []
        self.contents: dict[str, Content] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self.delivered: list[Posted] = []
        self.asked: list[tuple[str, str]] = []
        """Method and path of every request."""
        self._heard: dict[str, float] = {}
        self._files: dict[str, tuple[bytes, str]] = {}
        self._count = 0
        self._more = tuple(more)
        self.url = ""

    async def __aenter__(self) -> "TwilioServer":
        app = web.Application(middlewares=[self._door])
        app.add_routes([*self._routes(), *self._more])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()
        await self._runner.cleanup()

    # What a test does.

    def person(self, address: str, to: str, name: str = "Ani") -> Person:
        """Somebody with a phone who writes to this sender."""
        return Person(self, address, to, name)

    def sid(self, prefix: str) -> str:
        """A new id."""
        self._count += 1
        return f"{prefix}{self._count:032x}"

    def heard(self, address: str) -> None:
        """Somebody wrote: their window is open."""
        self._heard[address] = self.now()

    def keep(self, content: bytes, mime: str) -> str:
        """Keep a file of a customer; its address."""
        media = self.sid("ME")
        self._files[media] = (content, mime)
        return f"{self.url}{ROOT.format(account=self.account)}/Messages/{self.sid('MM')}/Media/{media}"

    async def deliver(self, url: str, pairs: Pairs, *, fallback: str = "") -> Posted:
        """Deliver a form as Twilio does; gives the last try."""
        tries = await deliver(self.session, url, pairs, self.token, self.sid("RQ"), fallback=fallback)
        self.delivered += tries
        return tries[-1]

    def status(self, message: Message, status: str, code: int = 0) -> Pairs:
        """The form that tells what became of a message."""
        message.status, message.error = status, code
        form = {
            "MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": status, "SmsStatus": status,
            "To": message.to, "From": message.sender, "AccountSid": self.account, "ApiVersion": "2010-04-01",
        } | ({"ErrorCode": str(code)} if code else {})  # fmt: skip
        return list(form.items())

    async def report(self, message: Message, *states: str, code: int = 0) -> list[Posted]:
        """Tell the states of a message, in this order; one that the window was closed to fails."""
        if self._is_late(message):
            states, code = ("failed",), 63016
        pairs = [self.status(message, each, code if each in ("failed", "undelivered") else 0) for each in states]
        return [await self.deliver(message.callback, each) for each in pairs]

    def _is_late(self, message: Message) -> bool:
        if not message.to.startswith("whatsapp:") or message.seen.template:
            return False
        return self.now() - self._heard.get(message.to, float("-inf")) > WINDOW_SECONDS

    # What Twilio does.

    def _routes(self) -> list[web.RouteDef]:
        root = "/2010-04-01/Accounts/" + self.account
        return [
            web.get(f"{root}.json", self.settings.account),
            web.post(f"{root}/Messages.json", self._send),
            web.get(f"{root}/Messages/{{message}}/Media/{{media}}", self._media),
            web.get("/cdn/{media}", self._file),
            web.post("/v1/Content", self._make),
            web.get("/v1/Content/{sid}", self._content),
            web.get("/v1/Content/{sid}/ApprovalRequests", self._approval),
            web.post("/v1/Content/{sid}/ApprovalRequests/whatsapp", self._ask_approval),
            web.get("/v1/ContentAndApprovals", self._approvals),
            *self.settings.routes(root),
        ]

    @web.middleware
    async def _door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        if request.path.startswith(OPEN):
            return await handler(request)
        fault = self.faults.take(request.path)
        if isinstance(fault, Hold):
            await fault.stand()
        try:
            self._must_be_known(request)
            return await self._with(fault, request, handler)
        except Refused as refused:
            headers = {"Retry-After": str(refused.again)} if refused.status == 429 else {}
            return web.json_response(refused.as_json(), status=refused.status, headers=headers)
        except web.HTTPNotFound:
            return web.json_response(Refused(20404, status=404).as_json(), status=404)

    async def _with(self, fault: object, request: web.Request, handler: Handler) -> web.StreamResponse:
        match fault:
            case Refuse(code, status):
                raise Refused(code, status=status)
            case TooMany(seconds):
                raise Refused(20429, status=429, again=seconds)
            case Outage(status):
                return web.Response(status=status, text="<html>Service Unavailable</html>", content_type="text/html")
            case DropBefore():
                return _dropped(request)
        answer = await handler(request)
        match fault:
            case DropAfter():
                return _dropped(request)
            case OutageAfter(status):
                return web.Response(status=status, text="<html>Gateway Timeout</html>", content_type="text/html")
        return answer

    def _must_be_known(self, request: web.Request) -> None:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        known = {self.account: self.token} | self.keys
        if kind == "Basic":
            name, _, secret = b64decode(given).decode().partition(":")
            if hmac.compare_digest(known.get(name, "").encode(), secret.encode()) and secret:
                return
        raise Refused(20003, status=401)

    async def _send(self, request: web.Request) -> web.Response:
        pairs = parse_qsl((await request.read()).decode(), keep_blank_values=True, strict_parsing=True)
        message = read_message(pairs, self.contents, self.settings.senders, self.sid("SM"))
        if (message.sender, message.to) in self.opted_out:
            raise Refused(21610)
        self.messages.append(message)
        return web.json_response(message.as_json(), status=201)

    async def _media(self, request: web.Request) -> web.Response:
        if request.match_info["media"] not in self._files:
            raise Refused(20404, status=404)
        return web.Response(status=307, headers={"Location": f"{OPEN}{request.match_info['media']}"})

    async def _file(self, request: web.Request) -> web.Response:
        content, mime = self._files[request.match_info["media"]]
        return web.Response(body=content, content_type=mime)

    async def _make(self, request: web.Request) -> web.Response:
        content = read_content(json.loads(await request.read()), self.sid("HX"))
        self.contents[content.sid] = content
        return web.json_response(content.as_json(), status=201)

    def _found(self, request: web.Request) -> Content:
        content = self.contents.get(request.match_info["sid"])
        if content is None:
            raise Refused(20404, status=404)
        return content

    async def _content(self, request: web.Request) -> web.Response:
        return web.json_response(self._found(request).as_json())

    async def _approval(self, request: web.Request) -> web.Response:
        content = self._found(request)
        return web.json_response({"sid": content.sid, "whatsapp": content.approved()})

    async def _ask_approval(self, request: web.Request) -> web.Response:
        content, asked = self._found(request), json.loads(await request.read())
        if asked.get("category") not in {"UTILITY", "MARKETING", "AUTHENTICATION"} or not asked.get("name"):
            raise Refused(20001)
        content.approval = "received"
        return web.json_response(content.approved(), status=201)

    async def _approvals(self, _: web.Request) -> web.Response:
        found = [each.as_json() | {"approval_requests": each.approved() or None} for each in self.contents.values()]
        return web.json_response({"contents": found, "meta": {"key": "contents", "page": 0, "next_page_url": None}})

    def template(self, body: str, *, status: str = "approved", samples: dict[str, str] | None = None) -> str:
        """A template that somebody has made in the Console; its id."""
        made: dict[str, Any] = {"friendly_name": "made_by_hand", "language": "ru", "variables": samples or {"1": "10:00"},
                                "types": {"twilio/text": {"body": body}}}  # fmt: skip
        content = read_content(made, self.sid("HX"))
        content.approval = status
        self.contents[content.sid] = content
        return content.sid


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
