"""A page that looks like a conversation on a phone: bubbles, what stands under them, what can be pressed at the bottom.

It is nobody's own look. Whatever people and bots wrote is escaped, and the page fetches nothing.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import jinja2
from markupsafe import Markup

COLOURS = ("#e17076", "#eda86c", "#a695e7", "#7bc862", "#6ec9cb", "#65aadd", "#ee7aae")
TEMPLATE = Path(__file__).with_suffix(".html")
WIDTH = 400


class Key(NamedTuple):
    """Something to press; `link` when it leads out of the chat."""

    label: str
    link: bool = False


class Row(NamedTuple):
    """A row of a list that has been opened."""

    label: str
    description: str
    chosen: bool = False


@dataclass(slots=True)
class Line:
    """One bubble, or a pill in the middle when `pill` is set.

    `photo` is None without one, empty when it is not known. `keys` stand under the bubble, `opener` is the button that
    opens the list of `rows`, which are drawn when `opened`. `below` stands at the bottom of the screen as long as nothing
    newer has come. `silent` is a key that was pressed and left no words, `caps` are keys of a telephone, and `public` is
    what everybody can read under a post.
    """

    pill: str = ""
    author: int = 0
    name: str = ""
    mine: bool = False
    first: bool = True
    last: bool = True
    text: str | Markup = ""
    time: str = ""
    edited: bool = False
    forwarded: str = ""
    quote: tuple[str, str] | None = None
    photo: str | None = None
    card: tuple[str, str, str] | None = None
    keys: list[list[Key]] = field(default_factory=list)
    opener: str = ""
    rows: list[Row] = field(default_factory=list)
    opened: bool = False
    below: list[list[Key]] = field(default_factory=list)
    silent: bool = False
    caps: str = ""
    public: bool = False

    @property
    def offers(self) -> list[str]:
        """All that can be pressed under it."""
        keys = [key.label for line in (*self.keys, *self.below) for key in line]
        return [*keys, *(row.label for row in self.rows)]


@dataclass(frozen=True, slots=True)
class View:
    """What stands around the conversation; with `faces` each author has a disc. `look` is a class of the page's body."""

    title: str
    subtitle: str = ""
    faces: bool = False
    language: str = "en"
    look: str = "telegram"
    width: int = WIDTH


def draw(lines: Sequence[Line], view: View, keyboard: Sequence[Sequence[Key]] = ()) -> str:
    """The page of these lines, the oldest first, above this keyboard or what the last line has below it."""
    _join(lines)
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text("utf-8"))
    keyboard = keyboard or (lines[-1].below if lines else [])
    return template.render(view=view, lines=lines, keyboard=keyboard, colour=colour, letter=letter)


def colour(name: str) -> str:
    """The colour of a name, always the same."""
    return COLOURS[sum(name.encode()) % len(COLOURS)]


def letter(name: str) -> str:
    """What stands in the disc: the first letters of the first two words."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "#"


def _join(lines: Sequence[Line]) -> None:
    """Mark where a run of messages of one author begins and ends."""
    for before, after in itertools.pairwise(lines):
        same = (before.author, before.mine, before.public) == (after.author, after.mine, after.public)
        if not before.pill and not after.pill and same:
            before.last = after.first = False
