"""A chat with a Viber bot, over the stand-in."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.ports.channel import Answer, Inbound
from bot.rendering import named
from tests.contracts.channels.line import Ability, Fault, Line, Option, Shown
from tests.standins.viber import TOKEN, Seen, ViberServer

HEADER = "x-viber-content-signature"
STATUSES: Mapping[Fault, int] = {"busy": 12, "revoked": 2, "blocked": 6, "refused": 3}


class ViberLine(Line):
    """Nare, who is subscribed."""

    name = "viber"
    can: ClassVar[frozenset[Ability]] = frozenset(
        {"proof", "press", "picture", "receipt", "reachable", "send", "refusing", "buttons", "doctor"}
    )
    secrets: ClassVar[Mapping[str, str]] = {"token": TOKEN}
    settings: ClassVar[Mapping[str, str]] = {"name": "Nur Dental"}
    proof_header = HEADER
    address = "01234567890A="

    async def start(self) -> None:
        self.api = await ViberServer().__aenter__()
        self.person = self.api.person(self.address, name="Nare", language="en")
        self.channel = self.open(self.api.url)

    async def stop(self) -> None:
        await self.api.__aexit__(None, None, None)

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, {HEADER: hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()}, url=url)

    def _event(self, event: str, token: int, **fields: Any) -> Inbound:
        head = {"event": event, "timestamp": self.seconds * 1000, "chat_hostname": "SN-CHAT-01_"}
        body = json.dumps({**head, "message_token": token, **fields}, ensure_ascii=False)
        return self.proved(body.encode("utf-8", "surrogatepass"))

    def _message(self, number: int, **message: Any) -> Inbound:
        token = 4912661846655238145 + number
        return self._event("message", token, sender=self.person.as_json(), message=message, silent=False)

    def write(self, text: str, number: int) -> Inbound:
        return self._message(number, type="text", text=text)

    def opens(self, number: int, language: str) -> Inbound:
        who = {**self.person.as_json(), "language": language}
        return self._event("conversation_started", number, type="open", context="", user=who, subscribed=False)

    def answered(self, answer: Answer) -> Shown | None:
        if not answer.body:
            return None
        self.api._show(self.person, "0", json.loads(answer.body))
        return shown(self.person.screen.pop())

    def gives(self, message: int, choice: str) -> str:
        return f"press:{named(message, choice)}"

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        return self._message(number, type="text", text=gives, tracking_data="")

    def picture(self, number: int) -> Inbound:
        about = {"media": "https://dl-media.viber.com/y.jpg", "thumbnail": "https://dl-media.viber.com/t.jpg"}
        return self._message(number, type="picture", text="my tooth", file_name="y.jpg", size=7, **about)

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        more = {"desc": "the keyboard cannot be shown"} if state == "failed" else {}
        event = {"read": "seen"}.get(state, state)
        token = int(provider_id) if provider_id.isdecimal() else int.from_bytes(provider_id.encode())
        return self._event(event, token, user_id=self.address, **more)

    def leaves(self, number: int) -> Inbound:
        return self._event("unsubscribed", number, user_id=self.address)

    def samples(self) -> Sequence[Inbound]:
        who = self.person.as_json()
        return [
            self.write("Բարև, мир 😀", 1), self.press("press:5.0", 2), self.picture(3), self.leaves(4),
            self._message(5, type="contact", contact={"name": "Nare", "phone_number": "+37491123456"}),
            self._message(6, type="location", location={"lat": 40.18, "lon": 44.51}),
            self._message(7, type="video", media="https://dl-media.viber.com/v.mp4", size=10, duration=3),
            self._message(8, type="file", media="https://dl-media.viber.com/f.pdf", size=10, file_name="x.pdf"),
            self._message(9, type="sticker", sticker_id=46105),
            self._message(10, type="url", media="https://example.com/a"),
            self._event("conversation_started", 11, type="open", context="promo_7", user=who, subscribed=False),
            self._event("subscribed", 12, user=who), self._event("webhook", 13),
            *(self.receipt(state, "x", 7) for state in ("delivered", "read", "failed")),
        ]  # fmt: skip

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        another = hmac.new(b"another", inbound.body, hashlib.sha256).hexdigest()
        sha1 = hmac.new(TOKEN.encode(), inbound.body, hashlib.sha1).hexdigest()
        true = hmac.new(TOKEN.encode(), inbound.body, hashlib.sha256).hexdigest()
        proofs = {"another": another, "SHA-1": sha1, "empty": "", "no ASCII": "սեղան", "the token": TOKEN,
                  "half": true[:32], "half of another": true[:32] + another[32:], "longer": f"{true}0"}  # fmt: skip
        wrong: dict[str, dict[str, str]] = {"nothing": {}, **{what: {HEADER: each} for what, each in proofs.items()}}
        return {what: self.inbound(inbound.body, headers) for what, headers in wrong.items()}

    @property
    def shown(self) -> Sequence[Shown]:
        return [shown(each) for each in self.person.screen]

    def fails(self, fault: Fault) -> None:
        if fault in STATUSES:
            self.api.statuses.append(STATUSES[fault])
        else:
            self.api.faults.append("outage" if fault == "outage" else "drop after")

    def unused(self) -> Sequence[object]:
        return [*self.api.statuses, *self.api.faults]


def shown(seen: Seen) -> Shown:
    """A message with its keyboard."""
    options = tuple(Option(label, "" if body == label else body) for label, body in seen.buttons)
    words = [seen.text, *(each.label for each in options), seen.media]
    return Shown("\n".join(words), options, (seen.kind,) if seen.kind in {"picture", "video", "file"} else ())
