"""What a message carries beside its words. The files still lie with Meta, under addresses that end after some days."""

import math
import re
from mimetypes import guess_type
from urllib.parse import unquote, urlsplit

import msgspec

from bot.events import Media
from bot.rendering import one_line
from integrations.channels.meta.pages.updates import UNREADABLE, Attachment, Note, Payload, Point, read_attachment

KINDS = {
    "image": "image", "sticker": "image", "story_mention": "image", "share": "image", "ig_post": "image",
    "audio": "voice", "video": "video", "ig_reel": "video", "reel": "video", "file": "file",
}  # fmt: skip
MIMES = {"image": "image/jpeg", "voice": "audio/mp4", "video": "video/mp4", "file": "application/octet-stream"}
THUMBS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
"""The thumb of Messenger in its three sizes: as much a word as a picture (nyaruka/courier knows them by these numbers)."""
ADDRESS_CHARS = 4096
ALT_CHARS = 120
MIME = re.compile(r"[a-z]{1,20}/[A-Za-z0-9.+-]{1,100}")


def attachments(note: Note) -> list[Attachment]:
    """Those that can be read; Instagram sends what is shared twice, as `share` and under its newer name."""
    found: dict[str, Attachment] = {}
    for n, raw in enumerate(note.attachments or ()):
        each = _readable(raw)
        if each is not None:
            address = each.payload.url if each.payload is not None and each.payload.url else ""
            found.setdefault(address or f"#{n}", each)
    return list(found.values())


def _readable(raw: msgspec.Raw) -> Attachment | None:
    try:
        return read_attachment(raw)
    except UNREADABLE:
        return None


def media_of(each: Attachment, source: str) -> Media | None:
    """The file or the place; None for what is only words."""
    payload = each.payload
    if payload is None or is_thumb(payload):
        return None
    if payload.coordinates is not None:
        return place_of(payload.coordinates)
    kind = KINDS.get(each.type)
    return stored(kind, payload.url or "", payload.title or "", source) if kind is not None else None


def words_of(each: Attachment) -> str:
    """What an attachment says: a thumb, a heart, a shared page with its address, cards of the shop."""
    payload = each.payload or Payload()
    if is_thumb(payload):
        return "👍"
    if each.type == "like_heart":
        return "❤️"
    if each.type == "fallback":
        lines = (each.title or payload.title, payload.url or each.url)
        return "\n".join(line for line in lines if line)
    if payload.product is not None:
        return "\n".join(card.title for card in payload.product.elements if card.title)
    return ""


def is_thumb(payload: Payload) -> bool:
    """Whether it is the thumb that stands beside the field where one writes."""
    return payload.sticker_id is not None and str(payload.sticker_id) in THUMBS


def stored(kind: str, address: str, title: str, source: str) -> Media | None:
    """A file of Meta's; a document is called by the name that it had, everything else by its title."""
    if not 0 < len(address) <= ADDRESS_CHARS or not address.isascii() or not address.isprintable():
        return None
    try:
        name = unquote(urlsplit(address).path.rpartition("/")[2], errors="replace")
    except ValueError:
        return None
    guessed = guess_type(name)[0] or ""
    mime = guessed if MIME.fullmatch(guessed) and guessed.startswith(_family(kind)) else MIMES[kind]
    return Media(kind, address, mime, label(name if kind == "file" else title), source=source)


def _family(kind: str) -> str:
    return {"image": "image/", "voice": "audio/", "video": "video/"}.get(kind, "")


def label(text: str) -> str:
    """Words to be read, never to be opened."""
    return one_line(text, ALT_CHARS)


def place_of(point: Point) -> Media | None:
    """A place on the map."""
    if not (math.isfinite(point.lat) and math.isfinite(point.long)):
        return None
    return Media("place", "", "", f"{point.lat:.6f}, {point.long:.6f}")
