"""A messenger, a phone line or a web page through which customers write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.events import Contact, Envelope
from bot.replies import Message


class NotSigned(Exception):
    """The delivery does not carry the proof that it comes from the provider."""


class Malformed(Exception):
    """The delivery is authentic but cannot be understood; `sentence` may be shown to who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Inbound:
    """One delivery as it arrived: the raw body, what came with it, and when.

    `address` is set when the way in has already proved who writes (a web chat's token).
    """

    business: str
    account: str
    body: bytes
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it, under this id."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; again after this long."""

    after: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class PerhapsSent:
    """No answer came: it may have been taken."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """It will never arrive: `outcome` is `blocked`, `window` or `refused`."""

    outcome: str
    reason: str


Outcome = Sent | Retry | PerhapsSent | Undeliverable


class Channel(Protocol):
    """One channel of one business; a provider's folder implements it."""

    @property
    def name(self) -> str:
        """Its key in the limits table, e.g. `webchat`."""

    def receive(self, inbound: Inbound) -> Sequence[Envelope]:
        """Give every event of one delivery, oldest first; pure.

        A delivery may hold many events or none. The proof is checked over the raw body before looking inside: raises
        `NotSigned`, then `Malformed`.
        """

    def render(self, message: Message) -> Sequence[Any]:
        """The requests that say this message within the channel's limits, in order; pure. Nothing is cut in silence."""

    async def send(self, contact: Contact, request: Any) -> Outcome:
        """Make one request and say what became of it; raises nothing for what a provider can answer."""
