"""The limits of each channel as its provider documents them: read from the facts, not from the channels' own code."""

from collections.abc import Mapping
from datetime import timedelta

from bot.rendering import Limits, utf8_bytes, utf16_units

DAY = timedelta(hours=24)
MB = 1_000_000
OPT_OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
TWILIO_WORDS = OPT_OUT | {"START", "YES", "UNSTOP", "HELP", "INFO"}

ROWS: Mapping[str, Limits] = {
    "webchat": Limits(100_000, buttons=1_000, media={"image": 50 * MB}),
    "telegram": Limits(4096, measure=utf16_units, caption=1024, buttons=100, payload=64, media={"image": 10 * MB}),
    "whatsapp_cloud": Limits(
        4096, asking=1024, listing=4096, caption=1024, buttons=3, label=20, rows=10, row_label=24,
        row_description=72, opener=20, payload=200, pages=3, window=DAY, media={"image": 5 * MB}, templates=1024,
    ),
    "whatsapp_twilio": Limits(
        1600, asking=1024, listing=1024, caption=1600, buttons=3, label=20, rows=10, row_label=24,
        row_description=72, opener=20, payload=200, pages=3, window=DAY, media={"image": 5 * MB}, templates=1024,
        reserved=OPT_OUT,
    ),
    "messenger": Limits(2000, asking=2000, buttons=13, label=20, payload=1000, window=DAY, media={"image": 25 * MB}),
    "instagram": Limits(
        1000, measure=utf8_bytes, asking=1000, buttons=13, label=20, payload=1000, window=DAY, media={"image": 8 * MB}
    ),
    "viber": Limits(7000, caption=512, buttons=72, label=250, media={"image": MB}),
    "sms_twilio": Limits(1600, reserved=TWILIO_WORDS, segments=4, one_way=frozenset({"AM", "AZ", "RU"})),
    "sms_playmobile": Limits(640, segments=4),
    "voice_twilio": Limits(4096, voices=frozenset({"ru", "en"})),
}  # fmt: skip
