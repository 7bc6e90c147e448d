"""What a message carries beside its words: the files still lie with Telegram and are named by their file ids."""

import math
import re

from bot.events import Media
from integrations.channels.telegram.limits import DOWNLOAD_BYTES
from integrations.channels.telegram.updates import File, Location, Note, Photo

MIME = re.compile(r"[a-z]{1,20}/[A-Za-z0-9.+-]{1,100}")
LABEL_CHARS = 120
ANY = "application/octet-stream"


def attached(note: Note, source: str) -> tuple[Media, ...]:
    """The pictures, files and places of a message; an animation also comes as a document, and counts once."""
    if note.photo:
        return photo(note.photo, source)
    for file, kind, mime in (
        (note.animation, "video", "video/mp4"),
        (note.document, "file", ANY),
        (note.voice, "voice", "audio/ogg"),
        (note.video, "video", "video/mp4"),
        (note.audio, "voice", "audio/mpeg"),
        (note.video_note, "video", "video/mp4"),
    ):
        if file is not None:
            return (stored(file, kind, mime, source),)
    if note.sticker is not None:
        return (sticker(note.sticker, source),)
    return place(note.location) if note.location is not None else ()


def photo(sizes: tuple[Photo, ...], source: str) -> tuple[Media, ...]:
    """The largest size that can be fetched."""
    fitting = [each for each in sizes if each.file_size <= DOWNLOAD_BYTES] or sizes
    best = max(fitting, key=lambda each: (each.width * each.height, each.file_size))
    return (Media("image", best.file_id, "image/jpeg", width=best.width, height=best.height, source=source),)


def stored(file: File, kind: str, mime: str, source: str) -> Media:
    """A file, with the name it had as its description only."""
    mime = file.mime_type if MIME.fullmatch(file.mime_type) else mime
    return Media(kind, file.file_id, mime, label(file.file_name), file.width, file.height, source=source)


def sticker(file: File, source: str) -> Media:
    """A sticker is a picture, unless it moves."""
    if file.is_animated or file.is_video:
        mime = "video/webm" if file.is_video else "application/x-tgsticker"
        return Media("video" if file.is_video else "file", file.file_id, mime, source=source)
    return Media("image", file.file_id, "image/webp", width=file.width, height=file.height, source=source)


def label(name: str) -> str:
    """A file's name to be read, never to be opened: the last part, what prints of it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last))[:LABEL_CHARS]


def place(location: Location) -> tuple[Media, ...]:
    """A point on the map."""
    if not (math.isfinite(location.latitude) and math.isfinite(location.longitude)):
        return ()
    return (Media("place", "", "", f"{location.latitude:.6f}, {location.longitude:.6f}"),)
