"""A conversation in Telegram as a page, made of messages in the form of the Bot API."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from markupsafe import Markup, escape

from tools.chat_page import Key, Line, View, draw, letter

Json = dict[str, Any]

WIDTH = 460
LINK = (Markup("<a>"), Markup("</a>"))
TAGS = {
    "bold": (Markup("<b>"), Markup("</b>")),
    "italic": (Markup("<i>"), Markup("</i>")),
    "underline": (Markup("<u>"), Markup("</u>")),
    "strikethrough": (Markup("<s>"), Markup("</s>")),
    "code": (Markup("<code>"), Markup("</code>")),
    "pre": (Markup("<pre>"), Markup("</pre>")),
    "blockquote": (Markup("<blockquote>"), Markup("</blockquote>")),
    "spoiler": (Markup('<span class="hidden">'), Markup("</span>")),
} | dict.fromkeys(("url", "text_link", "bot_command", "email", "mention", "phone_number", "hashtag"), LINK)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks (`mine` is their number), and where; `photos` are the bytes of files by id."""

    mine: int = 0
    zone: tzinfo = UTC
    photos: Mapping[str, bytes] = field(default_factory=dict)


def page(messages: Sequence[Json], view: View, eyes: Eyes, keyboard: Sequence[Sequence[str]] = ()) -> str:
    """The page of these messages, the oldest first."""
    lines: list[Line] = []
    day = ""
    for body in messages:
        at = datetime.fromtimestamp(body["date"], eyes.zone)
        if (now := f"{at:%B} {at.day}") != day:
            lines.append(Line(pill=now))
            day = now
        lines.append(_service(body) or _bubble(body, eyes))
    return draw(lines, view, [[Key(label) for label in row] for row in keyboard])


def _service(body: Json) -> Line | None:
    name = _name(body)
    sentences: dict[str, Callable[[Any], str]] = {
        "forum_topic_created": lambda about: f"{name} created the topic “{about['name']}”",
        "forum_topic_edited": lambda about: f"{name} changed the topic name to “{about.get('name', '')}”",
        "forum_topic_closed": lambda _: f"{name} closed the topic",
        "forum_topic_reopened": lambda _: f"{name} reopened the topic",
        "new_chat_members": lambda new: f"{', '.join(one['first_name'] for one in new)} joined the group",
        "left_chat_member": lambda left: f"{left['first_name']} left the group",
        "migrate_from_chat_id": lambda _: "The group was upgraded to a supergroup",
        "migrate_to_chat_id": lambda _: "The group was upgraded to a supergroup",
    }
    return next((Line(pill=say(body[kind])) for kind, say in sentences.items() if kind in body), None)


def _bubble(body: Json, eyes: Eyes) -> Line:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    origin = body.get("forward_origin", {}).get("sender_user", {}).get("first_name", "")
    return Line(
        author=_author(body).get("id", 0),
        name=_name(body),
        mine=_author(body).get("id") == eyes.mine,
        text=_marked(body),
        time=f"{datetime.fromtimestamp(body['date'], eyes.zone):%H:%M}",
        edited="edit_date" in body and "reply_markup" not in body,
        forwarded=f"Forwarded from {origin}" if origin else "",
        quote=_quote(body),
        photo=_photo(body, eyes),
        card=_card(body),
        keys=[[Key(button["text"], "url" in button) for button in row] for row in rows],
    )


def _author(body: Json) -> Json:
    found: Json = body.get("sender_chat") or body.get("from") or {}
    return found


def _name(body: Json) -> str:
    author = _author(body)
    return str(author.get("title") or " ".join(filter(None, map(author.get, ("first_name", "last_name")))))


def _quote(body: Json) -> tuple[str, str] | None:
    """What it answers; that every message of a topic answers the topic's first is not shown."""
    to = body.get("reply_to_message")
    if not to or "forum_topic_created" in to:
        return None
    kinds = ("photo", "document", "voice", "video", "location", "contact")
    said = to.get("text") or to.get("caption") or next((kind.title() for kind in kinds if kind in to), "")
    return _name(to), str(said)


def _photo(body: Json, eyes: Eyes) -> str | None:
    if "photo" not in body:
        return None
    content = eyes.photos.get(body["photo"][-1]["file_id"], b"")
    if not content.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF")):
        return ""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _card(body: Json) -> tuple[str, str, str] | None:
    if contact := body.get("contact"):
        phone = "+" + str(contact["phone_number"]).removeprefix("+")
        return letter(contact["first_name"]), contact["first_name"], phone
    if document := body.get("document"):
        size = f"{max(1, round(document.get('file_size', 0) / 1024))} KB"
        return "↓", document.get("file_name", "file"), size
    if voice := body.get("voice"):
        return "▶", "Voice message", f"0:{voice.get('duration', 0):02d}"
    if video := body.get("video"):
        return "▶", "Video", f"0:{video.get('duration', 0):02d}"
    if place := body.get("location"):
        return "⌖", "Location", f"{place['latitude']:.4f}, {place['longitude']:.4f}"
    return None


def _marked(body: Json) -> Markup:
    """The text with its marks as tags; offsets count UTF-16 units."""
    text = str(body.get("text") or body.get("caption") or "")
    units = text.encode("utf-16-le")
    opens: dict[int, list[Markup]] = {}
    closes: dict[int, list[Markup]] = {}
    for one in body.get("entities") or body.get("caption_entities") or []:
        before, after = TAGS.get(one["type"], (Markup(), Markup()))
        opens.setdefault(one["offset"], []).append(before)
        closes.setdefault(one["offset"] + one["length"], []).insert(0, after)
    edges = sorted({0, len(units) // 2, *opens, *closes})
    made = Markup()
    for start, end in zip(edges, [*edges[1:], edges[-1]], strict=True):
        made += Markup().join(closes.get(start, [])) + Markup().join(opens.get(start, []))
        made += escape(units[start * 2 : end * 2].decode("utf-16-le"))
    return made
