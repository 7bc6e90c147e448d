"""SMS by Play Mobile, over the stand-in of its broker. It signs nothing: a key stands in the address."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import ClassVar
from xml.sax.saxutils import escape

from bot.ports.channel import Inbound
from tests.contracts.channels.line import Ability, Fault, Line, Shown
from tests.standins.playmobile import LOGIN, PASSWORD, PlayMobileServer
from tests.standins.playmobile.server import Broken

KEY = "a-key-of-our-own-0123456789"
FAULTS: Mapping[Fault, Broken] = {"busy": "busy", "outage": "outage", "break": "drop after"}
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STATUSES = {"sent": "Transmitted", "delivered": "Delivered", "failed": "NotDelivered"}


class PlayMobileLine(Line):
    """Nargiza, in Tashkent."""

    name = "sms_playmobile"
    can: ClassVar[frozenset[Ability]] = frozenset({"proof", "batch", "receipt", "send", "refusing", "doctor"})
    secrets: ClassVar[Mapping[str, str]] = {"password": PASSWORD, "key": KEY}
    settings: ClassVar[Mapping[str, str]] = {"login": LOGIN, "originator": "3700"}
    covers = False
    one_bad_item = True
    echoes = True
    reports = ("sent", "delivered", "failed")
    faults: ClassVar[tuple[Fault, ...]] = ("busy", "outage", "break", "revoked", "refused")
    address = "998901234567"

    async def start(self) -> None:
        self.api = await PlayMobileServer().__aenter__()
        self.channel = self.open(self.api.url)

    async def stop(self) -> None:
        await self.api.__aexit__(None, None, None)

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, {}, url=f"{self.inbound(b'', {}).url}?key={KEY}")

    def _messages(self, texts: Sequence[str], first: int) -> Inbound:
        rows = "".join(
            f'<message id="{n if text else ""}" msisdn="{self.address}" submit-date="2026-11-23 15:00:00">'
            f'<content type="text/plain">{escape(NO_XML.sub(chr(0xFFFD), text))}</content></message>'
            for n, text in enumerate(texts, start=first)
        )
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<sms-request version="1.0">{rows}</sms-request>'
        return self.proved(body.encode())

    def write(self, text: str, number: int) -> Inbound:
        return self._messages([text], number)

    def batch(self, *texts: str) -> Inbound:
        return self._messages(texts, 1)

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        name = f"{self.address}.{message}.{part}.main"
        return self.proved(json.dumps({"messages": [{"message-id": name, "status": STATUSES[state]}]}).encode())

    def samples(self) -> Sequence[Inbound]:
        return [self.write("Salom, мир 😀", 1), self._messages(["one", "two"], 2),
                *(self.receipt(state, "", 7, 1) for state in self.reports)]  # fmt: skip

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        plain = self.inbound(b"", {}).url
        basic = {name: b64encode(name.encode()).decode() for name in (":", f"{LOGIN}:", f":{KEY}x", f"{LOGIN}:{LOGIN}")}
        found = {
            f"Basic {name}": self.inbound(inbound.body, {"authorization": f"Basic {basic[name]}"}) for name in basic
        }
        near = KEY[:12] + "x" * (len(KEY) - 12)
        wrong = ("", "?key=", "?key=another", f"?key={KEY}x", f"?key={near}", f"?key={KEY}&key={KEY}", f"?x={KEY}",
                 "?key=%D5%BD")  # fmt: skip
        for query in wrong:
            found[query] = self.inbound(inbound.body, {}, url=plain + query)
        return found

    @property
    def shown(self) -> Sequence[Shown]:
        return [Shown(each.text) for each in self.api.phones]

    def fails(self, fault: Fault) -> None:
        if fault == "revoked":
            self.api.password = "another"
        elif fault == "refused":
            self.api.codes.append("406")
        else:
            self.api.faults.append(FAULTS[fault])

    def unused(self) -> Sequence[object]:
        return [*self.api.codes, *self.api.faults]
