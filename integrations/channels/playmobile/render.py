"""A neutral message becomes text messages. Pure; nothing is cut.

There are no buttons and no files: choices are numbered lines, a file is a link. How far somebody is in a form is not
said, because each text message costs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from bot.events import Media
from bot.rendering import NOTHING, as_links, lay_out, printed
from bot.replies import Choice, Message
from integrations.channels.playmobile.limits import LIMITS


class Text(msgspec.Struct, frozen=True):
    """One text message: its words, and where they stand, as the part of our message of that number."""

    text: str
    message: int
    part: int


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out. `link` gives an address under which a file can be fetched; it is empty where there is none."""

    link: Callable[[Media], str]

    def texts(self, message: Message, number: int) -> list[Text]:
        """The text messages that say a message, in order; nothing that was sent can be changed or taken back."""
        plain = msgspec.structs.replace(message, progress=None)
        parts = lay_out(plain, LIMITS, id_of, written=as_links(message, self.link))
        return [Text(printed(each.text).strip() or NOTHING, number, n) for n, each in enumerate(parts)]


def id_of(choice: Choice) -> str:
    """What a button would give back, if there were any."""
    return choice.id
