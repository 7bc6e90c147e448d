"""Figures of the Bot API that this channel keeps to. Lengths of texts are UTF-16 units."""

from bot.rendering import Limits, utf16_units

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
CALLBACK_BYTES = 64  # UTF-8, at least 1
BUTTONS = 100  # of one message; a constant of SDKs, not an official figure
TOPIC_NAME_CHARS = 128
PHOTO_BYTES = 10_000_000
UPLOAD_BYTES = 50_000_000
DOWNLOAD_BYTES = 20_000_000
START_PAYLOAD_CHARS = 64
WEBHOOK_BYTES = 1024 * 1024
POLL_SECONDS = 25  # at most 50

# What may be said in how long a time. The documented figures are 30 a second, 1 a second in a chat (short bursts pass)
# and 20 a minute in a group over all its topics; a part is left for clocks that differ.
ALL_IN_A_SECOND = 25
CHAT_IN_FOUR_SECONDS = 4
GROUP_IN_A_MINUTE = 18

LIMITS = Limits(
    text=TEXT_UNITS,
    measure=utf16_units,
    caption=CAPTION_UNITS,
    buttons=BUTTONS,
    payload=CALLBACK_BYTES,
    media={"image": PHOTO_BYTES, "voice": UPLOAD_BYTES, "video": UPLOAD_BYTES, "file": UPLOAD_BYTES},
    edits=True,
)
"""The same as a row of the channels' limits; more buttons than fit stand under further messages."""
