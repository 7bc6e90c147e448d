"""A neutral message becomes requests to Viber. Pure; nothing is cut.

Text is sent as text. A button's label is HTML for Viber, so it is escaped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.events import Media
from bot.ports.channel import Answer, Told
from bot.rendering import (
    NOTHING,
    Limits,
    Option,
    Part,
    as_links,
    file_name,
    lay_out,
    point,
    printed,
    shown,
    split,
    utf16_units,
)
from bot.replies import Choice, Link, Message
from integrations.channels.viber.keyboard import Keyboard, Rests, gives, height, keyboard
from integrations.channels.viber.limits import (
    ASKING_UNITS,
    BY_NUMBER,
    CAPTION_UNITS,
    FILE_NAME_CHARS,
    IN_WORDS,
    LIMITS,
    LINES,
    RECEIVER_BYTES,
    REQUEST_BYTES,
    TEXT_UNITS,
)

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
SHARING_VERSION = 3  # of the API, which a phone must know for a button that shares its number
MORE = "▼"

Fields = dict[str, Any]
Words = list[Fields]

encode = msgspec.json.Encoder().encode


class Call(msgspec.Struct, frozen=True):
    """One message as Viber takes it, without its receiver; with `media` its size is looked at when it is sent."""

    fields: Fields
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out for one account.

    `sender` is how the firm is shown. `share` gives the label of the button that shares a phone number, for a text, and
    `link` an address under which Viber can fetch a file; it is empty where there is none. `rests` asks for the rest of a
    welcome.
    """

    sender: dict[str, str]
    share: Callable[[str], str]
    link: Callable[[Media], str]
    rests: Rests

    def conversation(self, message: Message, number: int, replaced: str = "") -> list[Call]:
        """The calls that say a message to a customer, in order: files first, the words under a last picture if they fit.

        Viber changes no message that was sent, so a correction is said anew and one that is taken back stays.
        """
        files = [self._attached(each) for each in message.media]
        said = self._words(message, number, [shown(each) for each in message.links])
        if not files or len(said) != 1 or utf16_units(said[0]["text"]) > CAPTION_UNITS:
            return [*files, *map(Call, said)]
        *before, last = files
        if last.fields["type"] != "picture":
            return [*files, *map(Call, said)]
        return [*before, Call(last.fields | said[0] | {"type": "picture"}, last.media)]

    def welcome(self, told: Sequence[Told]) -> Answer:
        """The one message with which a newcomer can be welcomed: all that is said, files as links.

        Where that is too much, it ends with a button that asks for the rest; who writes instead hears the rest first.
        """
        said = [
            (number, words)
            for number, message in told
            if (words := self._words(message, number, as_links(message, self.link)))
        ]
        if not said:
            return Answer()
        whole = joined(said)
        return Answer(encode({**(whole if self._is_one(whole) else self._begun(said)), "sender": self.sender}))

    def _begun(self, said: Sequence[tuple[int, Words]]) -> Fields:
        """The first messages, as far as they have no buttons and there is room; else the beginning of the first one."""
        last, _ = said[-1]
        for count in range(len(said) - 1, 0, -1):
            whole = joined(said[:count])
            fields = beginning(whole["text"], self.rests.asks(said[count][0], last))
            if "keyboard" not in whole and self._is_one(fields):
                return fields
        number, words = said[0]
        return beginning(split(words[0]["text"], ASKING_UNITS, utf16_units)[0], self.rests.asks(number, last))

    def _is_one(self, fields: Fields) -> bool:
        most = ASKING_UNITS if "keyboard" in fields else TEXT_UNITS
        return utf16_units(fields["text"]) <= most and self._fits(fields)

    def _words(self, message: Message, number: int, written: Sequence[Link]) -> Words:
        """All words of a message, with its buttons under the last of them; where these are too many, in words."""
        share = printed(self.share(message.text)) if message.hint == "tel" else ""
        said: Words = []
        for limits in (LIMITS, BY_NUMBER, IN_WORDS):
            parts = self._laid(message, number, written, limits) or ([Part(NOTHING)] if share else [])
            options = [
                Option(each.id, printed(each.label).strip() or NOTHING) for each in (parts[-1].options if parts else ())
            ]
            said = [{"type": "text", "text": printed(part.text).strip() or NOTHING} for part in parts]
            if options or share:
                said[-1] |= buttons(options, share)
            if height(options, shares=bool(share)) <= LINES and all(map(self._fits, said)):
                break
        return said

    def _laid(self, message: Message, number: int, written: Sequence[Link], limits: Limits) -> list[Part]:
        def name(choice: Choice) -> str:
            return gives(number, choice.id, printed(label_of(choice)).strip() or NOTHING)

        return lay_out(message, limits, name, written=written)

    def _fits(self, fields: Fields) -> bool:
        return len(encode({**fields, "sender": self.sender})) <= REQUEST_BYTES - RECEIVER_BYTES

    def _attached(self, media: Media) -> Call:
        """The call that shows a picture, a file or a place; words where Viber cannot fetch it."""
        if media.kind == "place":
            return place(media)
        address = self.link(media)
        if not address:
            return Call({"type": "text", "text": printed(media.alt).strip() or NOTHING})
        if media.kind == "image" and media.mime in PICTURES:
            return Call({"type": "picture", "text": "", "media": address}, media)
        if media.kind == "video" and media.mime == "video/mp4":
            return Call({"type": "video", "media": address, "size": 0}, media)
        return Call(as_file(media, address, 0), media)


def joined(said: Sequence[tuple[int, Words]]) -> Fields:
    """Several messages as one, with the last buttons that there are."""
    whole = [fields for _, words in said for fields in words]
    buttons = next((each for each in reversed(whole) if "keyboard" in each), {})
    return {**buttons, "type": "text", "text": "\n\n".join(each["text"] for each in whole)}


def beginning(text: str, asks: str) -> Fields:
    """The beginning of a welcome above the button that asks for the rest."""
    return {"type": "text", "text": text, "keyboard": keyboard([Option(asks, MORE)]), "tracking_data": asks}


def buttons(options: Sequence[Option], share: str) -> Fields:
    """The fields that put buttons under a message."""
    made: Keyboard = keyboard(options, share)
    return {"keyboard": made, "min_api_version": SHARING_VERSION} if share else {"keyboard": made}


def label_of(choice: Choice) -> str:
    """What a choice says; never empty."""
    return next((form for form in (choice.label.strip(), choice.short.strip(), choice.id.strip()) if form), NOTHING)


def as_file(media: Media, address: str, size: int) -> Fields:
    """A message that is a file."""
    return {"type": "file", "media": address, "size": size, "file_name": file_name(media, FILE_NAME_CHARS)}


def as_words(fields: Fields, media: Media, address: str) -> Fields:
    """What is said in place of a file that is too large or gone: its caption and buttons, its name, its address."""
    caption = fields.get("text", "")
    text = "\n".join(part for part in (caption, printed(media.alt).strip(), address) if part) or NOTHING
    kept = {name: value for name, value in fields.items() if name not in {"media", "size", "file_name"}}
    return {**kept, "type": "text", "text": text}


def place(media: Media) -> Call:
    """A point on the map; words for what is none."""
    found = point(media)
    if found is None:
        return Call({"type": "text", "text": printed(media.alt).strip() or NOTHING})
    return Call({"type": "location", "location": {"lat": float(found[0]), "lon": float(found[1])}})
