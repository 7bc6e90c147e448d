"""Figures of SMS by Twilio that this channel keeps to."""

from bot.rendering import Limits, utf16_units
from integrations.channels.twilio.optout import HELP_WORDS, START_WORDS, STOP_WORDS

ONE_WAY = frozenset({"AM", "AZ", "GE", "RU", "UZ"})
"""Countries without two-way SMS by Twilio. Source: its guidelines by country; for GE and UZ those of other carriers."""

LIMITS = Limits(
    text=1600,
    measure=utf16_units,
    reserved=STOP_WORDS | START_WORDS | HELP_WORDS,
    segments=4,
    one_way=ONE_WAY,
)

MOST_SEGMENTS = "10"  # of one message
PER_SECOND = "10"
