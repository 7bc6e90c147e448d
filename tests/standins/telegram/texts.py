"""Texts with formatting: checks them as the real server does, and finds what it marks by itself."""

import re
from html.parser import HTMLParser
from typing import Any

from tests.standins.telegram.arguments import Arguments
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.wire import Json, utf16

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "a": "text_link",
}

_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)


def read_text(arguments: Arguments) -> Json:
    """`text` and `entities` of a message; raises `Refused` for what the real server would not take."""
    if not arguments.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(arguments, arguments.text("text"), "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16(text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(arguments: Arguments) -> Json:
    """`caption` and `caption_entities` of a picture or a file; empty when there is none."""
    text, entities = _formatted(arguments, arguments.text("caption"), "caption_entities")
    if utf16(text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def found_entities(text: str) -> list[Json]:
    """Commands, addresses and links, which the server marks without being asked."""
    return [
        {"type": str(match.lastgroup), "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
        for match in _FOUND.finditer(text)
    ]


def _formatted(arguments: Arguments, text: str, name: str) -> tuple[str, list[Json]]:
    mode = arguments.text("parse_mode").lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    if mode:
        given = _Markup(text).read()
    else:
        given = text, _checked(arguments.data(name) or [], text)
    plain, entities = _stripped(*given)
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities]
    for one in found_entities(plain):
        if not any(start < one["offset"] + one["length"] and one["offset"] < end for start, end in taken):
            entities.append(one)
    return plain, sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def _checked(entities: Any, text: str) -> list[Json]:
    if not isinstance(entities, list):
        return []
    edges = _edges(text)
    for one in entities:
        start, length = int(one.get("offset", -1)), int(one.get("length", 0))
        if start < 0 or length < 0:
            raise bad_request("can't parse MessageEntity: Wrong offset or length")
        for name, at in (("begins", start), ("ends", start + length)):
            if at > max(edges):
                raise bad_request(
                    f"entity beginning at UTF-16 offset {start} {name} after the end of the text at UTF-16 offset "
                    f"{max(edges)}"
                )
            if at not in edges:
                raise bad_request(
                    f"entity beginning at UTF-16 offset {start} {name} in a middle of a UTF-16 symbol at offset {at}"
                )
    return [dict(one) for one in entities if one["length"]]


def _edges(text: str) -> set[int]:
    edges, at = {0}, 0
    for symbol in text:
        at += 2 if ord(symbol) > 0xFFFF else 1
        edges.add(at)
    return edges


def _stripped(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The server cuts blank edges off and moves what is marked accordingly."""
    plain = text.strip()
    if plain == text:
        return text, entities
    lead, end = utf16(text) - utf16(text.lstrip()), utf16(plain)
    kept = []
    for one in entities:
        start = max(one["offset"] - lead, 0)
        length = min(one["offset"] + one["length"] - lead, end) - start
        if length > 0:
            kept.append(one | {"offset": start, "length": length})
    return plain, kept


class _Markup(HTMLParser):
    """Reads the few tags of the HTML mode."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._source = text
        self._text: list[str] = []
        self._at = 0
        self._open: list[tuple[str, Json]] = []
        self._entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        """The plain text and what is marked in it."""
        self.feed(self._source)
        self.close()
        if self._open:
            tag = self._open[-1][0]
            raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
        return "".join(self._text), [one for one in self._entities if one["length"]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a mark begins."""
        if tag not in TAGS:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {self._at}')
        entity: Json = {"type": TAGS[tag], "offset": self._at, "length": 0}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self._open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        if not self._open or self._open[-1][0] != tag:
            raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {self._at}")
        entity = self._open.pop()[1]
        entity["length"] = self._at - entity["offset"]
        self._entities.append(entity)

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self._text.append(data)
        self._at += utf16(data)
