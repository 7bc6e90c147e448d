"""What Viber looks at in a message before it takes it: its own reading of the bot API's documentation.

A refusal is a status and a sentence; the keyboard's labels are looked at by the phone, which is what `shows` is for.
"""

import html
import re
from typing import Any

TEXT, CAPTION, NAME, FILE_NAME, TRACKING, ADDRESS = 7000, 512, 28, 256, 4000, 2000
BODY_BYTES = 30 * 1000
VIDEO_BYTES, FILE_BYTES = 26 * 1024 * 1024, 50 * 1024 * 1024
KEYBOARD_LINES, LABEL = 12, 250
COMMON = {"receiver", "type", "sender", "tracking_data", "min_api_version", "keyboard", "auth_token"}
FIELDS = {
    "text": {"text"},
    "picture": {"text", "media", "thumbnail"},
    "video": {"media", "size", "thumbnail", "duration", "text"},
    "file": {"media", "size", "file_name"},
    "contact": {"contact"},
    "location": {"location"},
    "url": {"media"},
    "sticker": {"sticker_id"},
}
MUST = {
    "text": {"text"},
    "picture": {"text", "media"},
    "video": {"media", "size"},
    "file": {"media", "size", "file_name"},
    "contact": {"contact"},
    "location": {"location"},
    "url": {"media"},
    "sticker": {"sticker_id"},
}
BUTTON_FIELDS = {"Columns", "Rows", "BgColor", "Silent", "ActionType", "ActionBody", "Text", "TextSize", "Image"}
ACTIONS = {"reply", "open-url", "location-picker", "share-phone", "none"}
BAD, MISSING, TOO_OLD = 3, 4, 14
TAG = re.compile(r"</?(b|i|u|br|s|font)\b[^>]*>")


class Refused(Exception):
    """Viber says no."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def check(message: dict[str, Any], size: int, *, receiver: bool = True) -> None:
    """Raise `Refused` for a message that is not taken; without a `receiver` it is a welcome."""
    kind = message.get("type")
    if size > BODY_BYTES:
        raise Refused(BAD, "request is too large")
    if kind not in FIELDS:
        raise Refused(MISSING, "type is missing or not supported")
    missing = MUST[kind] | ({"receiver"} if receiver else set())
    for name in sorted(missing - set(message)):
        raise Refused(MISSING, f"{name} is missing")
    for name in sorted(set(message) - COMMON - FIELDS[kind]):
        raise Refused(BAD, f"{name} is not a field of a {kind}")
    name = message.get("sender", {}).get("name", "")
    if not 0 < len(name) <= NAME:
        raise Refused(MISSING, "sender.name is missing or too long")
    _check_kind(kind, message)
    if len(message.get("tracking_data", "")) > TRACKING:
        raise Refused(BAD, "tracking_data is too long")
    if "keyboard" in message:
        _check_keyboard(message["keyboard"], message.get("min_api_version", 1))


def units(text: str) -> int:
    """How long a text is for Viber, whose servers and phones count in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _check_kind(kind: str, message: dict[str, Any]) -> None:
    text = message.get("text")
    most = TEXT if kind == "text" else CAPTION
    if text is not None and (not isinstance(text, str) or units(text) > most):
        raise Refused(BAD, "text is too long")
    if kind == "text" and not message["text"].strip():
        raise Refused(MISSING, "text is missing")
    if "media" in message and not (
        re.match(r"https?://", message["media"]) and len(message["media"]) <= ADDRESS and message["media"].isascii()
    ):
        raise Refused(BAD, "media is not valid")
    if "size" in message:
        most = VIDEO_BYTES if kind == "video" else FILE_BYTES
        if not (isinstance(message["size"], int) and 0 < message["size"] <= most):
            raise Refused(BAD, "size is not valid")
    if kind == "file" and not 0 < len(message["file_name"]) <= FILE_NAME:
        raise Refused(BAD, "file_name is not valid")
    if kind == "location":
        point = message["location"]
        if not (set(point) == {"lat", "lon"} and abs(point["lat"]) <= 90 and abs(point["lon"]) <= 180):
            raise Refused(BAD, "location is not valid")


def _check_keyboard(keyboard: Any, version: int) -> None:
    if not isinstance(keyboard, dict) or keyboard.get("Type") != "keyboard" or not keyboard.get("Buttons"):
        raise Refused(BAD, 'keyboard is not valid. [object has missing required properties (["Buttons","Type"])]')
    for each in keyboard["Buttons"]:
        for name in sorted(set(each) - BUTTON_FIELDS):
            raise Refused(BAD, f"keyboard is not valid. [{name} is not allowed]")
        if not isinstance(each.get("ActionBody"), str) or not each["ActionBody"]:
            raise Refused(BAD, 'keyboard is not valid. [object has missing required properties (["ActionBody"])]')
        if each.get("ActionType", "reply") not in ACTIONS:
            raise Refused(BAD, "keyboard is not valid. [ActionType]")
        if not (1 <= each.get("Columns", 6) <= 6 and 1 <= each.get("Rows", 1) <= 2):
            raise Refused(BAD, "keyboard is not valid. [Columns, Rows]")
        if each.get("ActionType") in {"share-phone", "location-picker"} and version < 3:
            raise Refused(TOO_OLD, "min_api_version is not compatible to the message fields")


def shows(keyboard: dict[str, Any]) -> list[str]:
    """The labels as a phone shows them; an `AssertionError` is what makes it report `failed` afterwards."""
    labels = []
    used = lines = 0
    for each in keyboard["Buttons"]:
        assert len(each.get("Text", "")) <= LABEL, "a label is cut off"
        columns, rows = each.get("Columns", 6), each.get("Rows", 1)
        if not used or used + columns > 6:
            lines, used = lines + rows, 0
        used += columns
        plain = TAG.sub("", each.get("Text", ""))
        assert "<" not in plain, "a label is no HTML"
        labels.append(html.unescape(plain))
    assert lines <= KEYBOARD_LINES, "the keyboard is higher than the screen"
    return labels
