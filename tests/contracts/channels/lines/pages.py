"""A chat with a page on Messenger, and one with the Instagram account that belongs to it, over the stand-in of Meta."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.ports.channel import Inbound
from tests.contracts.channels.line import DAY, Ability, Fault, Line, Option, Shown
from tests.contracts.channels.lines.whatsapp import HEADER, VERIFY, Following, proofs, wrong_proofs
from tests.standins.meta import APP_ID, APP_SECRET, TOKEN, DropAfter, GraphServer, Outage, Refuse
from tests.standins.meta.faults import Fault as MetaFault
from tests.standins.meta.pages import INSTAGRAM_ID, PAGE_ID, Page

FAULTS: Mapping[Fault, MetaFault] = {
    "busy": Refuse(613), "outage": Outage(502), "break": DropAfter(), "revoked": Refuse(190, 401),
    "blocked": Refuse(551, subcode=1545041), "refused": Refuse(100),
}  # fmt: skip
PHOTO = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/1.jpg"}}


class MessengerLine(Line):
    """Nare, who has just written."""

    name = "messenger"
    can: ClassVar[frozenset[Ability]] = frozenset(
        {"proof", "press", "picture", "batch", "receipt", "send", "refusing", "buttons", "doctor", "strangers"}
    )
    secrets: ClassVar[Mapping[str, str]] = {"token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY}
    settings: ClassVar[Mapping[str, str]] = {"page_id": PAGE_ID, "app_id": APP_ID}
    proof_header = HEADER
    one_bad_item = True
    reports: ClassVar[tuple[str, ...]] = ("delivered", "read")
    window, human_window = DAY, 7 * DAY
    echoes = True
    object_, owner = "page", PAGE_ID
    address = "2002"

    async def start(self) -> None:
        self.graph = GraphServer()
        self.graph.clock = Following(self)
        self.page = Page(self.graph, self.name)
        await self.graph.start()
        self.person = self.page.person("Nare", phone="+37491123456")
        assert self.person.id == self.address
        self.public_url = await self.house.start()
        self.channel = self.open(self.graph.url)

    async def stop(self) -> None:
        await self.graph.stop()
        await self.house.stop()

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, proofs(body), url=url)

    def _body(self, *items: dict[str, Any], kind: str = "messaging") -> Inbound:
        entries = [{"id": self.owner, "time": self.seconds * 1000, kind: [each]} for each in items]
        return self.proved(json.dumps({"object": self.object_, "entry": entries}, separators=(",", ":")).encode())

    def _item(self, **what: Any) -> dict[str, Any]:
        self.person.heard_at = self.graph.clock.now()
        who = {"sender": {"id": self.address}, "recipient": {"id": self.owner}}
        return {**who, "timestamp": self.seconds * 1000, **what}

    def _note(self, number: int, **message: Any) -> dict[str, Any]:
        return self._item(message={"mid": f"m_{number}", **message})

    def write(self, text: str, number: int) -> Inbound:
        return self._body(self._note(number, text=text))

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        return self._body(self._note(number, text=label or "Yes", quick_reply={"payload": gives}))

    def stranger(self, number: int) -> Inbound:
        return self.proved(self.write("hello", number).body.replace(f'"{self.owner}"'.encode(), b'"99999"'))

    def picture(self, number: int) -> Inbound:
        return self._body(self._note(number, attachments=[PHOTO]))

    def batch(self, *texts: str) -> Inbound:
        return self._body(*(self._note(n, text=each or 7) for n, each in enumerate(texts, start=1)))

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        watermark = self.seconds * 1000
        told: dict[str, Any] = {"watermark": watermark}
        if state == "delivered":
            told["mids"] = [provider_id]
        return self._body(self._item(**{{"delivered": "delivery", "read": "read"}[state]: told}))

    def samples(self) -> Sequence[Inbound]:
        place = {"type": "location", "payload": {"coordinates": {"lat": 40.1, "long": 44.5}}}
        link = {"type": "fallback", "title": "A page", "payload": {"url": "https://example.com/a"}}
        kinds = ("video", "audio", "file")
        others = [{"type": kind, "payload": {"url": f"https://scontent.fbcdn.net/{kind}"}} for kind in kinds]
        referral = {"ref": "promo_7", "source": "SHORTLINK", "type": "OPEN_THREAD"}
        value = {"item": "comment", "verb": "add", "comment_id": "1001_5_6", "post_id": "1001_5", "message": "price?",
                 "from": {"id": "3003", "name": "Bea"}, "created_time": self.seconds}  # fmt: skip
        return [
            self.write("Բարև, мир 😀", 1), self.press("5.0", 2, label="Yes"), self.picture(3),
            self._body(self._note(4, attachments=[place])), self._body(self._note(5, attachments=[link])),
            *(self._body(self._note(n, attachments=[each])) for n, each in enumerate(others, start=6)),
            self._body(self._item(postback={"mid": "m_20", "title": "Start", "payload": "GET_STARTED",
                                            "referral": referral})),
            self._body(self._item(referral=referral)), self._body(self._note(21, is_deleted=True)),
            self._body(self._item(pass_thread_control={"new_owner_app_id": "123", "metadata": "x"})),
            self._body({**self._note(22, text="ours", is_echo=True, app_id=int(APP_ID)), "sender": {"id": self.owner},
                        "recipient": {"id": self.address}}),
            self._body(self._note(23, text="aside"), kind="standby"),
            self._body({"field": "feed", "value": value}, kind="changes"),
            *(self.receipt(state, "m_O", 7) for state in self.reports),
            self._body(*(self._note(n, text=f"line {n}") for n in range(50, 60))),
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


class InstagramLine(MessengerLine):
    """Nare, who has just written there."""

    name = "instagram"
    settings: ClassVar[Mapping[str, str]] = {"instagram_id": INSTAGRAM_ID, "page_id": PAGE_ID, "app_id": APP_ID}
    object_, owner = "instagram", INSTAGRAM_ID
    reports: ClassVar[tuple[str, ...]] = ("read",)

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        return self._body(self._item(read={"mid": provider_id}))

    def samples(self) -> Sequence[Inbound]:
        story = {"type": "story_mention", "payload": {"url": "https://scontent.cdninstagram.com/s.jpg"}}
        value = {"id": "179", "text": "price?", "from": {"id": "3003", "username": "bea"}, "media": {"id": "18"}}
        return [*super().samples(), self._body(self._note(30, attachments=[story])),
                self._body(self._note(31, text="nice", reply_to={"story": {"id": "1", "url": "https://x"}})),
                self._body({"field": "comments", "value": value}, kind="changes")]  # fmt: skip


def shown(message: dict[str, Any]) -> Shown:
    """A message with its quick replies or buttons."""
    attachment = message.get("attachment", {})
    payload = attachment.get("payload", {})
    replies = [each for each in message.get("quick_replies", ()) if each["content_type"] == "text"]
    options = [Option(each["title"], each["payload"]) for each in replies]
    buttons = payload.get("buttons", ())
    options += [Option(each["title"], each["payload"]) for each in buttons if each["type"] == "postback"]
    words = [
        message.get("text", ""),
        payload.get("text", ""),
        *(each.label for each in options),
        payload.get("url", ""),
    ]
    words += [word for each in buttons if each["type"] == "web_url" for word in (each["title"], each["url"])]
    files = (attachment["type"],) if attachment.get("type") in {"image", "video", "audio", "file"} else ()
    return Shown("\n".join(words), tuple(options), files)
