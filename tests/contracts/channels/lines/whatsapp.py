"""A chat on WhatsApp with a number of the Cloud API, over the stand-in of Meta."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.ports.channel import Inbound
from integrations.channels.meta.whatsapp.channel import WhatsApp
from tests.contracts.channels.line import DAY, Ability, Fault, Line, Option, Shown
from tests.standins.meta import APP_SECRET, TOKEN, DropAfter, GraphServer, Outage, Refuse
from tests.standins.meta.faults import Fault as MetaFault
from tests.standins.meta.graph import Clock as MetaClock
from tests.standins.meta.whatsapp import ACCOUNT as WABA
from tests.standins.meta.whatsapp import NUMBER, Template, WhatsAppPart
from tests.standins.meta.whatsapp_people import BURST
from tests.standins.meta.whatsapp_people import Shown as Seen

HEADER = "x-hub-signature-256"
VERIFY = "a-token-to-verify"
FAULTS: Mapping[Fault, MetaFault] = {
    "busy": Refuse(130429), "outage": Outage(502), "break": DropAfter(), "revoked": Refuse(190, 401),
    "blocked": Refuse(131026), "refused": Refuse(131009),
}  # fmt: skip


class Following(MetaClock):
    """The stand-in's time is the line's."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def now(self) -> float:
        return self._line.clock.now().timestamp()


def proofs(body: bytes) -> dict[str, str]:
    """The header by which Meta proves a delivery."""
    return {HEADER: "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}


def wrong_proofs(body: bytes) -> dict[str, dict[str, str]]:
    """And such that prove nothing."""
    true = proofs(body)[HEADER]
    another = hmac.new(b"another", body, hashlib.sha256).hexdigest()
    sha1 = hmac.new(APP_SECRET.encode(), body, hashlib.sha1).hexdigest()
    given = {"another": f"sha256={another}", "SHA-1": f"sha1={sha1}", "SHA-1 as 256": f"sha256={sha1}", "empty": "",
             "no name": true.removeprefix("sha256="), "no ASCII": "sha256=սեղան", "half": true[:40],
             "twice": f"{true}, {true}", "half of another": true[:40] + another[33:]}  # fmt: skip
    return {
        "nothing": {},
        "the old header": {"x-hub-signature": f"sha1={sha1}"},
        **{k: {HEADER: v} for k, v in given.items()},
    }


class WhatsAppLine(Line):
    """Nare, who has just written."""

    name = "whatsapp_cloud"
    can: ClassVar[frozenset[Ability]] = frozenset(
        {"proof", "press", "picture", "batch", "receipt", "send", "refusing", "buttons", "doctor", "strangers"}
    )
    secrets: ClassVar[Mapping[str, str]] = {"token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY}
    settings: ClassVar[Mapping[str, str]] = {"phone_number_id": NUMBER, "business_account_id": WABA}
    proof_header = HEADER
    one_bad_item = True
    template = "visit_reminder"
    window = human_window = DAY
    echoes = True
    address = "37491123456"

    async def start(self) -> None:
        self.graph = GraphServer()
        self.graph.clock = Following(self)
        self.part = WhatsAppPart(self.graph)
        self.part.templates.append(Template(self.template, "ru", 1))
        await self.graph.start()
        self.person = self.part.person(self.address, "Nare", hidden=self.hidden)
        self.address = self.person.user_id
        self.public_url = await self.house.start()
        self.open(self.graph.url)
        self.channel = WhatsApp(self.account, self.kit(), now=lambda: self.clock.now().timestamp())
        self.house.channel = self.channel

    async def stop(self) -> None:
        await self.graph.stop()
        await self.house.stop()

    def rests(self) -> None:
        self.person.places, self.person.counted = BURST, 0.0

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, proofs(body), url=url)

    def _body(self, **content: Any) -> Inbound:
        body = self.part.body(self.part.value(people=[self.person], **content))
        return self.proved(json.dumps(body, separators=(",", ":")).encode())

    def _note(self, number: int, kind: str, content: Any, **more: Any) -> dict[str, Any]:
        self.person.heard = self.graph.clock.now()
        who = {"from_user_id": self.person.user_id} | ({} if self.hidden else {"from": self.person.phone})
        note = {**who, "id": f"wamid.A{number}", "timestamp": str(self.seconds), "type": kind, kind: content}
        return note | more

    def write(self, text: str, number: int) -> Inbound:
        return self._body(messages=[self._note(number, "text", {"body": text})])

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        reply = {"type": "button_reply", "button_reply": {"id": gives, "title": label or "Yes"}}
        return self._body(messages=[self._note(number, "interactive", reply)])

    def stranger(self, number: int) -> Inbound:
        return self.proved(self.write("hello", number).body.replace(NUMBER.encode(), b"106540352249999"))

    def picture(self, number: int) -> Inbound:
        image = {"id": "1037543291543636", "mime_type": "image/jpeg", "sha256": "q0H4=", "caption": "my tooth"}
        return self._body(messages=[self._note(number, "image", image)])

    def batch(self, *texts: str) -> Inbound:
        notes = [self._note(n, "text", {"body": text}) for n, text in enumerate(texts, start=1)]
        for note in notes:
            if not note["text"]["body"]:
                note["text"] = {"body": 7}
        return self._body(messages=notes)

    def _status(self, state: str, provider_id: str, mark: str, **more: Any) -> dict[str, Any]:
        who = {"recipient_id": self.person.phone, "recipient_user_id": self.person.user_id}
        return {"id": provider_id, "status": state, "timestamp": str(self.seconds), **who,
                "biz_opaque_callback_data": mark, **more}  # fmt: skip

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        more = {"errors": [{"code": 131026, "title": "Undeliverable"}]} if state == "failed" else {}
        mark = f"{message}.{part}@{self.address}"
        return self._body(statuses=[self._status(state, provider_id, mark, **more)])

    def samples(self) -> Sequence[Inbound]:
        row = {"type": "list_reply", "list_reply": {"id": "5.3", "title": "10:00", "description": "Mon"}}
        flow = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"name":"Nare"}'}}
        order = {"catalog_id": "1", "product_items": [{"product_retailer_id": "a", "quantity": 2}]}
        kinds: list[tuple[str, Any]] = [
            ("interactive", row), ("interactive", flow), ("button", {"text": "Yes", "payload": "5.1"}),
            ("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}), ("order", order),
            ("video", {"id": "2", "mime_type": "video/mp4"}), ("sticker", {"id": "3", "mime_type": "image/webp"}),
            ("document", {"id": "4", "mime_type": "application/pdf", "filename": "x.pdf", "caption": "read"}),
            ("location", {"latitude": 40.1, "longitude": 44.5, "name": "Nur", "address": "Tumanyan"}),
            ("contacts", [{"name": {"formatted_name": "Ani"}, "phones": [{"phone": "+37491123456"}]}]),
            ("reaction", {"message_id": "wamid.O", "emoji": "👍"}), ("unsupported", {}),
            ("system", {"body": "x", "type": "user_changed_number", "wa_id": "37491000000"}),
        ]  # fmt: skip
        notes = [self._note(n, kind, content) for n, (kind, content) in enumerate(kinds, start=10)]
        states = [self._status(state, f"wamid.O{n}", f"7.{n}") for n, state in enumerate(("sent", "delivered", "read"))]
        referral = {"source_id": "77", "source_type": "ad", "headline": "Offer", "ctwa_clid": "x"}
        return [
            self.write("Բարև, мир 😀", 1), self.press("5.0", 2), self.picture(3),
            *(self._body(messages=[note]) for note in notes[3:]), self._body(messages=notes[:3], statuses=states),
            self._body(messages=[self._note(40, "text", {"body": "hi"}, referral=referral)]),
            *(self.receipt(state, "wamid.OUT1", 7, 1) for state in ("sent", "delivered", "read", "failed")),
            self._body(messages=[self._note(n, "text", {"body": f"line {n}"}) for n in range(50, 60)]),
        ]  # fmt: skip

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        return {what: self.inbound(inbound.body, headers) for what, headers in wrong_proofs(inbound.body).items()}

    @property
    def shown(self) -> Sequence[Shown]:
        return [shown(each) for each in self.person.screen]

    def fails(self, fault: Fault) -> None:
        self.graph.faults.once("messages", FAULTS[fault])

    def unused(self) -> Sequence[object]:
        return self.graph.faults.left


def shown(seen: Seen) -> Shown:
    """A message with its buttons or rows, and the place or the address that it names."""
    content, action = seen.fields[seen.kind], seen.fields.get("interactive", {}).get("action", {})
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    found = [(each["reply"]["title"], each["reply"]["id"]) for each in action.get("buttons", [])]
    found += [(row["title"], row["id"]) for row in rows]
    link = action.get("parameters", {})
    words = [seen.words, *(label for label, _ in found), *(row.get("description", "") for row in rows)]
    words += [link.get("display_text", ""), link.get("url", "")]
    if seen.kind == "location":
        words.append(f"{content['latitude']:.6f}, {content['longitude']:.6f}")
    files = (seen.kind,) if seen.kind in {"image", "document", "audio", "video"} else ()
    return Shown("\n".join(words), tuple(Option(*each) for each in found), files)
