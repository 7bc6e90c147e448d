"""Figures of the WhatsApp Cloud API that this channel keeps to.

Lengths are those of Meta's pages of March 2026, which do not say what a character is; texts are counted in UTF-16 units, so
that they fit either way. What can be uploaded is what Meta lists when it refuses another type.
"""

from datetime import timedelta

from bot.rendering import Limits, utf16_units

MEGABYTE = 1_000_000

LIMITS = Limits(
    text=4096,
    measure=utf16_units,
    asking=1024,
    listing=4096,
    caption=1024,
    buttons=3,
    label=20,
    rows=10,
    row_label=24,
    row_description=72,
    opener=20,
    payload=200,  # of a row; a button has 256
    pages=3,
    window=timedelta(hours=24),
    media={"image": 5 * MEGABYTE, "voice": 16 * MEGABYTE, "video": 16 * MEGABYTE, "file": 100 * MEGABYTE},
    templates=1024,
)
WINDOW = timedelta(hours=24)
FILES_LAST = timedelta(days=7)
LINK_LABEL = 20
LINK_BODY = 1024
FILE_NAME_CHARS = 100
PER_SECOND = 80  # of one number, in and out; Meta raises it by itself
WEBHOOK_BYTES = 4 * 1024 * 1024  # up to 1,000 messages
UPLOADED_DAYS = 25  # an upload can be sent for 30
HOOK_CHARS = 200  # of an address to which Meta delivers

IMAGES = frozenset({"image/jpeg", "image/png"})
VOICES = frozenset({"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"})
VIDEOS = frozenset({"video/mp4", "video/3gpp"})
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = frozenset(
    {
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{OFFICE}.wordprocessingml.document",
        f"{OFFICE}.spreadsheetml.sheet",
        f"{OFFICE}.presentationml.presentation",
    }
)
SAME = {"audio/m4a": "audio/mp4", "audio/x-m4a": "audio/mp4", "audio/mp3": "audio/mpeg", "image/jpg": "image/jpeg"}
