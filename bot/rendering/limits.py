"""What one message of a channel can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.rendering.lengths import Measure, characters


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one channel; lengths of texts by `measure`, of labels in characters. 0: it has none of these.

    `text` is the longest text, `asking` the longest beside buttons, `listing` the longest beside a list, `caption` the
    longest under a picture. `payload` are the bytes of what a button or row gives back. `pages` is how many lists
    may follow each other for one question. `window` is how long after the customer's last word we may write freely.
    `media` are the kinds of files by their most bytes; others become links. `reserved` are words that the provider
    answers itself. `segments` are how many SMS one text may well become before it is called long. `templates` is the
    longest text that a template may have, which leaves after the window too. `voices` are the languages that the provider
    reads out, where texts are heard and not seen. `one_way` are the countries whose people cannot answer.
    """

    text: int
    measure: Measure = characters
    asking: int = 0
    listing: int = 0
    caption: int = 0
    buttons: int = 0
    label: int = 0
    rows: int = 0
    row_label: int = 0
    row_description: int = 0
    opener: int = 0
    payload: int = 0
    pages: int = 0
    window: timedelta | None = None
    media: Mapping[str, int] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    edits: bool = False
    templates: int = 0
    voices: frozenset[str] | None = None
    segments: int = 0
    one_way: frozenset[str] = frozenset()
