"""What becomes of a message on a channel, and why: for who writes it, before a customer sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.rendering.layout import Part, fitting, lay_out, row_words, too_long
from bot.rendering.limits import Limits
from bot.replies import Message

Shape = Literal["words", "buttons", "list", "lists", "numbers"]
"""Nothing to choose, buttons, one list, several of them, or a text in which the choices stand under numbers."""


class Misfit(NamedTuple):
    """A choice that fits no button or row: its place among the choices from 0, what is wrong, the most there is, its length.

    `same` is a label that cannot be told from one before it.
    """

    choice: int
    part: Literal["label", "description", "same"]
    most: int
    length: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a message is shown: its shape, its messages, and the choices that decided against something better.

    `misfits` are those because of which there are no buttons, rows or descriptions where their number would allow it.
    """

    shape: Shape
    parts: tuple[Part, ...]
    misfits: tuple[Misfit, ...] = ()

    @property
    def texts(self) -> int:
        """In how many messages its words stand; lists that only go on are none."""
        return len(self.parts) - max(0, sum(bool(part.options) for part in self.parts) - 1)


def judge(message: Message, limits: Limits) -> Verdict:
    """Lay a message out and say what came of it. Pure."""
    parts = tuple(lay_out(message, limits, lambda choice: choice.id))
    shape = _shape(message, parts)
    return Verdict(shape, parts, tuple(_misfits(message, limits, shape)))


def _shape(message: Message, parts: tuple[Part, ...]) -> Shape:
    if not message.choices:
        return "words"
    shown = [part for part in parts if part.options]
    numbers = [str(number) for number, _ in enumerate(message.choices, start=1)]
    if not shown:
        return "numbers"
    if shown[0].form == "buttons":
        labels = [each.label for each in shown[0].options]
        return "numbers" if labels == numbers != [each.label for each in message.choices] else "buttons"
    return "lists" if len(shown) > 1 else "list"


def _misfits(message: Message, limits: Limits, shape: Shape) -> Iterator[Misfit]:
    few = 0 < len(message.choices) <= limits.buttons
    some = 0 < len(message.choices) <= limits.rows * limits.pages
    if few and (shape in ("list", "lists") or (shape == "numbers" and not some)):
        yield from _narrow(message, limits.label)
    if some and shape == "numbers":
        yield from _narrow(message, limits.row_label)
    if shape in ("list", "lists"):
        for place, choice in enumerate(message.choices):
            said = row_words(choice, limits)[1]
            if too_long(said, limits):
                yield Misfit(place, "description", limits.row_description, len(said))


def _narrow(message: Message, most: int) -> Iterator[Misfit]:
    """The choices that cannot be labels of at most so many characters (0: any), or cannot be told apart as such."""
    seen = set()
    for place, choice in enumerate(message.choices):
        label = fitting(choice, most)
        if not label or label in seen:
            yield Misfit(place, "same" if label else "label", most, len(choice.label.strip()))
        seen.add(label)
