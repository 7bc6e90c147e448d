"""A clinic on a channel that takes free words for a day only, and people's words for as long as `human` says."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.business.templates import OwnTemplate, Templates, Twin
from bot.events import Contact, RoomPressed, RoomSaid
from bot.ports.channel import Channel, Outcome, Provider, WindowClosed
from bot.replies import Act, Message
from bot.runtime import Tenant
from bot.testing import Mouthpiece, Talk
from bot.testing.talk import ROOM
from bot.texts import Localized
from handlers import ACTORS, ROUTES

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the clinic
CHANNEL = "whatsapp_cloud"


class Strict(Mouthpiece):
    """Says nothing but templates after a day; `left` is what left, and as what."""

    window = human_window = DAY

    def __init__(self, outcomes: Sequence[Outcome] = ()) -> None:
        super().__init__(CHANNEL, outcomes)
        self.out: asyncio.Queue[str] = asyncio.Queue()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Message]:
        if silence is not None and silence < (self.human_window if message.author else self.window):
            return [Message(message.text)]
        if message.template is None:
            raise WindowClosed("only a template")
        return [Message("", template=message.template)]

    async def send(self, contact: Contact, request: Message) -> Outcome:
        """Keep it, and tell who waits for it."""
        outcome = await super().send(contact, request)
        self.out.put_nowait(_written(request))
        return outcome

    @property
    def left(self) -> list[str]:
        """Each a text, or a template's name, language and values."""
        return [_written(message) for _, message in self.sent]


class Patient(Strict):
    """Lets people answer for a week."""

    human_window = 7 * DAY


def _written(message: Message) -> str:
    form = message.template
    return message.text if form is None else f"{form.names[CHANNEL]}/{form.language}: {' · '.join(form.values)}"


class Late(Talk):
    """A talk on such a channel."""

    channel: Strict
    kind: type[Strict] = Strict

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        return Contact(CHANNEL, "test", address), self.kind(outcomes), ROOM, self.room

    def card(self) -> str:
        """The card as it reads now."""
        return self.room.texts(next(reversed(self.room.topics)))[0]

    def told(self) -> tuple[str, list[str]]:
        """The newest message in the topic, and the labels of its buttons."""
        _, message = next(reversed(self.room.posts.values()))
        return message.text, [choice.label for choice in message.choices]

    def writes(self, text: str) -> str:
        """An operator writes in the topic; the message's id."""
        number, topic = f"8{len(self.room.orders):03}", next(reversed(self.room.topics))
        self.happens(RoomSaid(number, "7", "Ani", text, topic), actor=ROOM)
        return number

    def changes(self, number: str, text: str) -> None:
        """The operator changes that message."""
        topic = next(reversed(self.room.topics))
        self.happens(RoomSaid(number, "7", "Ani", text, topic, edited=True), actor=ROOM)

    def press(self, label: str) -> None:
        """An operator presses the newest button of this label in the room."""
        for number, (_, message) in reversed(self.room.posts.items()):
            for choice in message.choices:
                if choice.label == label and isinstance(choice.means, Act):
                    pressed = RoomPressed(number, "7", "Ani", f"{choice.means.name}:{choice.means.about}")
                    self.happens(pressed, actor=ROOM)
                    return
        raise LookupError(label)


class PatientLate(Late):
    """A talk where people may answer for a week."""

    kind = Patient


def with_templates(clinic: Tenant, *, twins: Iterable[str] = (), own: Iterable[str] = ()) -> Tenant:
    """A clinic that has had templates approved: twins of these kinds, and of its own `moved` and `hello`."""
    names, languages = {CHANNEL: "words"}, ("ru", "en")
    twin = Twin.model_construct(names=names, languages=languages, values=("text",))
    moved = OwnTemplate.model_construct(
        names={CHANNEL: "visit_moved"}, languages=languages, values=("firm", "day", "time"),
        label=Localized({"en": "Visit moved", "ru": "Визит перенесён"}),
        text=Localized({"en": "{{1}}: your visit is now on {{2}} at {{3}}.", "ru": "{{1}}: визит {{2}} в {{3}}."}),
    )  # fmt: skip
    hello = OwnTemplate.model_construct(
        names={CHANNEL: "hello"}, languages=("en",), values=(), label=None, text=Localized({"en": "Are you there?"})
    )
    known = {"moved": moved, "hello": hello}
    templates = Templates().model_copy(
        update={**dict.fromkeys(twins, twin), "own": {name: known[name] for name in own}}
    )
    return replace(clinic, business=clinic.business.model_copy(update={"templates": templates}))


def late_talk(clinic: Tenant, kind: type[Late] = Late) -> Late:
    """Somebody who writes to it on a Monday morning."""
    return kind(clinic, ROUTES, now=MONDAY, language="en", actors=ACTORS)
