"""Reads texts as a customer sees them: a no-break space is a space."""

from bot.texts import Phrasebook, Wording, written
from bot.texts.wording import Value

BOOK = Phrasebook()
LANGUAGES = ("hy", "ru", "uz", "ka", "en")


def plain(text: str) -> str:
    """The text with every kind of space made the common one."""
    return " ".join(text.split())


def read(wording: Wording, language: str) -> str:
    """What stands on the screen."""
    return plain(BOOK.say(wording, language))


def read_value(value: Value, language: str) -> str:
    """What stands on the screen where a value stands alone."""
    return read(written(value), language)
