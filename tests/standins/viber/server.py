"""The stand-in over HTTP: `/pa/<method>` as Viber has it, with the result in `status` of an answer 200.

The events that its people cause can be had as plain objects (`event`, `message`) or delivered (`deliveries`).
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from aiohttp import web

from tests.standins.viber.checking import Refused, check, shows
from tests.standins.viber.delivering import Deliveries, Reply

TOKEN = "0000aaaa1111bbbb-2222cccc3333dddd-4444eeee5555ffff"
FIRST_TOKEN = 5741311803571721087  # beyond what a double holds whole
MILLISECONDS = 1767225600000
BODY_BYTES = 1024 * 1024

Broken = Literal["outage", "gateway", "page", "hang", "drop", "drop after", "garbled after"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on a customer's screen: its kind, words, address, and the buttons with what they give back."""

    token: str
    kind: str
    text: str
    media: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    shares_phone: bool = False


@dataclass(slots=True)
class Customer:
    """Somebody with Viber; `tracked` is what their phone sends along, as the last message to them had it."""

    id: str
    name: str = "Ani"
    language: str = "hy"
    subscribed: bool = False
    tracked: str = ""
    screen: list[Seen] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As Viber describes them."""
        return {
            "id": self.id, "name": self.name, "avatar": "https://media.example/y.jpg", "country": "AM",
            "language": self.language, "api_version": 10,
        }  # fmt: skip


class ViberServer:
    """Viber on a free port of this machine, with one bot of the token `TOKEN`.

    `async with ViberServer() as api:` runs it while the block lasts; `api.url` takes the place of
    `https://chatapi.viber.com`, and `api.house` is where on this machine the https addresses of webhooks lead.
    `statuses` and `faults` are met by the next messages, one each; what was not met is left in them. `calls` has
    everything that was asked.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token, self.url = token, ""
        self.people: dict[str, Customer] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.statuses: deque[int] = deque()
        self.faults: deque[Broken] = deque()
        self.webhook = ""
        self.event_types: list[str] = []
        self.deliveries = Deliveries(token)
        self.account_status = 0
        self.house = ""
        self._next = FIRST_TOKEN
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_post("/pa/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        await self.deliveries.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def person(self, id: str = "01234567890A=", **more: Any) -> Customer:  # noqa: A002  as Viber names it
        """Somebody with Viber, subscribed already unless it is said otherwise."""
        return self.people.setdefault(id, Customer(id, **{"subscribed": True, **more}))

    # What people do, as events.

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """An event with a token of its own, unless one is given."""
        head = {"event": name, "timestamp": MILLISECONDS, "chat_hostname": "SN-CHAT-01_"}
        return {**head, "message_token": self.another_token(), **fields}

    def message(self, who: Customer, **message: Any) -> dict[str, Any]:
        """Somebody's message, which also subscribes them."""
        who.subscribed = True
        sent = {"tracking_data": who.tracked, **message}
        return self.event("message", sender=who.as_json(), message=sent, silent=False)

    def press(self, who: Customer, label: str) -> dict[str, Any]:
        """Somebody presses a button of the last keyboard on their screen: its body comes as their text."""
        under = next(each for each in reversed(who.screen) if each.buttons)
        body = next(body for text, body in under.buttons if text == label)
        return self.message(who, type="text", text=body)

    async def opens(self, who: Customer, context: str = "") -> Reply:
        """Somebody opens the chat; the answer to the event is what they are welcomed with."""
        more = {"context": context} if context else {}
        event = self.event("conversation_started", type="open", user=who.as_json(), subscribed=who.subscribed, **more)
        reply = await self.deliveries.insist(event)
        if reply.body:
            welcome = json.loads(reply.body)
            check(welcome, len(reply.body), receiver=False)
            self._show(who, str(event["message_token"]), welcome)
        return reply

    def receipt(self, state: Literal["delivered", "seen", "failed"], who: Customer, token: str) -> dict[str, Any]:
        """What became of a message of the bot's."""
        more = {"desc": "the keyboard cannot be shown"} if state == "failed" else {}
        return self.event(state, message_token=int(token), user_id=who.id, **more)

    def leave(self, who: Customer) -> dict[str, Any]:
        """Somebody unsubscribes."""
        who.subscribed = False
        return self.event("unsubscribed", user_id=who.id)

    def another_token(self) -> int:
        """A token that nothing has yet."""
        self._next += 1
        return self._next

    # What the bot asks for.

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await request.read()
        fault = self.faults.popleft() if self.faults and method == "send_message" else None
        if fault is not None and not fault.endswith("after"):
            return await self._break(request, fault)
        answer = await self._answer(method, request.headers.get("X-Viber-Auth-Token", ""), body)
        if fault is not None:
            return await self._break(request, fault)
        return web.json_response(answer)

    async def _break(self, request: web.Request, fault: Broken) -> web.StreamResponse:
        match fault:
            case "outage":
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            case "gateway":
                return web.Response(status=504)
            case "page" | "garbled after":
                return web.Response(text="<html>Hello</html>", content_type="text/html")
            case "hang":
                await self._released.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _answer(self, method: str, token: str, body: bytes) -> dict[str, Any]:
        try:
            fields = json.loads(body)
        except ValueError:
            return _no(3, "badData")
        self.calls.append((method, fields))
        if (token or fields.get("auth_token")) != self.token:
            return _no(2, "invalidAuthToken")
        if self.account_status:
            return _no(self.account_status, "account")
        match method:
            case "send_message":
                return self._send(fields, len(body))
            case "set_webhook":
                return await self._set_webhook(fields)
            case "get_account_info":
                webhook = {"webhook": self.webhook, "event_types": self.event_types} if self.webhook else {}
                return _yes(id="pa:1", name="Salon", uri="salon", subscribers_count=len(self.people), **webhook)
        return _no(3, "there is no such method")

    def _send(self, message: dict[str, Any], size: int) -> dict[str, Any]:
        status = self.statuses.popleft() if self.statuses else 0
        if status:
            return _no(status, "refused")
        try:
            check(message, size)
        except Refused as refused:
            return _no(refused.status, refused.sentence)
        who = self.people.get(message["receiver"])
        if who is None:
            return _no(5, "receiverNotRegistered")
        if not who.subscribed:
            return _no(6, "receiverNotSubscribed")
        token = self.another_token()
        self._show(who, str(token), message)
        return _yes(message_token=token, billing_status=1)

    async def _set_webhook(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Viber tries the address before it says yes."""
        url = fields.get("url")
        if not isinstance(url, str) or not url.startswith("https://"):
            return _no(1, "invalidUrl")
        self.deliveries.url = f"{self.house}{urlsplit(url).path}"
        reply = await self.deliveries.post(self.event("webhook"))
        if reply.status != 200:
            return _no(1, "the webhook did not answer 200")
        self.webhook, self.event_types = url, list(fields.get("event_types", []))
        return _yes(event_types=self.event_types)

    def _show(self, who: Customer, token: str, message: dict[str, Any]) -> None:
        keyboard = message.get("keyboard", {"Buttons": []})
        labels = shows(keyboard)
        kinds = [each.get("ActionType", "reply") for each in keyboard["Buttons"]]
        bodies = [each["ActionBody"] for each in keyboard["Buttons"]]
        buttons = tuple(
            (label, body) for label, body, kind in zip(labels, bodies, kinds, strict=True) if kind == "reply"
        )
        text, media = message.get("text", ""), message.get("media", "")
        if "location" in message:
            text = f"{message['location']['lat']}, {message['location']['lon']}"
        who.tracked = message.get("tracking_data", "")
        who.screen.append(Seen(token, message["type"], text, media, buttons, "share-phone" in kinds))


def _yes(**more: Any) -> dict[str, Any]:
    return {"status": 0, "status_message": "ok", "chat_hostname": "SN-CHAT-01_", **more}


def _no(status: int, sentence: str) -> dict[str, Any]:
    return {"status": status, "status_message": sentence, "chat_hostname": "SN-CHAT-01_"}
