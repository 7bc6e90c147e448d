"""Words as they are read: whole characters, names on one line, and links, files and places where only text is shown. Pure."""

import json
import re
from collections.abc import Callable

from bot.events import Media
from bot.replies import Link, Message

NOTHING = "…"  # stands where something must be said
POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def sound(text: str) -> str:
    """A text that can be written as UTF-8: half a character becomes the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def sound_json(body: bytes) -> bytes:
    """The same JSON with lone surrogates, and bytes that are no UTF-8, replaced.

    Raises `ValueError` or `RecursionError` for what is no JSON.
    """
    return sound(json.dumps(json.loads(body.decode("utf-8", "replace")), ensure_ascii=False)).encode()


def printed(text: str) -> str:
    """A sound text without control characters, which no screen shows; line breaks and tabs stay."""
    return (
        text if text.isprintable() else "".join(each for each in sound(text) if " " <= each != "\x7f" or each in "\n\t")
    )


def one_line(text: str, most: int) -> str:
    """A name on one line, at most so many characters of it, without those that show nothing or turn the line around."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:most].strip()


def shown(link: Link) -> Link:
    """A link to be read: a phone or mail address without the scheme in front of it."""
    return Link(link.url.removeprefix("tel:").removeprefix("mailto:"), link.label)


def as_link(media: Media, url: str) -> Link:
    """A file as a line of text: where it can be fetched, else at least what it is; a place is its words."""
    return Link(url, media.alt) if url and media.kind != "place" else Link(media.alt or NOTHING, "")


def as_links(message: Message, link: Callable[[Media], str]) -> list[Link]:
    """All that cannot be shown in a text itself: the links of a message, then its files, whose addresses `link` gives."""
    return [*map(shown, message.links), *(as_link(each, link(each)) for each in message.media)]


def file_name(media: Media, most: int) -> str:
    """What a file is called for others: by its description when that is a file's name, else by our own; with its ending."""
    name = media.alt if ENDING.search(media.alt) else media.name
    return re.sub(r"[^\w. -]", "_", name)[-most:].strip() or "file"


def point(media: Media) -> tuple[str, str] | None:
    """The latitude and longitude of a place, in degrees; None for what is none."""
    found = POINT.fullmatch(media.alt) if media.kind == "place" else None
    return (found[1], found[2]) if found is not None else None
