"""A messenger, a phone line or a web page through which customers write."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

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
    """The provider took it, under this id; `result` is what else a push gave back."""

    provider_id: str = ""
    result: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; again after this long.

    `scope` says who must wait: this `line`, the whole `account`, or whatever needs the `provider`, which gives no answer.
    """

    after: timedelta
    reason: str
    scope: Literal["line", "account", "provider"] = "line"


@dataclass(frozen=True, slots=True)
class PerhapsSent:
    """No answer came: it may have been taken."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """It will never arrive: `outcome` is `blocked`, `window` or `refused`, and for a room those of `bot.ports.room`.

    `to` is where it should go instead, if the provider said so.
    """

    outcome: str
    reason: str
    to: str = ""


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

    def render(self, message: Message, number: int, replaced: str = "") -> Sequence[Any]:
        """The requests that say this message within the channel's limits, in order; pure. Nothing is cut in silence.

        `number` is the message's in its conversation, which a button's id leads back to. `replaced` is the provider's id
        of the message whose place it takes, empty when it never arrived there.
        """

    async def send(self, contact: Contact, request: Any) -> Outcome:
        """Make one request and say what became of it; raises nothing for what a provider can answer."""


@runtime_checkable
class Showing(Protocol):
    """A channel whose contacts read the transcript itself, so that a message has arrived when it stands there."""

    def wake(self, contact: Contact) -> None:
        """There is something new for this contact; a lost call costs time, no message."""


@runtime_checkable
class Paced(Protocol):
    """A channel whose provider takes only so much from one account."""

    @property
    def per_second(self) -> int:
        """Messages a second over all contacts; 0 for no limit."""


class Provider(Protocol):
    """What stands behind a port and takes pushes: a room where operators sit, a CRM, a payment system."""

    async def push(self, line: str, order: bytes) -> Outcome:
        """Carry out one order, given as JSON; raises nothing for what the provider can answer.

        `line` is the outbox line that the order stands in; its beginning says for whom. An order may be given twice
        when it was perhaps carried out.
        """


Accept = Callable[[Sequence[Envelope]], Awaitable[object]]


class Listener(Protocol):
    """A channel that fetches its deliveries itself, by long polling or over a socket of its own."""

    @property
    def token(self) -> str:
        """What two processes must not listen to at once, named without its secret."""

    @property
    def trouble(self) -> str:
        """What a person must mend so that deliveries come again; empty when nothing. Without secrets."""

    async def listen(self, accept: Accept) -> None:
        """Fetch and accept until cancelled; what was accepted is confirmed to the provider only after that."""


class Fetches(Protocol):
    """A channel whose files lie with the provider."""

    async def fetch(self, name: str) -> bytes | None:
        """The bytes of the file that a `Media` of this channel names; None when it is gone or too large."""
