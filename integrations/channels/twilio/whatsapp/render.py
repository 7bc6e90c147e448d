"""A neutral message becomes messages of WhatsApp by Twilio. Pure; nothing is cut."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import msgspec

from bot.events import Media
from bot.ports.channel import WindowClosed
from bot.rendering import Part, as_link, lay_out, named, point, shown, sound, split, unreserved
from bot.replies import Message, Template
from integrations.channels.twilio.whatsapp.contents import Shape, filled, shape_of
from integrations.channels.twilio.whatsapp.limits import CAPTIONED, CARRIED, EMPTY_VALUE, LIMITS
from integrations.channels.twilio.whatsapp.receive import NAME

OPENER = "☰"  # in place of a label that is too long
KINDS: dict[str, Literal["quick-reply", "list-picker"]] = {"buttons": "quick-reply", "list": "list-picker"}


class Call(msgspec.Struct, frozen=True):
    """One message: its fields without who it is from and to, as part `part` of message `number`.

    With a `shape` it has buttons or a list, and `instead` are its words for when Twilio does not take those.
    """

    number: int
    part: int
    form: dict[str, str]
    shape: Shape | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out. `link` gives the address of a file of ours, `choose` the label of the button that opens a list."""

    link: Callable[[Media], str]
    choose: Callable[[str], str]

    def calls(self, message: Message, number: int, silence: timedelta | None) -> list[Call]:
        """The calls that say a message, in order; after the window its template. Raises `WindowClosed`."""
        if LIMITS.window is not None and (silence is None or silence >= LIMITS.window):
            return [self._as_template(message.template, number)]
        return [
            msgspec.structs.replace(each, number=number, part=part)
            for part, each in enumerate(self._said(message, number))
        ]

    def _as_template(self, template: Template | None, number: int) -> Call:
        if template is None or not (name := template.names.get(NAME, "")):
            raise WindowClosed("The customer has been silent for a day; only a template may be sent.")
        values = {str(n): _one_line(value) or EMPTY_VALUE for n, value in enumerate(template.values, start=1)}
        form = {"ContentSid": name}
        return Call(number, 0, form | {"ContentVariables": _json(values)} if values else form)

    def _said(self, message: Message, number: int) -> list[Call]:
        carried = [each for each in message.media if self._is_carried(each)]
        files = [as_link(each, self.link(each)) for each in message.media if each not in carried]
        parts = lay_out(
            message, LIMITS, lambda choice: named(number, choice.id), written=[*map(shown, message.links), *files]
        )
        made = [self._attached(each) for each in carried]
        if made and self._goes_under(carried[-1], parts):
            caption = {"Body": sound(parts[0].text)} if parts else {}
            return [*made[:-1], Call(0, 0, made[-1].form | caption)]
        return [*made, *(self._written(each, message) for each in parts)]

    def _is_carried(self, media: Media) -> bool:
        if media.kind == "place":
            return point(media) is not None
        return media.mime in CARRIED and bool(self.link(media))

    def _goes_under(self, media: Media, parts: Sequence[Part]) -> bool:
        """Whether all the words fit under the last file."""
        if CARRIED.get(media.mime) not in CAPTIONED or len(parts) > 1:
            return False
        return all(part.form == "plain" and LIMITS.measure(part.text) <= LIMITS.caption for part in parts)

    def _attached(self, media: Media) -> Call:
        found = point(media)
        if found is None:
            return Call(0, 0, {"MediaUrl": self.link(media)})
        where = ",".join(found)
        return Call(0, 0, {"PersistentAction": f"geo:{where}", "Body": where})

    def _written(self, part: Part, message: Message) -> Call:
        text = sound(part.text)
        if part.form == "plain":
            return Call(0, 0, {"Body": text})
        kind = KINDS[part.form]
        values = filled(kind, text, self._opener(message.text), part.options)
        form = {"ContentVariables": _json({name: sound(value) for name, value in values.items()})}
        return Call(0, 0, form, shape_of(kind, part.options), _instead(part, unreserved(message, LIMITS)))

    def _opener(self, text: str) -> str:
        label = self.choose(text)
        return label if 0 < len(label) <= LIMITS.opener else OPENER


def _instead(part: Part, message: Message) -> tuple[str, ...]:
    """The part in plain words, its options under the numbers by which they are picked."""
    picked = {each.id: (str(n), each) for n, each in enumerate(message.choices, start=1)}
    lines = []
    for option in part.options:
        number, choice = picked[option.id.partition(".")[2]]
        words = f"{choice.label} — {choice.description}" if choice.description else choice.label
        if option.label != number:  # else it stands in the text already
            lines.append(f"{number}. {words}" if message.numbered else f"• {words}")
    text = "\n\n".join([part.text, *(["\n".join(lines)] if lines else [])])
    return tuple(map(sound, split(text, LIMITS.text, LIMITS.measure)))


def _one_line(value: str) -> str:
    """A value of a template, in which WhatsApp takes no line breaks and no wide gaps."""
    return sound(" ".join(value.split()))


def _json(values: dict[str, str]) -> str:
    return msgspec.json.encode(values).decode()
