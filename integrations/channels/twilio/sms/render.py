"""A neutral message becomes SMS. Pure; nothing is cut.

There are no buttons and no files: choices are numbered lines, files are links.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from bot.events import Media
from bot.rendering import Part, as_link, gsm7, lay_out, named, point, room, septets, shown, sound, utf16_units
from bot.replies import Link, Message
from integrations.channels.twilio.sms.limits import LIMITS
from integrations.channels.twilio.sms.smart import as_sent

MAP = "https://maps.google.com/?q={},{}"  # a phone without data shows the figures in it


class Call(msgspec.Struct, frozen=True):
    """One SMS: the words, as part `part` of message `number`."""

    number: int
    part: int
    text: str


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out in texts of at most `segments` segments. `link` gives the address of a file of ours."""

    link: Callable[[Media], str]
    segments: int

    def calls(self, message: Message, number: int) -> list[Call]:
        """The texts that say a message, in order."""
        plain = msgspec.structs.replace(message, progress=None)  # each of its letters costs
        links = [*map(shown, message.links), *map(self._line, message.media)]
        parts = self._parts(plain, number, links)
        return [Call(number, part, sound(each.text)) for part, each in enumerate(parts)]

    def _parts(self, message: Message, number: int, links: Sequence[Link]) -> list[Part]:
        """In the short alphabet when all of it can be written so."""
        whole = lay_out(
            message, replace(LIMITS, text=1_000_000), lambda choice: named(number, choice.id), written=links
        )
        text = as_sent("".join(each.text for each in whole))
        most = min(LIMITS.text, room(text, self.segments))
        limits = replace(LIMITS, text=most, measure=_septets if gsm7(text) else _units)
        return lay_out(message, limits, lambda choice: named(number, choice.id), written=links)

    def _line(self, media: Media) -> Link:
        where = point(media)
        return Link(MAP.format(*where), "") if where is not None else as_link(media, self.link(media))


def _septets(text: str) -> int:
    return septets(as_sent(text))


def _units(text: str) -> int:
    return utf16_units(as_sent(text))
