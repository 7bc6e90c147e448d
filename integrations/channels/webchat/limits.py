"""What a message of web chat can carry: the page is ours, so these are figures of our own, far above what a firm writes."""

from bot.rendering import Limits

FILE_BYTES = 50_000_000

LIMITS = Limits(
    text=100_000,
    buttons=1_000,
    media={"image": FILE_BYTES, "voice": FILE_BYTES, "video": FILE_BYTES, "file": FILE_BYTES},
    edits=True,
)
