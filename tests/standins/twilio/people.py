"""Somebody with a phone: what they do becomes the forms that Twilio posts."""

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.standins.twilio.server import TwilioServer

Pairs = list[tuple[str, str]]
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})


class Posted(NamedTuple):
    """One try of a delivery: the status that came back (0: none), and what was answered."""

    url: str
    pairs: Pairs
    status: int
    body: bytes = b""
    kind: str = ""


@dataclass(slots=True)
class Person:
    """Who writes to one of the account's senders. `address` is their phone, with `whatsapp:` before it on WhatsApp."""

    api: "TwilioServer"
    address: str
    to: str
    name: str = "Ani"
    _numbers: count = field(default_factory=lambda: count(1))  # type: ignore[type-arg]

    @property
    def on_whatsapp(self) -> bool:
        return self.address.startswith("whatsapp:")

    def message(self, body: str = "", **more: str) -> Pairs:
        """The form of a message; what is given takes the place of what stands there."""
        sid = self.api.sid("SM")
        form = {
            "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": self.api.account, "From": self.address,
            "To": self.to, "Body": body, "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if self.on_whatsapp:
            bare = self.address.removeprefix("whatsapp:+")
            form |= {"ProfileName": self.name, "WaId": bare, "MessageType": "text"}
        else:
            form |= {"FromCountry": "AM", "FromCity": "", "FromState": "", "FromZip": "", "ToCountry": "US"}
        return list((form | more).items())

    def says(self, body: str) -> Pairs:
        """Words. Twilio keeps the list of those who have opted out of SMS itself."""
        self.api.heard(self.address)
        if not self.on_whatsapp:
            word = body.strip().upper()
            if word in STOP:
                self.api.opted_out.add((self.to, self.address))
            elif word in START:
                self.api.opted_out.discard((self.to, self.address))
        return self.message(body)

    def presses(self, label: str, payload: str) -> Pairs:
        """A button under a message of ours."""
        self.api.heard(self.address)
        more = {"MessageType": "button", "ButtonText": label, "ButtonPayload": payload}
        return self.message(label, **more, OriginalRepliedMessageSid="SM00", OriginalRepliedMessageSender=self.to)

    def picks(self, label: str, row: str) -> Pairs:
        """A row of a list."""
        self.api.heard(self.address)
        return self.message(label, MessageType="interactive", ListId=row, ListTitle=label)

    def sends(self, *files: tuple[bytes, str], body: str = "") -> Pairs:
        """Files, which stay with Twilio."""
        self.api.heard(self.address)
        more = {"NumMedia": str(len(files))} | (
            {"MessageType": files[0][1].partition("/")[0]} if self.on_whatsapp else {}
        )
        for n, (content, mime) in enumerate(files):
            more |= {f"MediaUrl{n}": self.api.keep(content, mime), f"MediaContentType{n}": mime}
        return self.message(body, **more)

    def shows_place(self, latitude: str, longitude: str, label: str = "", address: str = "") -> Pairs:
        """A place on the map."""
        self.api.heard(self.address)
        more = {"MessageType": "location", "Latitude": latitude, "Longitude": longitude}
        return self.message(
            "", **more, **{name: each for name, each in (("Label", label), ("Address", address)) if each}
        )
