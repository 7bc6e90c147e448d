"""Lays a message out within a channel's limits: buttons, else a list, else lists one after another, else numbers.

Nothing is cut: a text that is too long becomes several, a label that does not fit its button stands in the text beside
its number, a description that does not fit its row stands in the text. What a channel makes of a part is its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from msgspec import structs

from bot.rendering.lengths import split
from bot.rendering.limits import Limits
from bot.rendering.words import NOTHING
from bot.replies import Choice, Link, Message

Form = Literal["plain", "buttons", "list"]


class Option(NamedTuple):
    """A button or a row: what it gives back, and what it says."""

    id: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of those that say it; with `form` its options stand under the text."""

    text: str
    form: Form = "plain"
    options: tuple[Option, ...] = ()


Group = tuple[Form, tuple[Option, ...]]


def lay_out(
    message: Message, limits: Limits, name: Callable[[Choice], str], *, written: Sequence[Link] = ()
) -> list[Part]:
    """The parts that say a message, in order, without its media.

    `name` gives what a button of a choice gives back; `written` are the links that become words here. A label that the
    provider would answer itself gives way to its short form.
    """
    message = unreserved(message, limits)
    groups = _as_buttons(message, limits, name) or _as_lists(message, limits, name)
    lines: list[str] = []
    if not groups and message.choices:
        lines = _in_words(message)
        groups = _as_numbers(message, limits, name)
    elif groups and groups[0][0] == "buttons":
        lines = [_line(each) for each in message.choices if each.description]
    else:
        lines = [_line(each) for each in message.choices if too_long(row_words(each, limits)[1], limits)]
    text = _all_words(message, lines, written)
    if not groups:
        return [Part(each) for each in split(text, limits.text, limits.measure)]
    return _beside(text or NOTHING, groups, limits)


def _all_words(message: Message, lines: Sequence[str], written: Sequence[Link]) -> str:
    blocks = [message.heading.strip(), message.author.strip(), message.text.strip(), "\n".join(lines)]
    blocks.append("\n".join(f"{each.label}: {each.url}" if each.label else each.url for each in written))
    if message.progress is not None:
        blocks.append(f"{message.progress.step}/{message.progress.of}")
    return "\n\n".join(block for block in blocks if block)


def _beside(text: str, groups: Sequence[Group], limits: Limits) -> list[Part]:
    """The words, and the options under the last of them; further lists stand under their numbers."""
    form, options = groups[0]
    most = min(limits.text, (limits.listing if form == "list" else limits.asking) or limits.text)
    *before, last = split(text, limits.text, limits.measure)
    if limits.measure(last) > most:
        *some, last = split(last, most, limits.measure)
        before += some
    parts = [*map(Part, before), Part(last, form, options)]
    for page, (form, options) in enumerate(groups[1:], start=2):
        parts.append(Part(f"{page}/{len(groups)}", form, options))
    return parts


def unreserved(message: Message, limits: Limits) -> Message:
    """The message with each choice under a form that the provider leaves alone, where it has one."""
    if not limits.reserved:
        return message
    return structs.replace(message, choices=tuple(_free(each, limits) for each in message.choices))


def _free(choice: Choice, limits: Limits) -> Choice:
    free = [form for form in (choice.label, choice.short) if form.strip().upper() not in limits.reserved]
    return structs.replace(choice, label=next((form for form in free if form.strip()), choice.label))


def _as_buttons(message: Message, limits: Limits, name: Callable[[Choice], str]) -> list[Group]:
    if not 0 < len(message.choices) <= limits.buttons:
        return []
    options = [Option(name(each), fitting(each, limits.label)) for each in message.choices]
    return [("buttons", tuple(options))] if _sound(options, limits) else []


def _as_lists(message: Message, limits: Limits, name: Callable[[Choice], str]) -> list[Group]:
    if not 0 < len(message.choices) <= limits.rows * limits.pages:
        return []
    options = [_row(each, name(each), limits) for each in message.choices]
    if not _sound(options, limits):
        return []
    return [("list", tuple(options[n : n + limits.rows])) for n in range(0, len(options), limits.rows)]


def _row(choice: Choice, name: str, limits: Limits) -> Option:
    label, said = row_words(choice, limits)
    return Option(name, label, "" if too_long(said, limits) else said)


def row_words(choice: Choice, limits: Limits) -> tuple[str, str]:
    """The label of a row and what it says beneath; where only the short form fits, the whole label leads that."""
    label, said = fitting(choice, limits.row_label), choice.description
    if label and label != choice.label.strip():
        said = f"{choice.label}, {said}" if said else choice.label
    return label, said


def too_long(said: str, limits: Limits) -> bool:
    """Whether this does not fit beneath the label of a row; it stands in the text then."""
    return len(said) > limits.row_description


def _as_numbers(message: Message, limits: Limits, name: Callable[[Choice], str]) -> list[Group]:
    """Buttons that say the number only, where there are enough of them."""
    if not message.numbered or len(message.choices) > limits.buttons:
        return []
    options = [Option(name(each), str(number)) for number, each in enumerate(message.choices, start=1)]
    return [("buttons", tuple(options))] if _sound(options, limits) else []


def _in_words(message: Message) -> list[str]:
    lines = map(_line_words, message.choices)
    if message.numbered:
        return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return [f"• {line}" for line in lines]


def _line(choice: Choice) -> str:
    return f"• {_line_words(choice)}"


def _line_words(choice: Choice) -> str:
    return f"{choice.label} — {choice.description}" if choice.description else choice.label


def fitting(choice: Choice, most: int) -> str:
    """The label, else its declared short form, else nothing; at most so many characters (0: any)."""
    forms = (form.strip() for form in (choice.label, choice.short))
    return next((form for form in forms if form and (not most or len(form) <= most)), "")


def _sound(options: Sequence[Option], limits: Limits) -> bool:
    """Whether each says something, no two the same, and what it gives back fits."""
    labels = {each.label for each in options}
    named = not limits.payload or all(len(each.id.encode()) <= limits.payload for each in options)
    return named and "" not in labels and len(labels) == len(options)
