"""Figures of Play Mobile that this channel keeps to."""

from bot.rendering import Limits, utf16_units

TEXT_UNITS = 640  # nyaruka/courier, handlers/playmobile; an SMS counts UTF-16 units once it is not plain Latin
DELIVERY_BYTES = 256 * 1024

LIMITS = Limits(TEXT_UNITS, utf16_units, segments=4)
"""Text alone: choices are numbered lines, files are links."""
