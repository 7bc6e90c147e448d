"""A neutral message becomes requests of the WhatsApp Cloud API. Pure; nothing is cut.

Pictures and files go first, with the words under the last of them when they fit. A message cannot be changed once it was
sent, so a correction is a new message, and what is taken back stays where it is.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from bot.events import Media
from bot.ports.accounts import Label
from bot.ports.channel import WindowClosed
from bot.rendering import NOTHING, Part, file_name, lay_out, named, point, split
from bot.replies import Link, Message, Template
from integrations.channels.meta.whatsapp.limits import (
    DOCUMENTS,
    FILE_NAME_CHARS,
    IMAGES,
    LIMITS,
    LINK_BODY,
    LINK_LABEL,
    SAME,
    VIDEOS,
    VOICES,
    WINDOW,
)

NAME = "whatsapp_cloud"
OPENER = "☰"  # for a language in which ours is too long
TYPES = (("image", IMAGES), ("audio", VOICES), ("video", VIDEOS), ("document", DOCUMENTS))
LIMIT_OF = {"image": "image", "audio": "voice", "video": "video", "document": "file"}
CAPTIONED = frozenset({"image", "video", "document"})


Content = tuple[dict[str, Any], Media | None]
"""What is said in one message, and the file that goes with it."""


class Request(msgspec.Struct, frozen=True):
    """One message: its fields without who gets it, what comes back in its receipts, and the file that goes with it."""

    fields: dict[str, Any]
    mark: str
    media: Media | None = None

    @property
    def type(self) -> str:
        """Its kind, e.g. `text` or `image`."""
        kind: str = self.fields["type"]
        return kind

    @property
    def caption(self) -> str:
        """The words under its file."""
        words: str = self.fields[self.type].get("caption", "") if self.media is not None else ""
        return words


def render(
    message: Message, number: int, silence: timedelta | None, *, choose: Label, link: Callable[[Media], str]
) -> list[Request]:
    """The requests that say a message. Raises `WindowClosed` where only a template may be said and there is none."""
    if not _says(message):
        return []
    if silence is None or silence >= WINDOW:
        return _marked([_from_template(message.template)], number)
    return _marked(_written(message, number, choose, link), number)


def _says(message: Message) -> bool:
    return bool(message.text.strip() or message.media or message.choices or message.links or message.heading)


def _marked(contents: Sequence[Content], number: int) -> list[Request]:
    return [Request(fields, f"{number}.{n}", media) for n, (fields, media) in enumerate(contents)]


def _from_template(template: Template | None) -> Content:
    """Every value is a text on one line, because WhatsApp takes no line breaks, tabs or rows of spaces in one."""
    name = template.names.get(NAME) if template is not None else None
    if template is None or not name:
        raise WindowClosed("the customer has been silent for more than 24 hours, and no template of WhatsApp is named")
    found: dict[str, Any] = {"name": name, "language": {"code": template.language}}
    if template.values:
        values = [{"type": "text", "text": " ".join(each.split()) or NOTHING} for each in template.values]
        found["components"] = [{"type": "body", "parameters": values}]
    return {"type": "template", "template": found}, None


def _written(message: Message, number: int, choose: Label, link: Callable[[Media], str]) -> list[Content]:
    found = [_attachment(each) for each in message.media if each.kind == "place" or type_of(each)]
    others = [(each, link(each)) for each in message.media if each.kind != "place" and not type_of(each)]
    found += [_text(each.alt or NOTHING) for each, url in others if not url]
    button = _button(message)
    lines = [each for each in message.links if each is not button]
    lines += [Link(url, each.alt) for each, url in others if url]
    parts = _laid_out(message, number, lines)
    if button is not None and not parts:
        parts, button = _laid_out(message, number, [button, *lines]), None
    if len(parts) == 1 and button is None and found and _fits_under(parts[0], found[-1]):
        fields, media = found[-1]
        kind = fields["type"]
        return [*found[:-1], ({**fields, kind: {**fields[kind], "caption": parts[0].text}}, media)]
    if button is None:
        return [*found, *(_said(each, choose) for each in parts)]
    *before, last = [*map(_plain, parts[:-1]), *split(parts[-1].text, LINK_BODY, LIMITS.measure)]
    return [*found, *map(_text, before), _with_button(last, button)]


def _laid_out(message: Message, number: int, lines: Sequence[Link]) -> list[Part]:
    return lay_out(message, LIMITS, lambda choice: named(number, choice.id), written=lines)


def _plain(part: Part) -> str:
    return part.text


def _button(message: Message) -> Link | None:
    """The link that opens from a button: there is room for one, and for none beside choices."""
    if message.choices or len(message.links) != 1:
        return None
    (link,) = message.links
    fits = 0 < LIMITS.measure(link.label.strip()) <= LINK_LABEL
    return link if fits and link.url.startswith(("http://", "https://")) else None


def _fits_under(part: Part, content: Content) -> bool:
    """Whether words can stand under a file."""
    fits = part.form == "plain" and LIMITS.measure(part.text) <= LIMITS.caption
    return fits and content[0]["type"] in CAPTIONED


def _said(part: Part, choose: Label) -> Content:
    if part.form == "plain":
        return _text(part.text)
    if part.form == "buttons":
        buttons = [{"type": "reply", "reply": {"id": each.id, "title": each.label}} for each in part.options]
        return _interactive("button", part.text, {"buttons": buttons})
    rows = []
    for each in part.options:
        row = {"id": each.id, "title": each.label}
        rows.append(row | {"description": each.description} if each.description else row)
    opener = choose(part.text)
    opener = opener if 0 < LIMITS.measure(opener) <= LIMITS.opener else OPENER
    return _interactive("list", part.text, {"button": opener, "sections": [{"rows": rows}]})


def _with_button(text: str, link: Link) -> Content:
    parameters = {"display_text": link.label.strip(), "url": link.url}
    return _interactive("cta_url", text, {"name": "cta_url", "parameters": parameters})


def _text(words: str) -> Content:
    return {"type": "text", "text": {"body": words}}, None


def _interactive(kind: str, text: str, action: dict[str, Any]) -> Content:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}, None


def _attachment(media: Media) -> Content:
    """A point on the map, or the message that shows a file; its id is known only when it is sent."""
    if media.kind == "place":
        found = point(media)
        if found is None:
            return _text(media.alt or NOTHING)
        return {"type": "location", "location": {"latitude": float(found[0]), "longitude": float(found[1])}}, None
    kind = type_of(media)
    return {"type": kind, kind: {"filename": file_name(media, FILE_NAME_CHARS)} if kind == "document" else {}}, media


def type_of(media: Media) -> str:
    """The kind of message that shows a file; empty for what WhatsApp does not take."""
    mime = mime_of(media)
    return next((kind for kind, types in TYPES if mime in types), "")


def mime_of(media: Media) -> str:
    """The type of a file by the name that WhatsApp has for it."""
    mime = media.mime.partition(";")[0].strip().lower()
    return SAME.get(mime, mime)


def wordy(request: Request, media: Media, url: str) -> Request:
    """The same without its file: the words under it, what it is called, and where it can be fetched."""
    called = media.alt
    where = f"{called}: {url}" if called and url else url or called
    words = "\n\n".join(part for part in (request.caption, where) if part) or NOTHING
    return Request(_text(words)[0], request.mark)
