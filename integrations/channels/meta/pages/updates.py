"""The shape of what Meta delivers for a page or an Instagram account: only what is looked at, and nothing of it trusted.

Source: Meta's references of webhook events and of the page and instagram topics, read in 2026. Each item of a delivery
is decoded by itself, so that one which cannot be read takes no other with it. What Meta sends as null is allowed to be.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from bot.rendering import sound_json

T = TypeVar("T")
Words = str | None
Number = int | str | None

UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError, OverflowError)
"""What reading raises; a `ValueError` is for broken characters."""


class Someone(msgspec.Struct, frozen=True):
    """Who wrote, or to whom; a comment also says what they are called, and whether it is our own account."""

    id: str = ""
    name: Words = None
    username: Words = None
    self_ig_scoped_id: Words = None


class Tapped(msgspec.Struct, frozen=True):
    """What a quick reply gives back."""

    payload: Words = None


class Story(msgspec.Struct, frozen=True):
    """A story of ours that was answered."""

    url: Words = None


class Earlier(msgspec.Struct, frozen=True):
    """What a message answers."""

    story: Story | None = None


class Referral(msgspec.Struct, frozen=True):
    """What led here: a link, an advertisement."""

    ref: Words = None
    ad_id: Words = None
    source: Words = None


class Point(msgspec.Struct, frozen=True):
    """A place on the map."""

    lat: float
    long: float


class Product(msgspec.Struct, frozen=True):
    """A card of the shop."""

    title: Words = None


class Products(msgspec.Struct, frozen=True):
    """Cards of the shop that somebody asks about."""

    elements: tuple[Product, ...] = ()


class Payload(msgspec.Struct, frozen=True):
    """What an attachment holds."""

    url: Words = None
    title: Words = None
    sticker_id: Number = None
    coordinates: Point | None = None
    product: Products | None = None


class Attachment(msgspec.Struct, frozen=True):
    """A picture, a recording, a place, something shared."""

    type: str = ""
    payload: Payload | None = None
    title: Words = None
    url: Words = None


class Note(msgspec.Struct, frozen=True):
    """A message of a person, or the echo of one of ours."""

    mid: str = ""
    text: Words = None
    quick_reply: Tapped | None = None
    attachments: tuple[msgspec.Raw, ...] | None = None
    reply_to: Earlier | None = None
    is_echo: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    metadata: Words = None


class Postback(msgspec.Struct, frozen=True):
    """A lasting button, or the one that begins a conversation; read from the side there is no payload."""

    mid: str = ""
    title: Words = None
    payload: Words = None
    referral: Referral | None = None


class Correction(msgspec.Struct, frozen=True):
    """A message that its writer changed."""

    mid: str = ""
    text: str = ""
    num_edit: Number = None


class Delivered(msgspec.Struct, frozen=True):
    """Messages of ours that have arrived: those named, or all up to a moment."""

    mids: tuple[str, ...] | None = None
    watermark: Number = None


class Seen(msgspec.Struct, frozen=True):
    """What was read of ours: all up to a moment; Instagram names the last one instead."""

    mid: str = ""
    watermark: Number = None


class OptedIn(msgspec.Struct, frozen=True):
    """Somebody agreed to be written to; only the old plugin, which has no `type`, opens a conversation."""

    ref: Words = None
    type: Words = None


class Item(msgspec.Struct, frozen=True):
    """One thing that happened in a conversation; kinds that are not listed say nothing to us."""

    sender: Someone = Someone()
    recipient: Someone = Someone()
    timestamp: Number = None
    message: Note | None = None
    postback: Postback | None = None
    referral: Referral | None = None
    optin: OptedIn | None = None
    message_edit: Correction | None = None
    delivery: Delivered | None = None
    read: Seen | None = None


class Comment(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A comment: `comment_id`, `item`, `verb` and `message` stand under a page's post, `id` and `text` on Instagram."""

    from_: Someone = Someone()
    id: str = ""
    text: Words = None
    comment_id: str = ""
    item: str = ""
    verb: str = ""
    message: Words = None
    photo: Words = None
    created_time: Number = None


class Change(msgspec.Struct, frozen=True):
    """Something that happened in public."""

    field: str = ""
    value: msgspec.Raw = msgspec.Raw(b"{}")


class Entry(msgspec.Struct, frozen=True):
    """What happened to one page; `standby` is of conversations that somebody else answers."""

    id: str = ""
    time: Number = None
    messaging: tuple[msgspec.Raw, ...] = ()
    standby: tuple[msgspec.Raw, ...] = ()
    changes: tuple[Change, ...] = ()


class Update(msgspec.Struct, frozen=True):
    """One delivery."""

    object: str = ""
    entry: tuple[Entry, ...] = ()


def _reader(kind: type[T]) -> Callable[[bytes | msgspec.Raw], T]:
    """Reads one kind; broken characters are replaced. Raises `UNREADABLE`."""
    decode: Callable[[bytes], T] = msgspec.json.Decoder(kind).decode

    def read(body: bytes | msgspec.Raw) -> T:
        given = bytes(body)
        try:
            return decode(given)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            return decode(sound_json(given))

    return read


read_update = _reader(Update)
read_item = _reader(Item)
read_comment = _reader(Comment)
read_attachment = _reader(Attachment)
