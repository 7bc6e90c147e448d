"""A messenger, a phone line or a web page through which customers write."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

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

    `address` is set when the way in has already proved who writes (a web chat's token). `url` is the address as the
    provider was given it, with its query.
    """

    business: str
    account: str
    body: bytes
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a delivery is answered with once it is accepted."""

    body: bytes = b""
    kind: str = "application/json"
    status: int = 200


class Told(NamedTuple):
    """A message of ours with its number in the conversation."""

    number: int
    message: Message


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery holds: events, oldest first, and its answer once they are accepted.

    With `says` the provider waits for what the step says: an event that has `answer` set is the only one, and its messages
    become the answer. `answer` is the one that holds it up when they are not there within `seconds`; whoever asks again
    then gets them. With `reader` it becomes all that we have said to them after number `since` (-1: after the event), so
    there may be no event.
    """

    envelopes: Sequence[Envelope] = ()
    answer: Answer = Answer()
    says: Callable[[Sequence[Told]], Answer] | None = None
    seconds: float = 10.0
    reader: str = ""
    since: int = 0


class WindowClosed(Exception):
    """The customer has been silent for too long to be written to like this; the text says what may be said instead."""


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

    def receive(self, inbound: Inbound) -> Delivery:
        """Read one delivery; pure.

        It may hold many events or none. The proof is checked over the raw body before looking inside: raises
        `NotSigned`, then `Malformed`.
        """

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Any]:
        """The requests that say this message within the channel's limits, in order; pure. Nothing is cut in silence.

        `number` is the message's in its conversation, which a button's id leads back to. `replaced` is the provider's id
        of the message whose place it takes, empty when it never arrived there. `silence` is how long ago the customer
        last did something, for a channel that is `Windowed`; None when they never did. Such a channel raises
        `WindowClosed`.
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


@runtime_checkable
class Windowed(Protocol):
    """A channel on which we may write freely for a while only after the customer's last word; see `Channel.render`."""

    @property
    def window(self) -> timedelta:
        """How long."""


@runtime_checkable
class Attended(Protocol):
    """A `Windowed` channel on which what a person writes may leave for longer than what the bot says."""

    @property
    def human_window(self) -> timedelta:
        """How long a person may answer after the customer's last word."""


@runtime_checkable
class Varied(Protocol):
    """A `Windowed` channel on which only some contacts can no longer be written to after a while."""

    def is_windowed(self, contact: Contact) -> bool:
        """Whether this one is; `Channel.render` hears of the silence of no other."""


def is_windowed(channel: object, contact: Contact) -> bool:
    """Whether this contact may be written to freely only for a while after their last word."""
    return isinstance(channel, Windowed) and (not isinstance(channel, Varied) or channel.is_windowed(contact))


def human_window(channel: object, contact: Contact) -> timedelta | None:
    """How long a person may answer this contact freely after their last word; None for as long as they like."""
    if not isinstance(channel, Windowed) or not is_windowed(channel, contact):
        return None
    return channel.human_window if isinstance(channel, Attended) else channel.window


@runtime_checkable
class Tracking(Protocol):
    """A channel whose provider tells later what became of a message; it comes in as a `Receipt`."""

    @property
    def tracks(self) -> bool:
        """Whether it does."""


@runtime_checkable
class Troubled(Protocol):
    """A channel that knows whether its provider refuses the account."""

    @property
    def trouble(self) -> str:
        """What a person must mend so that messages leave again; empty when nothing. Without secrets."""


@runtime_checkable
class Subscribing(Protocol):
    """A channel whose provider asks by GET whether deliveries are wanted here."""

    def subscribe(self, query: Mapping[str, str]) -> Answer | None:
        """The answer to a subscription that we have asked for; None for any other."""


@runtime_checkable
class Provider(Protocol):
    """What stands behind a port and takes pushes: a room where operators sit, a CRM, a payment system."""

    async def push(self, line: str, order: bytes) -> Outcome:
        """Carry out one order, given as JSON; raises nothing for what the provider can answer.

        `line` is the outbox line that the order stands in; its beginning says for whom. An order may be given twice
        when it was perhaps carried out.
        """


@runtime_checkable
class Hosting(Protocol):
    """A channel in whose groups operators sit; as a `Provider` it takes the orders for them."""

    @property
    def rooms(self) -> Sequence[str]:
        """The actors of these groups, e.g. `staff/telegram/main/-1001`."""


Accept = Callable[[Sequence[Envelope]], Awaitable[object]]


@runtime_checkable
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


@runtime_checkable
class Closes(Protocol):
    """A channel that holds lines to its provider."""

    async def close(self) -> None:
        """Hang up; safe to call twice."""


@runtime_checkable
class Fetches(Protocol):
    """A channel whose files lie with the provider."""

    async def fetch(self, name: str) -> bytes | None:
        """The bytes of the file that a `Media` of this channel names; None when it is gone or too large.

        Raises `bot.ports.files.NotFetched`, `again`, when it cannot be had now.
        """


@runtime_checkable
class Erases(Protocol):
    """A channel that `Fetches` and whose provider erases a file when it is told to."""

    async def erase(self, name: str) -> bool:
        """Whether the provider has the file no more; False when it is to be told again later."""


@runtime_checkable
class Confides(Protocol):
    """A channel that `Fetches` and some of whose files are for the staff alone; it is written down who opens one."""

    def confides(self, name: str) -> bool:
        """Whether the file of this name is such a one."""


@runtime_checkable
class Fleeting(Protocol):
    """A channel that `Fetches` and whose provider forgets a file after a while: it is fetched and kept when it comes."""

    @property
    def files_last(self) -> timedelta:
        """For how long it is worth trying to fetch one."""


def files_last(channel: object) -> timedelta | None:
    """For how long it is worth trying to fetch a file of this channel; None where it lies there for good, or none does."""
    return channel.files_last if isinstance(channel, Fleeting) else None
