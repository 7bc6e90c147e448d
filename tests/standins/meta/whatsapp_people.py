"""People who use WhatsApp: what they write becomes a delivery, what is written to them stands on their screen."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.standins.meta.wire import Json

if TYPE_CHECKING:
    from tests.standins.meta.whatsapp import WhatsAppPart

WINDOW_SECONDS = timedelta(hours=24).total_seconds()
BURST = 45
PAIR_SECONDS = 6.0


@dataclass(slots=True)
class Shown:
    """A message on a person's screen. `words` is its text, body or caption; `options` are what can be pressed, by label."""

    id: str
    kind: str
    fields: Json
    mark: str = ""

    @property
    def words(self) -> str:
        """What can be read of it."""
        content = self.fields[self.kind]
        match self.kind:
            case "text":
                return str(content["body"])
            case "interactive":
                return str(content["body"]["text"])
            case "template":
                values = [each["text"] for one in content.get("components", []) for each in one["parameters"]]
                return " ".join([content["name"], *values])
        return str(content.get("caption", ""))

    @property
    def options(self) -> dict[str, str]:
        """Labels, and what each gives back."""
        action = self.fields.get("interactive", {}).get("action", {})
        buttons = {each["reply"]["title"]: each["reply"]["id"] for each in action.get("buttons", [])}
        rows = {row["title"]: row["id"] for each in action.get("sections", []) for row in each["rows"]}
        return buttons | rows


@dataclass(eq=False)
class Person:
    """A person with a phone and an id that is theirs with this business. With `hidden` their phone is not told."""

    whatsapp: "WhatsAppPart"
    phone: str
    user_id: str
    name: str
    username: str = ""
    hidden: bool = False
    reachable: bool = True
    wants_marketing: bool = True
    heard: float | None = None
    screen: list[Shown] = field(default_factory=list)
    places: float = BURST
    counted: float = 0.0

    @property
    def open(self) -> bool:
        """Whether they may be written to freely."""
        return self.heard is not None and self.whatsapp.graph.clock.now() - self.heard < WINDOW_SECONDS

    def take_place(self) -> bool:
        """Whether one more message may go to them now: one in six seconds, and forty-five ahead."""
        now = self.whatsapp.graph.clock.now()
        self.places = min(BURST, self.places + (now - self.counted) / PAIR_SECONDS) if self.counted else BURST
        self.counted = now
        if self.places < 1:
            return False
        self.places -= 1
        return True

    def contact(self) -> Json:
        """Who they are, beside their messages."""
        profile = {"name": self.name} | ({"username": f"@{self.username}"} if self.username else {})
        told = {} if self.hidden else {"wa_id": self.phone}
        return {"profile": profile, **told, "user_id": self.user_id}

    def message(self, kind: str, content: Any, **more: Any) -> Json:
        """A message of theirs, as it stands in a delivery; from now on they may be written to for a day."""
        now = self.whatsapp.graph.clock.now()
        self.heard = now
        who = {} if self.hidden else {"from": self.phone}
        made = {**who, "from_user_id": self.user_id, "id": self.whatsapp.new_id(), "timestamp": str(int(now))}
        return made | {"type": kind, kind: content} | more

    async def says(self, text: str) -> Json:
        """Write words."""
        return await self._send(self.message("text", {"body": text}))

    async def presses(self, label: str) -> Json:
        """Press a button, or choose a row, of the newest message that has it."""
        shown = next(each for each in reversed(self.screen) if label in each.options)
        kind = "button_reply" if shown.fields["interactive"]["type"] == "button" else "list_reply"
        reply = {"type": kind, kind: {"id": shown.options[label], "title": label}}
        context = {"from": self.whatsapp.display, "id": shown.id}
        return await self._send(self.message("interactive", reply, context=context))

    async def sends(self, kind: str, content: bytes, mime: str, **more: str) -> Json:
        """Send a file; `more` are its caption and its name."""
        file = self.whatsapp.keep(content, mime, inbound=True)
        return await self._send(self.message(kind, {"id": file.id, "mime_type": mime, "sha256": file.sha256, **more}))

    async def _send(self, message: Json) -> Json:
        await self.whatsapp.deliver(self.whatsapp.value(messages=[message], people=[self]))
        return message
