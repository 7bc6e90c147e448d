"""What customers read: texts by catalogue, texts of the business, and how values are written in a language."""

from bot.texts.catalogue import Phrasebook
from bot.texts.formats import Money, clock, day, duration, money
from bot.texts.wording import LANGUAGES, Lines, Localized, Text, Wording, quoted, spoken, t, tn, written

__all__ = [
    "LANGUAGES",
    "Lines",
    "Localized",
    "Money",
    "Phrasebook",
    "Text",
    "Wording",
    "clock",
    "day",
    "duration",
    "money",
    "quoted",
    "spoken",
    "t",
    "tn",
    "written",
]
