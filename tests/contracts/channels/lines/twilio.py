"""WhatsApp and SMS by Twilio, over its stand-in."""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode

from bot.ports.channel import Inbound
from tests.contracts.channels.line import DAY, Ability, Fault, Line, Option, Shown
from tests.standins.twilio import ACCOUNT, TOKEN, DropAfter, Outage, Refuse, Seen, TooMany, TwilioServer
from tests.standins.twilio.faults import Fault as TwilioFault
from tests.standins.twilio.settings import SMS_NUMBER, WHATSAPP_NUMBER

HEADER = "x-twilio-signature"


class TwilioLine(Line):
    """What the two share: deliveries are forms, and the address stands in what is signed."""

    proof_header = HEADER
    secrets: ClassVar[Mapping[str, str]] = {"auth_token": TOKEN}
    address = "+37491123456"
    prefix = ""
    ours: str
    blocked: ClassVar[int]
    reports: ClassVar[tuple[str, ...]] = ("delivered", "failed")
    hint_seconds = 30
    echoes = True

    async def start(self) -> None:
        self.api = await TwilioServer(now=lambda: self.clock.now().timestamp()).__aenter__()
        self.template = self.api.template("We expect you at {{1}}.") if self.prefix else ""
        if self.hidden and self.prefix:
            self.address = "AM.13491208655302741918"
        self.channel = self.open(self.api.url)

    async def stop(self) -> None:
        await self.api.__aexit__(None, None, None)

    def meaning(self, body: bytes) -> object:
        return joined(pairs_of(body))

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        plain = self.inbound(body, {}, url=url)
        return self.inbound(body, {HEADER: signature(plain.url, pairs_of(body), TOKEN)}, url=url)

    def _post(self, number: int, *, query: str = "", **more: str) -> Inbound:
        sid = f"SM{number:032x}"
        form = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "NumMedia": "0",
                "From": f"{self.prefix}{self.address}", "To": f"{self.prefix}{self.ours}", "Body": "", "NumSegments": "1",
                "SmsStatus": "received", "ApiVersion": "2010-04-01", "ProfileName": "Nare", "NewAndUnknown": ""}  # fmt: skip
        body = urlencode([*(form | more).items()], errors="replace").encode()
        url = self.inbound(b"", {}).url
        return self.proved(body, url=f"{url}?{query}" if query else url)

    def write(self, text: str, number: int) -> Inbound:
        self.api.heard(f"{self.prefix}{self.address}")
        return self._post(number, Body=text)

    def picture(self, number: int) -> Inbound:
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
        return self._post(number, NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg", Body="my tooth")

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        told = {"failed": "undelivered"}.get(state, state)
        more = {"ErrorCode": "30003"} if state == "failed" else {}
        sid = provider_id if provider_id.startswith("SM") else "SM" + provider_id.encode().hex()
        about = {"MessageSid": sid, "SmsSid": sid}
        who = {"To": f"{self.prefix}{self.address}", "From": f"{self.prefix}{self.ours}"}
        return self._post(0, query=f"m={message}.{part}", **about, **who, MessageStatus=told, SmsStatus=told, **more)

    def samples(self) -> Sequence[Inbound]:
        return [
            self.write("Բարև, мир 😀", 1), self.write("STOP", 2), self.picture(3),
            self._post(4, OptOutType="STOP", Body="STOP"),
            *(self.receipt(state, "x", 7, 1) for state in ("sent", *self.reports)),
        ]  # fmt: skip

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        pairs = pairs_of(inbound.body)
        true = signature(inbound.url, pairs, TOKEN)
        proofs = {
            "half of another": true[:14] + signature(inbound.url, pairs, "another")[14:], "twice": f"{true}, {true}",
            "another": signature(inbound.url, pairs, "another"), "empty": "", "no ASCII": "սեղան",
            "another address": signature(f"{inbound.url}x", pairs, TOKEN),
            "a shared key that nobody gave": signature(inbound.url, pairs, "", "sha256"),
            "nothing but the address": signature(inbound.url, [], TOKEN) if joined(pairs) else "",
        }  # fmt: skip
        wrong: dict[str, dict[str, str]] = {"nothing": {}, **{what: {HEADER: each} for what, each in proofs.items()}}
        settings = {"x-twilio-webhooks-signature-settings": "key=x,algorithm=HMAC_SHA256"}
        wrong["a key of nobody"] = {**settings, HEADER: signature(inbound.url, pairs, "", "sha256")}
        return {what: self.inbound(inbound.body, headers, url=inbound.url) for what, headers in wrong.items()}

    @property
    def shown(self) -> Sequence[Shown]:
        return [shown(each.seen) for each in self.api.messages]

    def fails(self, fault: Fault) -> None:
        found: Mapping[Fault, TwilioFault] = {
            "busy": TooMany(self.hint_seconds), "outage": Outage(), "break": DropAfter(), "revoked": Refuse(20003, 401),
            "blocked": Refuse(self.blocked), "refused": Refuse(21617),
        }  # fmt: skip
        self.api.faults.once("Messages.json", found[fault])

    def unused(self) -> Sequence[object]:
        return self.api.faults.left


class WhatsAppTwilioLine(TwilioLine):
    """Nare, who has just written on WhatsApp."""

    name = "whatsapp_twilio"
    can: ClassVar[frozenset[Ability]] = frozenset(
        {"proof", "press", "picture", "receipt", "send", "refusing", "buttons", "doctor"}
    )
    settings: ClassVar[Mapping[str, str]] = {"account_sid": ACCOUNT, "from": WHATSAPP_NUMBER}
    prefix, ours, blocked = "whatsapp:", WHATSAPP_NUMBER, 63033
    window = human_window = DAY
    reports: ClassVar[tuple[str, ...]] = ("delivered", "read", "failed")

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        label = label or "Yes"
        return self._post(number, MessageType="button", Body=label, ButtonText=label, ButtonPayload=gives)

    def samples(self) -> Sequence[Inbound]:
        return [
            *super().samples(), self.press("5.0", 11),
            self._post(12, MessageType="interactive", Body="10:00", ListId="5.3", ListTitle="10:00"),
            self._post(13, MessageType="location", Latitude="40.1", Longitude="44.5", Label="Nur", Address="Tumanyan"),
            self._post(14, MessageType="interactive", InteractiveData='{"response_json":{"name":"Nare"}}'),
            self._post(15, Body="hi", ReferralSourceId="77", ReferralHeadline="Offer"),
            self._post(16, Body="hi", From="whatsapp:AM.13491208655302741918", ExternalUserId="whatsapp:AM.134912"),
        ]  # fmt: skip


class SmsLine(TwilioLine):
    """Nare, whose phone has no internet."""

    name = "sms_twilio"
    can: ClassVar[frozenset[Ability]] = frozenset({"proof", "picture", "receipt", "send", "refusing", "doctor"})
    settings: ClassVar[Mapping[str, str]] = {"account_sid": ACCOUNT, "from": SMS_NUMBER}
    ours, blocked = SMS_NUMBER, 21610


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form; bytes that are no UTF-8 are kept."""
    text = body.decode("ascii", "surrogateescape")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=1_000_000, errors="surrogateescape")


def joined(pairs: list[tuple[str, str]]) -> str:
    """What is signed of a form: nothing tells where a name ends and its value begins."""
    return "".join(name + value for name, value in sorted(set(pairs)))


def signature(url: str, pairs: list[tuple[str, str]], token: str, kind: str = "sha1") -> str:
    """The address without its fragment, then each name and value once, in order, under the token."""
    whole = f"{url.partition('#')[0]}{joined(pairs)}".encode("utf-8", "surrogateescape")
    return b64encode(hmac.digest(token.encode(), whole, kind)).decode()


def shown(seen: Seen) -> Shown:
    """A message with its buttons or rows."""
    options = tuple(Option(each.label, each.id) for each in seen.options)
    words = [seen.text, *(word for each in seen.options for word in (each.label, each.description)), *seen.media]
    return Shown("\n".join([*words, seen.place]), options, seen.media)
