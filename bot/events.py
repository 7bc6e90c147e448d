"""What can happen to an actor.

Whoever things happen to has a durable inbox, and an *event* is one entry of it. Channels, timers, providers and
other actors all speak through this one tagged union, so the router has one kind of thing to look at.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

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
    """A picture or file: in our own media store under `name`, or a picture of the folder of the business `shelf`.

    `kind` is `image`, `file`, `voice`, `video`, `call` (a recorded talk with the staff) or `place` (whose `alt` is
    «latitude, longitude»). With `source` (`telegram/main`) the file still lies with that account of a channel, under
    `name`, and is fetched when it is wanted.
    """

    kind: str
    name: str
    mime: str
    alt: str = ""
    width: int = 0
    height: int = 0
    shelf: str = ""
    source: str = ""


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a messenger says of a person who writes. Their own words, never to be trusted: a guess, not an answer.

    But for `phone`, in E.164: it is given only where the channel itself vouches that it is the writer's own. A number
    that was typed, somebody else's contact card and a caller's id never stand there.
    """

    name: str = ""
    language: str = ""
    username: str = ""
    phone: str = ""


class Said(msgspec.Struct, frozen=True, tag="said", omit_defaults=True):
    """The customer wrote `text` (already cleaned for storing) or sent pictures, or both.

    `client_id` is the id that the customer's own program gave the message, `full_length` the length before a
    longer text was cut to what a dialog reads. What has the same `album` was sent in one go, though it came one by one.
    With `settled` the provider has answered this itself and lets nothing through to the customer any more.
    `via` is the address that what is said next leaves by, where these words stand in public and not in the conversation.
    """

    text: str
    media: tuple[Media, ...] = ()
    client_id: str = ""
    full_length: int = 0
    by: Profile | None = None
    album: str = ""
    settled: bool = False
    via: str = ""


class Edited(msgspec.Struct, frozen=True, tag="edited", omit_defaults=True):
    """The customer changed the message that their program called `client_id`; it now reads `text`."""

    client_id: str
    text: str


class Pressed(msgspec.Struct, frozen=True, tag="pressed", omit_defaults=True):
    """The customer pressed choice `choice` under our message `message` (its number in this conversation)."""

    message: int
    choice: str
    client_id: str = ""
    by: Profile | None = None


class LanguageChosen(msgspec.Struct, frozen=True, tag="language", omit_defaults=True):
    """The customer chose a language outside the dialog, e.g. in the page's own menu."""

    language: str
    client_id: str = ""


class Opened(msgspec.Struct, frozen=True, tag="opened", omit_defaults=True):
    """The conversation was opened without a word: a page was visited, a deep link followed. `via` is that of `Said`."""

    language: str = ""
    source: str = ""
    by: Profile | None = None
    via: str = ""


class Untold(msgspec.Struct, frozen=True, tag="untold"):
    """What we said with the numbers `first` to `last` did not fit into the one answer there was; it can be said now."""

    first: int
    last: int


class HungUp(msgspec.Struct, frozen=True, tag="hung_up", omit_defaults=True):
    """The customer's call is over; it took `seconds`."""

    seconds: int = 0


class Rang(msgspec.Struct, frozen=True, tag="rang"):
    """The staff's phones have rung for a customer who calls, and somebody has `answered`, or nobody."""

    answered: bool


class Reachable(msgspec.Struct, frozen=True, tag="reachable"):
    """The customer blocked us on this contact, or (with `ok`) let us write again."""

    ok: bool


class TimerFired(msgspec.Struct, frozen=True, tag="timer"):
    """A timer that this actor set has come due; void when its generation is no longer the current one."""

    key: str
    generation: int
    data: Mapping[str, str] = {}


class Bounced(msgspec.Struct, frozen=True, tag="bounced", omit_defaults=True):
    """The message `message` (of `kind`, where that is known) did not reach the customer: blocked, window, refused, expired."""

    message: int
    outcome: str
    reason: str
    kind: str = ""


class Receipt(msgspec.Struct, frozen=True, tag="receipt", omit_defaults=True):
    """What became of a message of ours that the provider took as `provider_id`, the `part` of message `message` (0: unknown).

    Without an id it is about all that was said to this conversation before. What `failed` has the `outcome` and
    `reason` of `Bounced`, and is handled as such; the others are only written down.
    """

    state: Literal["sent", "delivered", "read", "failed"]
    provider_id: str = ""
    message: int = 0
    part: int = 0
    outcome: str = ""
    reason: str = ""


class JobFinished(msgspec.Struct, frozen=True, tag="job", omit_defaults=True):
    """A push to a provider came back: `ok` with its `result`, or given up with `error`, the outcome's name.

    `key` is the job's name as the step that pushed it chose it; `result["id"]` is the provider's id, if it gave one.
    """

    key: str
    port: str
    ok: bool
    result: Mapping[str, str] = {}
    error: str = ""


class Apology(msgspec.Struct, frozen=True, tag="apology", omit_defaults=True):
    """An earlier event of this conversation was parked; the customer is owed an apology and a human.

    `media` are the files that came with it: they are kept for when it is tried again.
    """

    parked: int
    media: tuple[Media, ...] = ()


class Operator(msgspec.Struct, frozen=True):
    """A member of the staff, by their id among the firm's members, and the name that colleagues see."""

    id: str
    name: str


class OperatorSaid(msgspec.Struct, frozen=True, tag="operator_said", omit_defaults=True):
    """An operator answered the customer of this conversation.

    `origin` is the id of the message where it was written (`room/…/501`, empty on the web desk); with `corrects` it
    takes the place of what was said from that origin before, and an empty text without media takes that back.
    `template` names the template that may leave instead of free words: `relay`, or one of the firm's own, whose values
    are the lines of `text`.
    """

    case: str
    by: Operator
    text: str
    media: tuple[Media, ...] = ()
    origin: str = ""
    corrects: str = ""
    template: str = ""


class CaseAct(msgspec.Struct, frozen=True, tag="case_act", omit_defaults=True):
    """Staff did something to a case of this conversation: `take`, `transfer` (`to` a group), `close`, `note`.

    `hold` keeps words that came after the window until it is decided what becomes of them; `to` is where they were written.
    """

    case: str
    act: Literal["take", "transfer", "close", "note", "hold"]
    by: Operator
    to: str = ""
    text: str = ""
    template: str = ""


class Linking(msgspec.Struct, frozen=True, tag="linking", omit_defaults=True):
    """This conversation is to be its person's: who has proved `phone`, who writes in `beside`, or `customer`.

    `by` is the member of the staff who wants it; empty where the customer does.
    """

    phone: str = ""
    beside: str = ""
    customer: str = ""
    by: str = ""


class Unlinking(msgspec.Struct, frozen=True, tag="unlinking"):
    """A member of the staff says that whoever writes here is somebody else than in the other conversations."""

    by: str
    case: str = ""


class CaseWent(msgspec.Struct, frozen=True, tag="case_went"):
    """A case of this conversation goes on in another one of the same person."""

    case: str


class SentOn(msgspec.Struct, frozen=True, tag="sent_on", omit_defaults=True):
    """The customer wants to see here these messages of ours, which were told to them in another `conversation`."""

    conversation: str
    messages: tuple[int, ...]
    language: str = ""


class CaseChanged(msgspec.Struct, frozen=True, tag="case_changed", omit_defaults=True):
    """A case or its conversation has moved on; whatever shows it looks again. `note` is a line for the operators."""

    conversation: str
    note: str = ""


class DeskLost(msgspec.Struct, frozen=True, tag="desk_lost"):
    """The room where operators would see this case cannot be reached."""

    case: str


class RoomSaid(msgspec.Struct, frozen=True, tag="room_said", omit_defaults=True):
    """Somebody wrote in a group chat.

    `thread` is the topic (empty in none), `id` the message, `user` the author's own id. `doubt` says why the author
    cannot be held to it: `anonymous`, `channel`, `forwarded`, `via_bot`, `bot`; empty for a person's own words.
    """

    id: str
    user: str
    name: str
    text: str
    thread: str = ""
    media: tuple[Media, ...] = ()
    reply_to: str = ""
    edited: bool = False
    doubt: str = ""


class RoomPressed(msgspec.Struct, frozen=True, tag="room_pressed", omit_defaults=True):
    """Somebody pressed a button with `data` under our message `id` in a group chat."""

    id: str
    user: str
    name: str
    data: str
    thread: str = ""


class RoomChanged(msgspec.Struct, frozen=True, tag="room_changed", omit_defaults=True):
    """A group chat changed.

    `what`: `topic_closed` and `topic_reopened` by `user`; `migrated` to the chat `to`; `member`: `user` is now `to`
    (`owner`, `supervisor`, `operator`, `gone`); `bot`: we are now `to` (`admin`, `member`, `gone`).
    """

    what: Literal["topic_closed", "topic_reopened", "migrated", "member", "bot"]
    user: str = ""
    name: str = ""
    thread: str = ""
    to: str = ""


class CampaignWork(msgspec.Struct, frozen=True, tag="campaign"):
    """A campaign is to go on from where it stands: `go`, or to end: `stop`."""

    order: Literal["go", "stop"]


class Unheard(msgspec.Struct, frozen=True, tag="unheard", omit_defaults=True):
    """What the customer wrote too fast stands in the transcript and was not handled; with `notice` they are told so.

    `media` are files that came so: they are kept as those of any message.
    """

    notice: bool = False
    media: tuple[Media, ...] = ()


class Announced(msgspec.Struct, frozen=True, tag="announced", omit_defaults=True):
    """A campaign has something for this customer, by language; `n` is their place among its contacts."""

    campaign: str
    texts: Mapping[str, str]
    n: int = 0


class Unreadable(msgspec.Struct, frozen=True, tag="unreadable", omit_defaults=True):
    """What stands in the inbox and this release cannot read: an event of `kind`, or (without) a message that it is about.

    Never stored. A process that can read it takes the step instead.
    """

    kind: str
    reason: str = ""


Event = (
    Said
    | Edited
    | Pressed
    | LanguageChosen
    | Opened
    | Untold
    | HungUp
    | Rang
    | Reachable
    | TimerFired
    | Bounced
    | Receipt
    | JobFinished
    | Apology
    | OperatorSaid
    | CaseAct
    | CaseWent
    | Linking
    | Unlinking
    | SentOn
    | CaseChanged
    | DeskLost
    | RoomSaid
    | RoomPressed
    | RoomChanged
    | CampaignWork
    | Announced
    | Unheard
    | Unreadable
)


class Envelope(msgspec.Struct, frozen=True):
    """An event with its address: whom it happens to, and what makes a repeat of it recognisable.

    `dedupe_key` is kind, provider identity and variant; the same key within 14 days is dropped at intake. With
    `answer` the step's messages are kept beside the event and leave in the HTTP response alone. What is not
    `heard` is written down in its place and never handled.
    """

    business: str
    actor: str
    dedupe_key: str
    at: datetime
    event: Event
    lane: int = LIVE
    answer: bool = False
    heard: bool = True
