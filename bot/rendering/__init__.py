"""What channels share when they say a message within their limits. Pure."""

from bot.rendering.buttons import named, pressed
from bot.rendering.layout import Option, Part, lay_out, unreserved
from bot.rendering.lengths import characters, split, utf8_bytes, utf16_units
from bot.rendering.limits import Limits
from bot.rendering.segments import gsm7, room, segments, septets
from bot.rendering.verdict import Misfit, Shape, Verdict, judge
from bot.rendering.words import (
    NOTHING,
    as_link,
    as_links,
    file_name,
    one_line,
    point,
    printed,
    shown,
    sound,
    sound_json,
)

__all__ = [
    "NOTHING",
    "Limits",
    "Misfit",
    "Option",
    "Part",
    "Shape",
    "Verdict",
    "as_link",
    "as_links",
    "characters",
    "file_name",
    "gsm7",
    "judge",
    "lay_out",
    "named",
    "one_line",
    "point",
    "pressed",
    "printed",
    "room",
    "segments",
    "septets",
    "shown",
    "sound",
    "sound_json",
    "split",
    "unreserved",
    "utf8_bytes",
    "utf16_units",
]
