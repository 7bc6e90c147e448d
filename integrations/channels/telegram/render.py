"""A neutral message becomes calls of the Bot API. Pure; nothing is cut.

Text is sent with entities and never as markup, so what a customer wrote cannot become any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.events import Media
from bot.rendering import NOTHING, point, sound, split, utf16_units
from bot.replies import Message
from integrations.channels.telegram.keyboard import Data, Keyboard, acting, answering, buttons, carries, opens, sharing
from integrations.channels.telegram.limits import CAPTION_UNITS, TEXT_UNITS

HEADING_UNITS = 512  # a longer first line is plain text
METHODS = {"image": "sendPhoto", "voice": "sendVoice", "video": "sendVideo", "file": "sendDocument"}
FIELDS = {"sendPhoto": "photo", "sendVoice": "voice", "sendVideo": "video", "sendDocument": "document"}
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})  # others are refused or lose their movement as photos
VOICES = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/m4a", "audio/x-m4a"})


class Call(msgspec.Struct, frozen=True):
    """One call: its fields without the chat, and the file that goes with it.

    With `anew` an edit of a message that is no more becomes a new one. `inline` are the buttons that stand under it
    where no keyboard may take the place of the letters.
    """

    method: str
    fields: dict[str, Any]
    media: Media | None = None
    anew: bool = True
    inline: Keyboard | None = None

    @property
    def file_field(self) -> str:
        """The field in which the file goes."""
        return FIELDS[self.method]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out for one account. `share` gives the label of the button that shares a phone number, for a text."""

    share: Callable[[str], str]

    def conversation(self, message: Message, number: int, replaced: str = "") -> list[Call]:
        """The calls that say a message to a customer, in order."""
        if replaced and not message.text and not message.media:
            return [Call("deleteMessage", {"message_id": int(replaced)})]
        if message.hint == "tel" and not replaced:
            return self._asks_for_phone(message, answering(number))
        return replacing(self._said(message, answering(number)), replaced)

    def room(self, message: Message, replaced: str = "") -> list[Call]:
        """The calls that say a message in a group."""
        if replaced and not message.text and not message.media:
            return [Call("deleteMessage", {"message_id": int(replaced)})]
        return replacing(self._said(message, acting), replaced)

    def _asks_for_phone(self, message: Message, data: Data) -> list[Call]:
        text, entities = worded(message, written_links=message.links)
        made = calls(text, entities, message.media, [sharing(self.share(message.text), message.choices)])
        pages = buttons([(each, name) for each in message.choices if carries(name := data(each))], ())
        if pages:
            made[-1] = msgspec.structs.replace(made[-1], inline=pages[0])
        return made

    def _said(self, message: Message, data: Data) -> list[Call]:
        names = [data(each) for each in message.choices]
        fitting = all(map(carries, names))
        links = [each for each in message.links if opens(each)]
        text, entities = worded(
            message, written_links=[each for each in message.links if not opens(each)], written_choices=not fitting
        )
        keyboards = buttons(zip(message.choices, names, strict=True) if fitting else (), links)
        return calls(text, entities, message.media, keyboards)


def worded(
    message: Message, *, written_links: Sequence[Any] = (), written_choices: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """All words of a message and the marks on them: heading and author bold, then text, what choices are, links, progress."""
    first = "\n".join([line for line in (sound(message.heading).strip(), sound(message.author).strip()) if line])
    blocks = [sound(message.text).strip()]
    blocks.append("\n".join(described(message, all_of_them=written_choices)))
    blocks.append("\n".join([f"{each.label}: {each.url.partition(':')[2]}" for each in written_links]))
    if message.progress is not None:
        blocks.append(f"{message.progress.step}/{message.progress.of}")
    rest = "\n\n".join([block for block in blocks if block])
    if not first or utf16_units(first) > HEADING_UNITS:
        return "\n".join([part for part in (first, rest) if part]), []
    return f"{first}\n{rest}".strip(), [{"type": "bold", "offset": 0, "length": utf16_units(first)}]


def described(message: Message, *, all_of_them: bool) -> list[str]:
    """A line for each choice with a description; for each choice at all when there are no buttons for them."""
    lines = []
    for number, each in enumerate(message.choices, start=1):
        if all_of_them or each.description:
            line = sound(f"{each.label} — {each.description}" if each.description else each.label)
            lines.append(f"{number}. {line}" if all_of_them and message.numbered else f"• {line}")
    return lines


def calls(
    text: str, entities: list[dict[str, Any]], media: Sequence[Media], keyboards: Sequence[Keyboard]
) -> list[Call]:
    """Pictures first, the words under the last of them when they fit, else after; buttons under the last words."""
    captioned = bool(media) and media[-1].kind != "place" and utf16_units(text) <= CAPTION_UNITS and len(keyboards) <= 1
    made = [attachment(each) for each in media]
    if captioned:
        extra: dict[str, Any] = {"caption": text} if text else {}
        if text and entities:
            extra["caption_entities"] = entities
        if keyboards:
            extra["reply_markup"] = keyboards[0]
        made[-1] = Call(made[-1].method, made[-1].fields | extra, made[-1].media)
        return made
    return [*made, *messages(text, entities, keyboards)]


def messages(text: str, entities: list[dict[str, Any]], keyboards: Sequence[Keyboard]) -> list[Call]:
    """The words in as many messages as they need; keyboards beyond the first stand under messages that count them."""
    parts = split(text, TEXT_UNITS, utf16_units) or ([NOTHING] if keyboards else [])
    found = [Call("sendMessage", {"text": part}) for part in parts]
    if found and entities:
        found[0].fields["entities"] = entities
    if keyboards:
        found[-1].fields["reply_markup"] = keyboards[0]
    for page, keyboard in enumerate(keyboards[1:], start=2):
        found.append(Call("sendMessage", {"text": f"{page}/{len(keyboards)}", "reply_markup": keyboard}))
    return found


def attachment(media: Media) -> Call:
    """The call that shows a picture, a file or a place."""
    if media.kind == "place":
        found = point(media)
        if found is None:
            return Call("sendMessage", {"text": sound(media.alt) or NOTHING})
        return Call("sendLocation", {"latitude": float(found[0]), "longitude": float(found[1])})
    method = METHODS.get(media.kind, "sendDocument")
    if (method == "sendPhoto" and media.mime not in PHOTOS) or (method == "sendVoice" and media.mime not in VOICES):
        method = "sendDocument"
    return Call(method, {}, media)


def replacing(made: list[Call], replaced: str) -> list[Call]:
    """The same, the first of it in place of a message that stands already."""
    if not replaced or not made:
        return made
    last = made[-1]
    if last.media is not None:  # its picture stays as it is, the words under it change
        fields = {"caption": "", **last.fields, "message_id": int(replaced)}
        return [Call("editMessageCaption", fields)]
    first = made[0]
    if first.method != "sendMessage":
        return made
    return [Call("editMessageText", first.fields | {"message_id": int(replaced)}), *made[1:]]
