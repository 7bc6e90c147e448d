"""What is set up at Twilio: the account, its numbers, its short codes, its services and its WhatsApp senders."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.standins.twilio.refusals import Refused

NUMBER_FIELDS = frozenset({"SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod", "VoiceUrl", "VoiceMethod",
                           "VoiceFallbackUrl", "VoiceFallbackMethod", "StatusCallback", "StatusCallbackMethod"})  # fmt: skip
SERVICE_FIELDS = frozenset({"InboundRequestUrl", "InboundMethod", "FallbackUrl", "FallbackMethod", "StatusCallback",
                            "UseInboundWebhookOnNumber"})  # fmt: skip
HOOK_FIELDS = frozenset({"callback_url", "callback_method", "fallback_url", "fallback_method", "status_callback_url",
                         "status_callback_method"})  # fmt: skip
WHATSAPP_NUMBER = "+37410000000"
SMS_NUMBER = "+15017122661"
SHORT_CODE = "12345"
SERVICE = "MG" + "0" * 31 + "9"


@dataclass
class Settings:
    """One account's. `names` are alphanumeric senders, which need no setting up."""

    state: dict[str, Any] = field(default_factory=lambda: {"status": "active", "type": "Full"})
    numbers: dict[str, dict[str, Any]] = field(default_factory=lambda: {
        "PN01": {"sid": "PN01", "phone_number": SMS_NUMBER, "sms_url": "https://demo.twilio.com/welcome/sms/reply/"}
    })  # fmt: skip
    codes: dict[str, dict[str, Any]] = field(default_factory=lambda: {
        "SC01": {"sid": "SC01", "short_code": SHORT_CODE, "sms_url": ""}
    })  # fmt: skip
    services: dict[str, dict[str, Any]] = field(default_factory=lambda: {
        SERVICE: {"sid": SERVICE, "inbound_request_url": None, "use_inbound_webhook_on_number": False}
    })  # fmt: skip
    whatsapp: dict[str, dict[str, Any]] = field(default_factory=lambda: {
        "XE01": {"sid": "XE01", "sender_id": f"whatsapp:{WHATSAPP_NUMBER}", "status": "ONLINE", "webhook": None}
    })  # fmt: skip
    names: set[str] = field(default_factory=lambda: {"Clinic"})

    @property
    def senders(self) -> set[str]:
        """Whom a message may be from."""
        numbers = {each["phone_number"] for each in self.numbers.values()}
        codes = {each["short_code"] for each in self.codes.values()}
        return (
            numbers | codes | set(self.services) | {each["sender_id"] for each in self.whatsapp.values()} | self.names
        )

    def routes(self, root: str) -> list[web.RouteDef]:
        """Their routes."""
        return [
            web.get(f"{root}/IncomingPhoneNumbers.json", self._numbers),
            web.post(f"{root}/IncomingPhoneNumbers/{{sid}}.json", self._set_number),
            web.get(f"{root}/SMS/ShortCodes.json", self._codes),
            web.post(f"{root}/SMS/ShortCodes/{{sid}}.json", self._set_code),
            web.get("/v1/Services/{sid}", self._service),
            web.post("/v1/Services/{sid}", self._set_service),
            web.get("/v2/Channels/Senders", self._senders),
            web.post("/v2/Channels/Senders/{sid}", self._set_sender),
        ]

    async def account(self, _: web.Request) -> web.Response:
        """The account itself."""
        return web.json_response({"friendly_name": "Clinic", **self.state})

    async def _numbers(self, request: web.Request) -> web.Response:
        wanted = request.query.get("PhoneNumber")
        found = [each for each in self.numbers.values() if wanted in (None, each["phone_number"])]
        return web.json_response({"incoming_phone_numbers": found, "page": 0})

    async def _codes(self, request: web.Request) -> web.Response:
        wanted = request.query.get("ShortCode")
        found = [each for each in self.codes.values() if wanted in (None, each["short_code"])]
        return web.json_response({"short_codes": found, "page": 0})

    async def _set_number(self, request: web.Request) -> web.Response:
        return await _set(request, self.numbers, NUMBER_FIELDS)

    async def _set_code(self, request: web.Request) -> web.Response:
        return await _set(request, self.codes, NUMBER_FIELDS)

    async def _service(self, request: web.Request) -> web.Response:
        return web.json_response(_known(self.services, request))

    async def _set_service(self, request: web.Request) -> web.Response:
        return await _set(request, self.services, SERVICE_FIELDS)

    async def _senders(self, request: web.Request) -> web.Response:
        if request.query.get("Channel") != "whatsapp":
            raise Refused(20001)
        return web.json_response({"senders": list(self.whatsapp.values()), "meta": {"key": "senders", "page": 0}})

    async def _set_sender(self, request: web.Request) -> web.Response:
        found, asked = _known(self.whatsapp, request), json.loads(await request.read())
        if set(asked) != {"webhook"} or set(asked["webhook"]) - HOOK_FIELDS:
            raise Refused(20001)
        found["webhook"] = (found["webhook"] or {}) | asked["webhook"]
        return web.json_response(found, status=202)


def _known(those: dict[str, dict[str, Any]], request: web.Request) -> dict[str, Any]:
    if request.match_info["sid"] not in those:
        raise Refused(20404, status=404)
    return those[request.match_info["sid"]]


async def _set(request: web.Request, those: dict[str, dict[str, Any]], known: frozenset[str]) -> web.Response:
    """Change some fields, whose names in an answer are written otherwise."""
    found = _known(those, request)
    given = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    if set(given) - known:
        raise Refused(20001)
    for name, value in given.items():
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
        found[snake] = value == "true" if value in ("true", "false") else value
    return web.json_response(found)
