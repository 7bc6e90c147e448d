"""Pictures and files in a folder of our own."""

import asyncio
import os
import secrets
from pathlib import Path

from bot.ports.media import EXTENSIONS, NAME, TYPES, Stored


class MediaFolder:
    """The `MediaStore` on a local folder; the type is part of the name, so nothing else needs to be kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        """See `MediaStore.put`; raises `KeyError` for a type that we do not keep."""
        name = f"{stem or secrets.token_urlsafe(16)}.{EXTENSIONS[mime]}"
        if not stem or not await asyncio.to_thread((self._folder / name).is_file):
            await asyncio.to_thread(self._write, name, body)
        return name

    async def get(self, name: str) -> Stored | None:
        """See `MediaStore.get`."""
        found = NAME.fullmatch(name)
        path = self._folder / name
        if found is None or not await asyncio.to_thread(path.is_file):
            return None
        return Stored(await asyncio.to_thread(path.read_bytes), TYPES[found.group(1)])

    async def find(self, stem: str) -> Stored | None:
        """See `MediaStore.find`."""
        for ending in TYPES:
            if (stored := await self.get(f"{stem}.{ending}")) is not None:
                return stored
        return None

    def _write(self, name: str, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Under another name first: a file that is there is whole, whenever the process dies.
        draft = self._folder / f".{secrets.token_urlsafe(16)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)


def sniff(body: bytes) -> str | None:
    """The type of a picture by its first bytes, or None; what the sender claims is not asked."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    return None


def sniff_sound(body: bytes) -> str | None:
    """The type of a sound by its first bytes, or None."""
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return "audio/wav"
    if body.startswith(b"ID3") or (body[:1] == b"\xff" and body[1:2] in (b"\xfb", b"\xf3", b"\xf2")):
        return "audio/mpeg"
    return None
