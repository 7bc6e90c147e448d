"""A page that looks like a Telegram conversation, made of messages in the form of the Bot API.

Whatever people and bots wrote is escaped, and the page fetches nothing.
"""

import base64
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

Json = dict[str, Any]

COLOURS = ("#e17076", "#eda86c", "#a695e7", "#7bc862", "#6ec9cb", "#65aadd", "#ee7aae")
TEMPLATE = Path(__file__).with_suffix(".html")
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


@dataclass(slots=True)
class Line:
    """One bubble, or a pill in the middle when `pill` is set. `photo` is None without one, empty when it is not known."""

    pill: str = ""
    author: int = 0
    name: str = ""
    mine: bool = False
    first: bool = True
    last: bool = True
    text: Markup = field(default_factory=Markup)
    time: str = ""
    edited: bool = False
    forwarded: str = ""
    quote: tuple[str, str] | None = None
    photo: str | None = None
    card: tuple[str, str, str] | None = None
    keys: list[list[tuple[str, bool]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class View:
    """Who looks (`mine` is their number), at what, where; `photos` are the bytes of files by id."""

    title: str
    mine: int
    subtitle: str = ""
    faces: bool = False
    zone: tzinfo = UTC
    language: str = "en"
    keyboard: Sequence[Sequence[str]] = ()
    photos: Mapping[str, bytes] = field(default_factory=dict)


def page(messages: Sequence[Json], view: View) -> str:
    """The page of these messages, the oldest first."""
    lines: list[Line] = []
    day = ""
    for body in messages:
        at = datetime.fromtimestamp(body["date"], view.zone)
        if (now := f"{at:%B} {at.day}") != day:
            lines.append(Line(pill=now))
            day = now
        lines.append(_service(body) or _bubble(body, view))
    _join(lines)
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text())
    return template.render(
        title=view.title,
        subtitle=view.subtitle,
        faces=view.faces,
        language=view.language,
        keyboard=view.keyboard,
        lines=lines,
        width=WIDTH,
        colour=colour,
        letter=letter,
    )


def colour(name: str) -> str:
    """The colour of a name, always the same."""
    return COLOURS[sum(name.encode()) % len(COLOURS)]


def letter(name: str) -> str:
    """What stands in the disc: the first letters of the first two words."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "#"


def _join(lines: list[Line]) -> None:
    """Mark where a run of messages of one author begins and ends."""
    for before, after in itertools.pairwise(lines):
        if not before.pill and not after.pill and before.author == after.author:
            before.last = after.first = False


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


def _bubble(body: Json, view: View) -> Line:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    origin = body.get("forward_origin", {}).get("sender_user", {}).get("first_name", "")
    return Line(
        author=_author(body).get("id", 0),
        name=_name(body),
        mine=_author(body).get("id") == view.mine,
        text=_marked(body),
        time=f"{datetime.fromtimestamp(body['date'], view.zone):%H:%M}",
        edited="edit_date" in body and "reply_markup" not in body,
        forwarded=f"Forwarded from {origin}" if origin else "",
        quote=_quote(body),
        photo=_photo(body, view),
        card=_card(body),
        keys=[[(button["text"], "url" in button) for button in row] for row in rows],
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


def _photo(body: Json, view: View) -> str | None:
    if "photo" not in body:
        return None
    content = view.photos.get(body["photo"][-1]["file_id"], b"")
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
