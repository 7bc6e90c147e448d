"""What can happen to an actor.

Whoever things happen to has a durable inbox, and an *event* is one entry of it. Channels, timers, providers and
other actors all speak through this one tagged union, so the router has one kind of thing to look at.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

LIVE = 0
RELAY = 1
REMINDER = 2
BROADCAST = 3
"""Lanes, most urgent first; an event or a message of a lower lane never waits for one of a higher."""


class Contact(msgspec.Struct, frozen=True):
    """An address on one account of a channel: a chat id, a phone, a web visitor."""

    channel: str
    account: str
    address: str

    @property
    def actor(self) -> str:
        """The key of the conversation with this contact; stable for ever."""
        return f"{self.channel}/{self.account}/{self.address}"

    @classmethod
    def of(cls, actor: str) -> "Contact":
        """Read a conversation's key back; raises `ValueError` for an actor that is not a conversation."""
        channel, account, address = actor.split("/", 2)
        return cls(channel, account, address)


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture or file: in our own media store under `name`, or a picture of the folder of the business `shelf`."""

    kind: str
    name: str
    mime: str
    alt: str = ""
    width: int = 0
    height: int = 0
    shelf: str = ""


class Said(msgspec.Struct, frozen=True, tag="said", omit_defaults=True):
    """The customer wrote `text` (already cleaned for storing) or sent pictures, or both.

    `client_id` is the id that the customer's own program gave the message, `full_length` the length before a
    longer text was cut to what a dialog reads.
    """

    text: str
    media: tuple[Media, ...] = ()
    client_id: str = ""
    full_length: int = 0


class Pressed(msgspec.Struct, frozen=True, tag="pressed", omit_defaults=True):
    """The customer pressed choice `choice` under our message `message` (its number in this conversation)."""

    message: int
    choice: str
    client_id: str = ""


class LanguageChosen(msgspec.Struct, frozen=True, tag="language", omit_defaults=True):
    """The customer chose a language outside the dialog, e.g. in the page's own menu."""

    language: str
    client_id: str = ""


class Opened(msgspec.Struct, frozen=True, tag="opened", omit_defaults=True):
    """The conversation was opened without a word: a page was visited, a deep link followed."""

    language: str = ""
    source: str = ""


class TimerFired(msgspec.Struct, frozen=True, tag="timer"):
    """A timer that this actor set has come due; void when its generation is no longer the current one."""

    key: str
    generation: int
    data: Mapping[str, str] = {}


class Bounced(msgspec.Struct, frozen=True, tag="bounced"):
    """The message `message` did not reach the customer: blocked, window closed, refused, expired."""

    message: int
    outcome: str
    reason: str


class JobFinished(msgspec.Struct, frozen=True, tag="job", omit_defaults=True):
    """A push to a provider came back: `ok` with its `result`, or given up with `error`."""

    key: str
    port: str
    ok: bool
    result: Mapping[str, str] = {}
    error: str = ""


class Apology(msgspec.Struct, frozen=True, tag="apology"):
    """An earlier event of this conversation was parked; the customer is owed an apology and a human."""

    parked: int


Event = Said | Pressed | LanguageChosen | Opened | TimerFired | Bounced | JobFinished | Apology


class Envelope(msgspec.Struct, frozen=True):
    """An event with its address: whom it happens to, and what makes a repeat of it recognisable.

    `dedupe_key` is kind, provider identity and variant; the same key within 14 days is dropped at intake. With
    `answer` the step's messages are kept beside the event, for a way in that answers in its HTTP response.
    """

    business: str
    actor: str
    dedupe_key: str
    at: datetime
    event: Event
    lane: int = LIVE
    answer: bool = False
