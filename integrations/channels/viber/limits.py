"""Figures of Viber's bot API that this channel keeps to.

Lengths of texts are UTF-16 units, the cautious reading of «characters».
"""

from dataclasses import replace
from datetime import timedelta

from bot.rendering import Limits, utf16_units

TEXT_UNITS = 7000
ASKING_UNITS = 4000  # beside buttons, so that a text of three bytes a unit leaves room for them in one request
CAPTION_UNITS = 512  # under a picture; nothing else has words
REQUEST_BYTES = 30_000
RECEIVER_BYTES = 200  # of a request, kept free for what is added when it is sent
LABEL_CHARS = 50  # five times that, which is what escaping can make of it, is the 250 that a button's text may have
LINES = 12  # of a keyboard on a phone that is held upright
COLUMNS = 6
BUTTONS = LINES * COLUMNS
ACTION_BYTES = 250  # Viber names no limit for what a button gives back; ours are shorter
FILE_NAME_CHARS = 256
PICTURE_BYTES = 1_000_000  # an iPhone's limit, the lower one
VIDEO_BYTES = 26_000_000
FILE_BYTES = 50_000_000
FILES_LAST = timedelta(hours=1)
ALL_IN_A_SECOND = 50  # documented for broadcasts: 500 requests in ten seconds
EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")

LIMITS = Limits(
    TEXT_UNITS,
    utf16_units,
    asking=ASKING_UNITS,
    caption=CAPTION_UNITS,
    buttons=BUTTONS,
    label=LABEL_CHARS,
    payload=ACTION_BYTES,
    media={"image": PICTURE_BYTES, "video": VIDEO_BYTES, "voice": FILE_BYTES, "file": FILE_BYTES},
)
BY_NUMBER = replace(LIMITS, label=1)
"""For labels that stand in the text, so that the buttons need to hold no more than a number."""
IN_WORDS = replace(LIMITS, buttons=0)
