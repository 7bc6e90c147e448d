"""Fakes that stand at the ports; everything behind the ports is the real thing."""

from collections.abc import Sequence
from datetime import timedelta

from bot.events import Contact
from bot.ports.channel import Delivery, Inbound, Outcome, Sent
from bot.ports.media import Stored
from bot.replies import Message


class Mouthpiece:
    """A channel without limits that keeps what was said, in order. `outcomes` are given out first, then all is sent."""

    def __init__(self, name: str = "webchat", outcomes: Sequence[Outcome] = ()) -> None:
        self._name = name
        self._outcomes = list(outcomes)
        self.sent: list[tuple[Contact, Message]] = []

    @property
    def name(self) -> str:
        """The channel that it stands for."""
        return self._name

    def receive(self, inbound: Inbound) -> Delivery:
        """Nothing arrives through it: tests put events into the intake."""
        del inbound
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Message]:
        """The message itself."""
        return (message,)

    async def send(self, contact: Contact, request: Message) -> Outcome:
        """Keep it, unless another outcome is due."""
        outcome = self._outcomes.pop(0) if self._outcomes else Sent()
        if isinstance(outcome, Sent):
            self.sent.append((contact, request))
        return outcome


class MemoryMedia:
    """A media store in memory."""

    def __init__(self) -> None:
        self.files: dict[str, Stored] = {}

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        """Keep it under a number, or under its stem."""
        name = f"{stem or len(self.files)}.bin"
        self.files[name] = Stored(body, mime)
        return name

    async def get(self, name: str) -> Stored | None:
        """What was put."""
        return self.files.get(name)

    async def find(self, stem: str) -> Stored | None:
        """What was put with this stem."""
        return self.files.get(f"{stem}.bin")
