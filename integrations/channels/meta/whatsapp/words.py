"""What a message of WhatsApp says in words, beside the texts that people type. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from integrations.channels.meta.whatsapp.updates import Card, Edit, Filled, Note, Order, Place, read_any

INTERNAL = frozenset(
    {"flow_token", "wa_flow_response_params"}
)  # of Meta and of whoever sent the form, not of the customer
CONTACT_REQUEST = "contact_request"
UNREADABLE = (msgspec.ValidationError, msgspec.DecodeError, ValueError, RecursionError)


def words_of(note: Note) -> str:
    """What a message says in words; empty for none."""
    if note.text is not None:
        return note.text.body
    if note.interactive is not None and note.interactive.nfm_reply is not None:
        return form_of(note.interactive.nfm_reply)
    if note.contacts:
        return own_phone(note) or "\n".join(map(card_of, note.contacts))
    if note.order is not None:
        return order_of(note.order)
    if note.location is not None:
        return place_words(note.location)
    files = (note.image, note.video, note.document)
    return next((each.caption for each in files if each is not None and each.caption), "")


def own_phone(note: Note) -> str:
    """The writer's own phone number when that is what the card shares, internationally; else nothing."""
    phones = [each for card in note.contacts for each in card.phones]
    if len(note.contacts) != 1 or len(phones) != 1:
        return ""
    if note.origin != CONTACT_REQUEST and (not phones[0].wa_id or phones[0].wa_id != note.from_):
        return ""
    number = "".join(filter(str.isdigit, phones[0].wa_id or phones[0].phone))
    return f"+{number}" if number else ""


def card_of(card: Card) -> str:
    """A contact card as one line."""
    return ", ".join(part for part in (card.name.formatted_name, *(each.phone for each in card.phones)) if part)


def order_of(order: Order) -> str:
    """An order from the catalogue, a line each."""
    lines = []
    for each in order.product_items:
        price = f" ({each.item_price} {each.currency})".replace(" )", ")") if each.item_price != "" else ""
        lines.append(f"{each.quantity} × {each.product_retailer_id}{price}")
    return "\n".join(part for part in (order.text, *lines) if part)


def place_words(place: Place) -> str:
    """What a place is called."""
    return ", ".join(part for part in (place.name, place.address) if part)


def edited_words(edit: Edit) -> str:
    """What a changed message says now; empty for what has no words."""
    if edit.message.text is not None:
        return edit.message.text.body
    files = (edit.message.image, edit.message.video, edit.message.document)
    return next((each.caption for each in files if each is not None and each.caption), "")


def form_of(filled: Filled) -> str:
    """The answers of a form, a line each; what stands beside them when they cannot be read."""
    try:
        answers = read_any(filled.response_json.encode("utf-8", "replace"))
    except UNREADABLE:
        return filled.body
    return "\n".join(_lines(answers)) or filled.body


def _lines(answers: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in answers.items():
        if name in INTERNAL:
            continue
        if isinstance(value, dict):
            yield from _lines(value, f"{before}{name}.")
        elif value not in (None, "", []):
            yield f"{before}{name}: {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
