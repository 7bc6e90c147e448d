"""The bytes behind a `Media`, wherever they lie: with us, in the business folder, or still with a channel."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.events import Media
from bot.ports.files import NotFetched
from bot.ports.media import MediaStore
from bot.records.keeping import Keeping


class Library:
    """Reads pictures and files for one business. `shelves` are the folders of pictures of businesses, by slug."""

    def __init__(self, media: MediaStore, shelves: Mapping[str, Path], keeping: Keeping) -> None:
        self._media, self._shelves, self._keeping = media, shelves, keeping

    async def read(self, media: Media) -> bytes | None:
        """The bytes, or None when there are none any more. Raises `OSError` when they cannot be had now."""
        if media.source:
            try:
                stored = await self._keeping.read(media.source, media.name)
            except NotFetched as error:
                raise ConnectionError(str(error)) from error
            return stored.body if stored is not None else None
        if media.shelf:
            shelf = self._shelves.get(media.shelf)
            return await asyncio.to_thread(_picture, shelf, media.name) if shelf is not None else None
        stored = await self._media.get(media.name)
        return stored.body if stored is not None else None


def _picture(shelf: Path, name: str) -> bytes | None:
    path = shelf / name
    return path.read_bytes() if path.parent == shelf and path.is_file() else None
