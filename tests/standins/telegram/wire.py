"""The forms that things have on the wire."""

from typing import Any

import msgspec

Json = dict[str, Any]

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode


def utf16(text: str) -> int:
    """The length that Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def picked(body: Json, *names: str) -> Json:
    """The fields of these names that are there."""
    return {name: body[name] for name in names if name in body}
