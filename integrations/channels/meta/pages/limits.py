"""Figures of Messenger and of Instagram's messages that these channels keep to.

Messenger does not say in which unit it counts; UTF-16 units are never fewer than characters. Instagram counts bytes.
"""

from datetime import timedelta

from bot.rendering import Limits, utf8_bytes, utf16_units

MEGABYTE = 1_000_000
WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
"""How long after the customer's last word a person of the staff may still answer."""
FILES_LAST = timedelta(days=1)  # Meta names no end for the signed address of a file

MESSENGER = Limits(
    text=2000,
    measure=utf16_units,
    buttons=13,
    label=20,
    payload=1000,
    window=WINDOW,
    media={"image": 25 * MEGABYTE, "voice": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE},
)
INSTAGRAM = Limits(
    text=1000,
    measure=utf8_bytes,
    buttons=13,
    label=20,
    payload=1000,
    window=WINDOW,
    media={"image": 8 * MEGABYTE, "voice": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE},
)
TEMPLATE_TEXT = 640  # beside lasting buttons
TEMPLATE_BUTTONS = 3
LABEL_CHARS = 20
WEBHOOK_BYTES = 4 * 1024 * 1024  # up to a thousand events

MESSENGER_RATE = 250  # of 300 texts a second
INSTAGRAM_RATE = 100  # older pages of the documentation say 100, newer ones 300
HEAVY_RATE = 10  # recordings and videos a second
