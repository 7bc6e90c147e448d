"""Every limit of every channel, each with how a firm reaches just so much of it, in each language."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import pytest

from bot.business.fields import TEXT_CHARS
from bot.business.fitting.program import widest
from bot.rendering import Limits, characters, segments
from bot.rendering.lengths import Measure
from bot.texts import LANGUAGES
from integrations.channels import limits as limits_of_channel
from integrations.channels import names
from tests.business.channel_firm import LETTERS, Tree, each, put

Files = dict[str, Tree]
Change = Callable[[Files, str, int], None]
OWN = {name: limits_of_channel(name) for name in names()}
"""What `check` holds a firm to; `test_channel_page` proves that it is within what the providers document."""


class Limit(NamedTuple):
    """A limit of a channel: its name and size, how a folder reaches so much, and which line is named for more."""

    name: str
    most: int
    change: Change
    file: str
    names: Callable[[str], str]
    level: str = "note"

    def reached(self, language: str, size: int) -> Callable[[Files], None]:
        """The change that takes a firm there in a language."""
        return lambda files: self.change(files, language, size)


def wording(size: int, language: str, measure: Measure = characters) -> dict[str, str]:
    """A wording of just so much in one language, in words of four letters; the others stay short."""
    letter, text = LETTERS[language], ""
    while measure(f"{text} {letter}") <= size:
        text += letter if len(text) % 5 < 4 else " "
    return each("x") | {language: text + "." * (size - measure(text))}


def sentence(size: int, language: str) -> dict[str, str]:
    """A text that takes so many short messages and not one character more."""
    letter = LETTERS[language]
    text = letter
    while segments(f"{text}{letter}") <= size:
        text += letter
    return each("x") | {language: text}


def option(value: object) -> Change:
    """Give the first option of the form another label: `value` of (size, language)."""
    assert callable(value)
    return lambda files, language, size: put(
        files, "forms.yaml", "visit", "questions", 0, "options", 0, "label", value=value(size, language)
    )


def options(files: Files, language: str, size: int) -> None:
    del language
    offered = [{"id": f"o{n}", "label": each(f"o {n}")} for n in range(size)]
    put(files, "forms.yaml", "visit", "questions", 0, "options", value=offered)


def asking(question: int, limits: Limits, *, choices: int = 2) -> Change:
    """Give a question of the form a long text."""

    def change(files: Files, language: str, size: int) -> None:
        options(files, language, choices)
        put(files, "forms.yaml", "visit", "questions", question, "ask", value=wording(size, language, limits.measure))

    return change


def asking_in_segments(files: Files, language: str, size: int) -> None:
    text = sentence(min(size, 4), language)
    text[language] += LETTERS[language] * (size - min(size, 4))
    put(files, "forms.yaml", "visit", "questions", 1, "ask", value=text)


def address(files: Files, language: str, size: int) -> None:
    """A branch whose address is so long; with Back and «any» beside the two there are four choices."""
    put(files, "business.yaml", "branches", "north", "address", value=wording(size, language))


def picture(limits: Limits) -> Change:
    """Words under a small picture."""

    def change(files: Files, language: str, size: int) -> None:
        file(files, language, 8)
        put(files, "menu.yaml", "main", "text", value=wording(size, language, limits.measure))

    return change


def opener(files: Files, language: str, size: int) -> None:
    """A wording of the firm's own for the button that opens a list."""
    files["texts.yaml"] = {"Choose": wording(size, language)}


def file(files: Files, language: str, size: int) -> None:
    """A picture of so many bytes, the same in each language."""
    put(files, "menu.yaml", "main", "image", value="front.png")
    files["media/front.png"] = size


def limits_of(limits: Limits) -> Iterator[Limit]:
    """Every limit that a firm can reach; payloads are ours, and the house refuses a text that is over its own."""
    yield from _of_choices(limits)
    yield from _of_words(limits)
    if limits.media.get("image"):
        yield Limit("file", limits.media["image"], file, "menu.yaml", lambda _: "image:")


def _of_choices(limits: Limits) -> Iterator[Limit]:
    own = "forms.yaml"
    if most := widest(limits):
        yield Limit("label", most, option(wording), own, _text_of, "fault")
    if limits.rows and limits.label:
        yield Limit("button", limits.label, option(wording), own, _text_of)
    for count in sorted({limits.buttons, limits.rows, limits.rows * limits.pages} - {0, 1_000}):
        yield Limit(f"{count} choices", count, options, own, lambda _: "options:")
    if limits.row_description:
        yield Limit("description", limits.row_description, address, "business.yaml", _text_of)
    if limits.opener:
        yield Limit("opener", limits.opener, opener, "texts.yaml", _text_of)


def _of_words(limits: Limits) -> Iterator[Limit]:
    own = "forms.yaml"
    beside = ((limits.asking, 2), (limits.listing, 4)) if limits.rows else ((limits.asking, 2),)
    for most, choices in beside:
        if 0 < most < TEXT_CHARS:
            yield Limit(f"beside {choices}", most, asking(0, limits, choices=choices), own, _text_of)
    if limits.text < TEXT_CHARS:
        yield Limit("text", limits.text, asking(1, limits), own, _text_of)
    if limits.segments:
        yield Limit("segments", limits.segments, asking_in_segments, own, _text_of)
    if limits.caption and limits.media.get("image"):
        yield Limit("caption", limits.caption, picture(limits), "menu.yaml", _text_of)


def _text_of(code: str) -> str:
    return LETTERS[code] * 4


CASES = [
    pytest.param(channel, limit, language, id=f"{channel}-{limit.name}-{language}")
    for (channel, limits), language in product(OWN.items(), LANGUAGES)
    for limit in limits_of(limits)
    if limit.name != "file" or language == next(iter(LANGUAGES))
]
