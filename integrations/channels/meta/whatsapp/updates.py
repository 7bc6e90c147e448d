"""The shape of what WhatsApp delivers: only what is looked at, and nothing of it trusted.

Source: the mirror of Meta's documentation of March 2026 and the payloads that pywa reads.
"""

from typing import Any

import msgspec

from integrations.channels.meta.graph import FOREIGN


class Text(msgspec.Struct, frozen=True):
    """A message of words."""

    body: str = ""


class Chosen(msgspec.Struct, frozen=True):
    """A reply button or a row of a list."""

    id: str = ""
    title: str = ""


class Filled(msgspec.Struct, frozen=True):
    """A form that was filled in; what was answered is JSON in a string."""

    body: str = ""
    response_json: str = ""


class Interactive(msgspec.Struct, frozen=True):
    """What was chosen or filled in under a message of ours."""

    type: str = ""
    button_reply: Chosen | None = None
    list_reply: Chosen | None = None
    nfm_reply: Filled | None = None


class Quick(msgspec.Struct, frozen=True):
    """A quick reply under a template of ours."""

    text: str = ""
    payload: str = ""


class File(msgspec.Struct, frozen=True):
    """A picture, a recording, a video, a document or a sticker."""

    id: str = ""
    mime_type: str = ""
    caption: str = ""
    filename: str = ""


class Place(msgspec.Struct, frozen=True):
    """A location."""

    latitude: float = 0.0
    longitude: float = 0.0
    name: str = ""
    address: str = ""


class Named(msgspec.Struct, frozen=True):
    """The name on a contact card."""

    formatted_name: str = ""


class Phone(msgspec.Struct, frozen=True):
    """A phone on a contact card."""

    phone: str = ""
    wa_id: str = ""


class Card(msgspec.Struct, frozen=True):
    """A contact card."""

    name: Named = Named()
    phones: tuple[Phone, ...] = ()


class Ordered(msgspec.Struct, frozen=True):
    """One line of an order from the catalogue."""

    product_retailer_id: str = ""
    quantity: int | float | str = 1
    item_price: int | float | str = ""
    currency: str = ""


class Order(msgspec.Struct, frozen=True):
    """An order from the catalogue."""

    text: str = ""
    product_items: tuple[Ordered, ...] = ()


class Referral(msgspec.Struct, frozen=True):
    """The advertisement that led here."""

    source_id: str = ""


class Changed(msgspec.Struct, frozen=True):
    """What WhatsApp itself says of a person: their new phone, and their new and former id."""

    type: str = ""
    wa_id: str | None = None
    user_id: str | None = None
    previous_user_id: str | None = None


class Written(msgspec.Struct, frozen=True):
    """What a message that was changed says now."""

    text: Text | None = None
    image: File | None = None
    video: File | None = None
    document: File | None = None


class Edit(msgspec.Struct, frozen=True):
    """A change of an earlier message."""

    original_message_id: str = ""
    message: Written = Written()


class Revoked(msgspec.Struct, frozen=True):
    """An earlier message that is taken back."""

    original_message_id: str = ""


class Bare(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """What every message has: enough to know who wrote."""

    id: str
    type: str = ""
    from_: str = ""
    from_user_id: str = ""
    group_id: str = ""
    timestamp: str = ""


class Note(Bare, frozen=True, rename={"from_": "from"}):
    """One message of a person."""

    origin: str = ""
    text: Text | None = None
    interactive: Interactive | None = None
    button: Quick | None = None
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None
    sticker: File | None = None
    location: Place | None = None
    contacts: tuple[Card, ...] = ()
    order: Order | None = None
    referral: Referral | None = None
    system: Changed | None = None
    edit: Edit | None = None
    revoke: Revoked | None = None


class Error(msgspec.Struct, frozen=True):
    """Why a message failed."""

    code: int = FOREIGN


class Status(msgspec.Struct, frozen=True):
    """What became of a message of ours."""

    id: str
    status: str = ""
    timestamp: str = ""
    recipient_id: str = ""
    recipient_user_id: str = ""
    biz_opaque_callback_data: str = ""
    errors: tuple[Error, ...] = ()


class Profile(msgspec.Struct, frozen=True):
    """What somebody calls themselves."""

    name: str = ""
    username: str = ""


class Writer(msgspec.Struct, frozen=True):
    """Who wrote, in a list beside the messages."""

    wa_id: str = ""
    user_id: str = ""
    profile: Profile = Profile()


class Number(msgspec.Struct, frozen=True):
    """The number of ours that was written to."""

    phone_number_id: str = ""


class Value(msgspec.Struct, frozen=True):
    """One change of a number."""

    metadata: Number = Number()
    contacts: tuple[msgspec.Raw, ...] = ()
    messages: tuple[msgspec.Raw, ...] = ()
    statuses: tuple[msgspec.Raw, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """What changed; only the field `messages` is of conversations."""

    field: str = ""
    value: msgspec.Raw = msgspec.Raw(b"{}")


class Entry(msgspec.Struct, frozen=True):
    """The changes of one business account."""

    changes: tuple[Change, ...] = ()


class Update(msgspec.Struct, frozen=True):
    """One delivery."""

    object: str
    entry: tuple[Entry, ...]


read_update = msgspec.json.Decoder(Update).decode
read_value = msgspec.json.Decoder(Value).decode
read_note = msgspec.json.Decoder(Note).decode
read_bare = msgspec.json.Decoder(Bare).decode
read_status = msgspec.json.Decoder(Status).decode
read_writer = msgspec.json.Decoder(Writer).decode
read_any = msgspec.json.Decoder(dict[str, Any]).decode
