"""Figures of WhatsApp by Twilio that this channel keeps to.

Source: Twilio's pages on messages and on the content types `twilio/quick-reply` and `twilio/list-picker`. Which unit its
characters are is not said, so the larger count is taken, UTF-16 units.
"""

from datetime import timedelta

from bot.rendering import Limits, utf16_units
from integrations.channels.twilio.optout import STOP_WORDS

MEGABYTE = 1_000_000

LIMITS = Limits(
    text=1600,
    measure=utf16_units,
    asking=1024,
    listing=1024,
    caption=1024,
    buttons=3,
    label=20,
    rows=10,
    row_label=24,
    row_description=72,
    opener=20,
    payload=200,
    pages=3,
    window=timedelta(hours=24),
    media={
        "image": 5 * MEGABYTE,
        "voice": 16 * MEGABYTE,
        "video": 16 * MEGABYTE,
        "file": 16 * MEGABYTE,
    },
    reserved=STOP_WORDS,  # in a Messaging Service with Advanced Opt-Out; `check` does not know who has one
    templates=1024,
)

CARRIED = {
    "image/jpeg": "image",
    "image/png": "image",
    "audio/mpeg": "voice",
    "audio/mp3": "voice",
    "audio/ogg": "voice",
    "audio/amr": "voice",
    "audio/3gpp": "voice",
    "audio/aac": "voice",
    "video/mp4": "video",
    "video/3gpp": "video",
    "application/pdf": "file",
    "application/msword": "file",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "file",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "file",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "file",
    "text/vcard": "file",
}
"""The kinds of files that WhatsApp takes from Twilio, and what it makes of them; others become links."""
CAPTIONED = frozenset({"image", "video"})
"""Those under which words may stand."""

PER_SECOND = "80"  # messages of one sender
EMPTY_VALUE = "–"  # Twilio refuses a value that is empty
