"""Twilio's REST API as far as calls need it, on loopback: calls, texts, numbers, recordings."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from yarl import URL

from tests.standins.twilio.voice import Refused
from tests.standins.twilio.voice_call import Call, post

ROOT = "/2010-04-01/Accounts/{sid}"
ANSWER_SECONDS = 15.0
CALL_FIELDS = {
    "To", "From", "Url", "Twiml", "ApplicationSid", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback",
    "StatusCallbackEvent", "StatusCallbackMethod", "SendDigits", "Timeout", "TimeLimit", "Record", "MachineDetection",
    "MachineDetectionTimeout", "AsyncAmd", "AsyncAmdStatusCallback", "CallReason", "Trim",
}  # fmt: skip
TEXT_FIELDS = {
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "MediaUrl",
    "StatusCallback",
    "SmartEncoded",
    "ValidityPeriod",
}
TEXT_CHARS = 1600


@dataclass
class Number:
    """A number of the account."""

    number: str
    sid: str = "PN00000000000000000000000000000001"
    voice_url: str = ""
    status_callback: str = ""


@dataclass
class Asked:
    """A call or a text that was asked for."""

    sid: str
    form: list[tuple[str, str]]

    def get(self, name: str) -> str:
        return next((value for each, value in self.form if each == name), "")

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.form if each == name]


@dataclass
class VoiceApi:
    """The account and its one number; start it, stop it. `faults` are what the next requests meet, each once.

    Recordings in `unready` have no sound yet. Without `erases` the key may not erase them; `refused` counts its tries.
    `public` is the address at which Twilio finds us, and `real` where that is in truth.
    """

    token: str = "12345678901234567890123456789012"
    account_sid: str = "AC00000000000000000000000000000001"
    number: Number = field(default_factory=lambda: Number("+37410000000"))
    public: str = "https://chat.example.com"
    real: str = ""
    answer_seconds: float = ANSWER_SECONDS
    calls: list[Asked] = field(default_factory=list)
    texts: list[Asked] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    unready: set[str] = field(default_factory=set)
    erases: bool = True
    refused: int = 0
    faults: list[str | tuple[int, int]] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    refusals: list[Refused] = field(default_factory=list)
    ids: int = 0

    async def start(self) -> "VoiceApi":
        app = web.Application()
        app.router.add_post(f"{ROOT}/Calls.json", self._call)
        app.router.add_post(f"{ROOT}/Messages.json", self._text)
        app.router.add_get(f"{ROOT}/Recordings/{{name}}", self._recording)
        app.router.add_delete(f"{ROOT}/Recordings/{{name}}.json", self._erase)
        app.router.add_get("/2010-04-01/Accounts/{sid}.json", self._account)
        app.router.add_get(f"{ROOT}/IncomingPhoneNumbers.json", self._numbers)
        app.router.add_post(f"{ROOT}/IncomingPhoneNumbers/{{number}}.json", self._change)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        await self.session.close()
        await self._runner.cleanup()

    def next_id(self) -> str:
        """Thirty-two digits that nothing else is called by, the same in every run."""
        self.ids += 1
        return f"{self.ids:032x}"

    def local(self, url: str) -> URL:
        """Where a public address really is."""
        if not url.startswith(self.public):
            raise Refused(11200, f"nobody is at {url[:40]}")
        return URL(self.real + url.removeprefix(self.public), encoded=True)

    async def deliver(self, url: str, form: list[tuple[str, str]], again: str) -> tuple[bytes, str]:
        """Deliver a form to us, signed; what stands behind # in the address says how often it is tried."""
        url, _, overrides = url.partition("#")
        wanted = dict(parse_qsl(overrides))
        tries = 1 + (int(wanted.get("rc", "1")) if "5xx" in wanted.get("rp", "") else 0)
        to = str(self.local(url))
        for left in range(tries - 1, -1, -1):
            try:
                return await post(self.session, self.token, url, to, form, again=again, seconds=self.answer_seconds)
            except Refused as refused:
                self.refusals.append(refused)
                if not left or "answered 5" not in str(refused):
                    raise
        raise AssertionError

    async def rings(self, person: str, **more: Any) -> Call:
        """Somebody calls the number."""
        call = Call(self, f"CA{self.next_id()}", person, self.number.number, **more)
        return await call.begin(self.number.voice_url)

    async def takes(self, asked: Asked, by: str = "human", **more: Any) -> Call:
        """The person who was called takes the phone up, or a machine does."""
        call = Call(self, asked.sid, asked.get("To"), asked.get("From"), "outbound-api", **more)
        call.answered_by = by if asked.get("MachineDetection") else ""
        await self.reports(asked, "in-progress", "answered")
        return await call.begin(asked.get("Url"))

    async def reports(self, asked: Asked, status: str, event: str = "completed") -> None:
        """Tell what became of a call that was asked for, where that was wanted."""
        wanted = asked.all("StatusCallbackEvent") or ["completed"]
        if (url := asked.get("StatusCallback")) and event in wanted:
            await self._report(url, asked.sid, asked.get("From"), asked.get("To"), status, "outbound-api")

    async def text_reports(self, asked: Asked, status: str, code: int = 0) -> None:
        """Tell what became of a text."""
        form = [("MessageSid", asked.sid), ("MessageStatus", status), ("To", asked.get("To")), ("From", asked.get("From")),
                ("AccountSid", self.account_sid), *([("ErrorCode", str(code))] if code else [])]  # fmt: skip
        await self.deliver(asked.get("StatusCallback"), form, self.next_id())

    async def tell_end(self, call: Call) -> None:
        """A call is over."""
        if call.direction == "outbound-api":
            asked = next((each for each in self.calls if each.sid == call.sid), None)
            if asked is not None:
                await self.reports(asked, "completed")
        elif self.number.status_callback:
            await self._report(
                self.number.status_callback, call.sid, call.person, call.number, "completed", "inbound", call.seconds
            )

    async def _report(self, url: str, sid: str, sender: str, to: str, status: str, way: str, seconds: int = 0) -> None:
        form = [
            ("CallSid", sid), ("AccountSid", self.account_sid), ("From", sender), ("To", to), ("CallStatus", status),
            ("Direction", way), ("CallDuration", str(seconds)), ("SequenceNumber", "3"), ("ApiVersion", "2010-04-01"),
            ("CallbackSource", "call-progress-events"), ("Timestamp", "Mon, 23 Nov 2026 10:00:00 +0000"),
        ]  # fmt: skip
        await self.deliver(url, form, self.next_id())

    # Its REST side.

    async def _met(self, request: web.Request) -> web.Response | None:
        """The fault that is laid out for this request, or the refusal of who may not ask."""
        auth, named = request.headers.get("Authorization", ""), f"{self.account_sid}:{self.token}".encode()
        if auth != f"Basic {b64encode(named).decode()}" or request.match_info["sid"] != self.account_sid:
            return _refusal(401, 20003, "Authenticate")
        if not self.faults:
            return None
        fault = self.faults.pop(0)
        if isinstance(fault, tuple):
            return _refusal(*fault, "as it was laid out")
        if fault == "after":
            await _keep(self, request)
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def _call(self, request: web.Request) -> web.Response:
        if (met := await self._met(request)) is not None:
            return met
        form = await _form(request)
        asked = Asked(f"CA{self.next_id()}", form)
        if wrong := _wrong_call(self, asked):
            return _refusal(400, *wrong)
        self.calls.append(asked)
        return web.json_response({"sid": asked.sid, "status": "queued", "to": asked.get("To")}, status=201)

    async def _text(self, request: web.Request) -> web.Response:
        if (met := await self._met(request)) is not None:
            return met
        asked = Asked(f"SM{self.next_id()}", await _form(request))
        if wrong := _wrong_text(self, asked):
            return _refusal(400, *wrong)
        self.texts.append(asked)
        return web.json_response({"sid": asked.sid, "status": "queued"}, status=201)

    async def _recording(self, request: web.Request) -> web.Response:
        """What is known of a recording, or its sound; there is no sound before it is ready."""
        if (met := await self._met(request)) is not None:
            return met
        sid, _, kind = request.match_info["name"].partition(".")
        sound = self.recordings.get(sid)
        if sound is None or (kind == "mp3" and sid in self.unready):
            return _refusal(404, 20404, "The requested resource was not found")
        if kind == "json":
            return web.json_response({"sid": sid, "status": "processing" if sid in self.unready else "completed"})
        return web.Response(body=sound, content_type="audio/mpeg")

    async def _erase(self, request: web.Request) -> web.Response:
        if (met := await self._met(request)) is not None:
            return met
        if not self.erases:
            self.refused += 1
            return _refusal(403, 70051, "The key may not do that")
        if self.recordings.pop(request.match_info["name"], None) is None:
            return _refusal(404, 20404, "The requested resource was not found")
        return web.Response(status=204)

    async def _account(self, request: web.Request) -> web.Response:
        return await self._met(request) or web.json_response({"sid": self.account_sid, "status": "active"})

    async def _numbers(self, request: web.Request) -> web.Response:
        if (met := await self._met(request)) is not None:
            return met
        found = [self.number] if request.query.get("PhoneNumber") in ("", self.number.number) else []
        return web.json_response({"incoming_phone_numbers": [vars(each) for each in found]})

    async def _change(self, request: web.Request) -> web.Response:
        if (met := await self._met(request)) is not None:
            return met
        given = dict(await _form(request))
        self.number.voice_url = given.get("VoiceUrl", self.number.voice_url)
        self.number.status_callback = given.get("StatusCallback", self.number.status_callback)
        return web.json_response(vars(self.number))


def _wrong_call(api: VoiceApi, asked: Asked) -> tuple[int, str] | None:
    if strange := {name for name, _ in asked.form} - CALL_FIELDS:
        return 20001, f"unknown parameters {sorted(strange)}"
    if asked.get("From") != api.number.number:
        return 21210, "From is not verified"
    checks: list[tuple[Callable[[], bool], int, str]] = [
        (lambda: not asked.get("To").startswith("+"), 21211, "To is no number"),
        (lambda: asked.get("To") in api.stopped, 21216, "To is on the block list"),
        (lambda: not asked.get("Url") and not asked.get("Twiml"), 21205, "Url is missing"),
    ]
    return next(((code, why) for wrong, code, why in checks if wrong()), None)


def _wrong_text(api: VoiceApi, asked: Asked) -> tuple[int, str] | None:
    if strange := {name for name, _ in asked.form} - TEXT_FIELDS:
        return 20001, f"unknown parameters {sorted(strange)}"
    if not asked.get("Body"):
        return 21602, "Message body is required"
    if len(asked.get("Body")) > TEXT_CHARS:
        return 21617, "The concatenated message body exceeds the 1600 character limit"
    if asked.get("To") in api.stopped:
        return 21610, "Attempt to send to unsubscribed recipient"
    return None


async def _form(request: web.Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.read()).decode(), keep_blank_values=True)


async def _keep(api: VoiceApi, request: web.Request) -> None:
    """Take what was asked for although the line will break."""
    (api.texts if request.path.endswith("Messages.json") else api.calls).append(Asked("CAkept", await _form(request)))


def _refusal(status: int, code: int, why: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": why, "more_info": more, "status": status}, status=status)
