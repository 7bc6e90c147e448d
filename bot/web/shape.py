"""A message of the transcript as the page receives it."""

import re
from typing import Any

from bot.events import Media
from bot.replies import Message
from bot.store.transcript import Line
from bot.web.file_links import FileLinks

PLACE = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
MAP = "https://www.openstreetmap.org/?mlat={}&mlon={}#map=17/{}/{}"


def shape(line: Line, files: FileLinks) -> dict[str, Any]:
    """The JSON of one message of the transcript; keys that say nothing are left out."""
    place = {
        "type": "message",
        "seq": line.seq,
        "from": line.author,
        "at": line.at.isoformat().replace("+00:00", "Z"),
        "client_id": line.client_id,
    }
    return {key: value for key, value in place.items() if value != ""} | told(line.message, files)


def told(message: Message, files: FileLinks) -> dict[str, Any]:
    """The JSON of what a message says, wherever it stands."""
    shaped: dict[str, Any] = {"text": message.text, "author": message.author, "input": message.hint}
    if message.replaces:
        shaped["replaces"] = message.replaces
    if message.public:
        shaped["public"] = True
    if message.choices:
        shaped["choices"] = [
            {"id": choice.id, "label": choice.label, "description": choice.description} for choice in message.choices
        ]
    if message.media:
        shaped["media"] = shown_media(message.media[0], files)
    if message.links:
        shaped["links"] = [{"url": link.url, "label": link.label} for link in message.links]
    if message.progress:
        shaped["progress"] = {"step": message.progress.step, "of": message.progress.of}
    return {key: value for key, value in shaped.items() if key == "text" or value != ""}


def shown_media(media: Media, files: FileLinks) -> dict[str, Any]:
    """The JSON of a picture, a file, or a place on the map."""
    return {
        "kind": media.kind,
        "url": files.url(media) or map_url(media.alt),
        "alt": media.alt,
        "width": media.width,
        "height": media.height,
    }


def map_url(place: str) -> str:
    """Where «latitude, longitude» can be looked at; empty for anything else."""
    found = PLACE.fullmatch(place)
    return MAP.format(*found.groups(), *found.groups()) if found else ""
