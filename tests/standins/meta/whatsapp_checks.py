"""What WhatsApp takes as a message: every field known, every length within its limit. Figures of Meta's pages, March 2026."""

import re
from collections.abc import Callable
from typing import Any

from tests.standins.meta.refusals import Refused, wrong_parameter
from tests.standins.meta.wire import Json

ENVELOPE = {"messaging_product", "recipient_type", "to", "recipient", "type", "biz_opaque_callback_data", "context"}
BAD_VALUE = 131009
MISSING = 131008
BODY = {"button": 1024, "list": 4096, "cta_url": 1024}
MEDIA = {
    "image": {"caption"},
    "video": {"caption"},
    "audio": set(),
    "document": {"caption", "filename"},
    "sticker": set(),
}
TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
UPLOADS = {
    "audio/aac": 16, "audio/mp4": 16, "audio/mpeg": 16, "audio/amr": 16, "audio/ogg": 16, "audio/opus": 16,
    "application/vnd.ms-powerpoint": 100, "application/msword": 100, "application/vnd.ms-excel": 100,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": 100,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100,
    "application/pdf": 100, "text/plain": 100, "image/jpeg": 5, "image/png": 5, "image/webp": 0.5,
    "video/mp4": 16, "video/3gpp": 16,
}  # fmt: skip
"""What may be uploaded, and its most megabytes."""


def check(fields: Json) -> None:
    """Refuse what WhatsApp would."""
    kind = fields.get("type", "text")
    if fields.get("messaging_product") != "whatsapp":
        raise wrong_parameter("The parameter messaging_product is required.")
    if not ("to" in fields or "recipient" in fields):
        raise wrong_parameter("The parameter to is required.")
    if kind not in CHECKS or kind not in fields:
        raise wrong_parameter(f"Param type must be one of {{{', '.join(CHECKS).upper()}}} - got {kind!r}.")
    _known("message", fields, ENVELOPE | {kind})
    _text("biz_opaque_callback_data", fields.get("biz_opaque_callback_data", ""), 512, least=0)
    CHECKS[kind](fields[kind])


def _known(place: str, given: Any, names: set[str]) -> None:
    if not isinstance(given, dict):
        raise wrong_parameter(f"Param {place} must be a JSON object.")
    if unknown := set(given) - names:
        raise wrong_parameter(f"Unexpected key {min(unknown)!r} on param {place!r}.")


def _text(place: str, value: Any, most: int, *, least: int = 1, code: int = BAD_VALUE) -> None:
    if not isinstance(value, str) or len(value.strip()) < least:
        raise wrong_parameter(f"{place} is missing", MISSING)
    if len(value) > most:
        raise wrong_parameter(f"Param {place} must be at most {most} characters long.", code)


def _words(text: Json) -> None:
    _known("text", text, {"body", "preview_url"})
    _text("text['body']", text.get("body"), 4096, code=100)


def _location(location: Json) -> None:
    _known("location", location, {"latitude", "longitude", "name", "address"})
    for name, most in (("latitude", 90), ("longitude", 180)):
        if not isinstance(location.get(name), int | float) or abs(location[name]) > most:
            raise wrong_parameter(f"location.{name} is no coordinate", BAD_VALUE)


def _media(kind: str) -> Callable[[Json], None]:
    def checked(media: Json) -> None:
        _known(kind, media, MEDIA[kind] | {"id", "link"})
        if ("id" in media) == ("link" in media):
            raise wrong_parameter(f"{kind} needs an id or a link", MISSING)
        if "caption" in media:
            _text(f"{kind}['caption']", media["caption"], 1024)

    return checked


def _interactive(interactive: Json) -> None:
    kind = interactive.get("type")
    if kind not in BODY:
        raise wrong_parameter(f"Unexpected interactive type {kind!r}.")
    _known("interactive", interactive, {"type", "header", "body", "footer", "action"})
    _known("body", interactive.get("body"), {"text"})
    _text("interactive['body']['text']", interactive["body"].get("text"), BODY[kind])
    ACTIONS[kind](interactive.get("action"))


def _buttons(action: Any) -> None:
    _known("action", action, {"buttons"})
    replies = []
    for each in action["buttons"]:
        _known("button", each, {"type", "reply"})
        _known("reply", each.get("reply"), {"id", "title"})
        replies.append(each["reply"])
        _text("button title", each["reply"].get("title"), 20)
        _text("button id", each["reply"].get("id"), 256)
    _count("buttons", len(replies), 3)
    _distinct("button titles", [each["title"] for each in replies])
    _distinct("button ids", [each["id"] for each in replies])


def _list(action: Any) -> None:
    _known("action", action, {"button", "sections"})
    _text("action.button", action.get("button"), 20)
    sections = action.get("sections", [])
    _count("sections", len(sections), 10)
    rows = []
    for each in sections:
        _known("section", each, {"title", "rows"})
        if len(sections) > 1 or "title" in each:
            _text("section title", each.get("title"), 24)
        rows += each["rows"]
    _count("rows", len(rows), 10)
    for row in rows:
        _known("row", row, {"id", "title", "description"})
        _text("row id", row.get("id"), 200)
        _text("row title", row.get("title"), 24)
        _text("row description", row.get("description", ""), 72, least=0)
    _distinct("row ids", [row["id"] for row in rows])


def _link(action: Any) -> None:
    _known("action", action, {"name", "parameters"})
    _known("parameters", action.get("parameters"), {"display_text", "url"})
    _text("display_text", action["parameters"].get("display_text"), 20)
    if not str(action["parameters"].get("url")).startswith(("http://", "https://")):
        raise wrong_parameter("url is no address", BAD_VALUE)


def _template(template: Json) -> None:
    _known("template", template, {"name", "language", "components"})
    _known("language", template.get("language"), {"code", "policy"})
    if not TEMPLATE_NAME.fullmatch(template.get("name", "")):
        raise wrong_parameter("template['name'] is no name")
    for component in template.get("components", []):
        _known("component", component, {"type", "parameters", "sub_type", "index"})
        for each in component.get("parameters", []):
            _known("parameter", each, {"type", "text", "parameter_name"})
            text = each.get("text")
            _text("parameter text", text, 1024)
            if re.search(r"[\n\t]| {5}", text):
                raise Refused(400, 132018, "(#132018) Param text cannot have new-line/tab characters or 5 spaces")


def _count(place: str, count: int, most: int) -> None:
    if not 0 < count <= most:
        raise wrong_parameter(f"{place}: 1 to {most} are allowed, not {count}", BAD_VALUE)


def _distinct(place: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise wrong_parameter(f"{place} must be unique", BAD_VALUE)


ACTIONS: dict[str, Callable[[Any], None]] = {"button": _buttons, "list": _list, "cta_url": _link}
CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _words,
    "interactive": _interactive,
    "template": _template,
    "location": _location,
    **{kind: _media(kind) for kind in MEDIA},
}
