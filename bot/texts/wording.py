"""Texts that are not yet in a language.

Code names a text by its English sentence (the gettext id); the language is chosen when the text is said. A value
inside a text is data: it is formatted for the language and never read as a template.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Union
from unicodedata import category

import msgspec

from bot.texts.formats import Clock, Day, Duration, Money

LANGUAGES: Mapping[str, str] = {
    "hy": "Հայերեն",
    "ru": "Русский",
    "uz": "O‘zbekcha",
    "ka": "ქართული",
    "en": "English",
}
"""The languages of this release by code, each under its own name."""

Value = Union[
    str,
    int,
    Decimal,
    date,
    time,
    datetime,
    timedelta,
    Money,
    Day,
    Clock,
    Duration,
    "Text",
    "Localized",
    "Lines",
    "Spoken",
]


class Text(msgspec.Struct, frozen=True):
    """A catalogue text: its English sentence, the values in it, and its plural form if it counts something."""

    id: str
    values: Mapping[str, Value] = {}
    plural: str = ""
    count: int = 0


class Localized(msgspec.Struct, frozen=True):
    """A text of the business folder: one wording a language."""

    wordings: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.wordings)


class Lines(msgspec.Struct, frozen=True):
    """Several texts, one under another; empty ones leave no line."""

    parts: tuple["Wording", ...]
    between: str = "\n"


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """Words that are the same in every language: a name, a number, what the customer wrote."""

    text: str


Wording = Text | Localized | Lines | Spoken


def t(message: str, /, **values: Value) -> Text:
    """Name the text `message`; `{name}` in it stands for a value."""
    return Text(message, values)


def tn(one: str, many: str, count: int, /, **values: Value) -> Text:
    """Name a text that counts something; `{count}` stands for the number."""
    return Text(one, {"count": count, **values}, plural=many, count=count)


def spoken(text: str) -> Spoken:
    """Take words as they are, in every language."""
    return Spoken(text)


def quoted(text: str, most: int = 40) -> Spoken:
    """What the customer wrote, to be said back inside a sentence of ours.

    Cut to `most` characters; control and direction marks fall away, so that they cannot turn our own words around.
    """
    plain = " ".join("".join(char for char in text if char.isspace() or category(char)[0] != "C").split())
    return Spoken(plain if len(plain) <= most else f"{plain[:most].rstrip()}…")


def written(value: Value, /) -> Text:
    """A value that stands alone: a day on a button, an amount."""
    return Text("{value}", {"value": value})
