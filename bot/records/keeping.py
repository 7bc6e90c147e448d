"""Files that lie with a channel: each is fetched once and kept, since a channel keeps it for hours or days.

What comes is known by its content, never by what it is called.
"""

from collections.abc import Callable, Mapping

import structlog

from bot.ports.channel import Erases, Fetches
from bot.ports.files import NotFetched
from bot.ports.media import UNKNOWN, MediaStore, Stored
from bot.records.media import sniff, sniff_sound

log = structlog.get_logger()

MOST_BYTES = 20 * 1024 * 1024


class Keeping:
    """The files of one business's channels. `sources` are those channels by account (`viber/main`).

    `stem` gives the name, without its ending, that a file is kept under: unguessable, and the same for the same file.
    """

    def __init__(self, media: MediaStore, sources: Mapping[str, Fetches], stem: Callable[[str, str], str]) -> None:
        self._media, self._sources, self._stem = media, sources, stem

    async def read(self, source: str, name: str) -> Stored | None:
        """The file, wherever it lies; None when it is gone or too large. It is kept, if that can be done now.

        Raises `NotFetched` when the channel cannot give it now.
        """
        try:
            kept = await self._media.find(self._stem(source, name))
        except OSError as error:
            log.warning("the files that are kept cannot be read", error=str(error))
            kept = None
        if kept is not None:
            return kept
        stored = await self._fetch(source, name)
        if stored is not None:
            try:
                await self._put(source, name, stored)
            except OSError as error:
                log.warning("a fetched file could not be kept", error=str(error))
        return stored

    async def keep(self, source: str, name: str) -> bool:
        """Have the file here; False when it is gone or too large.

        Raises `NotFetched` when the channel cannot give it now, `OSError` when nothing can be kept now.
        """
        if await self._media.find(self._stem(source, name)) is not None:
            return True
        stored = await self._fetch(source, name)
        if stored is None:
            return False
        await self._put(source, name, stored)
        return True

    async def erase(self, source: str, name: str) -> bool:
        """Have a file erased where it came from; False when that is to be tried later, or the file is not kept here yet.

        Raises `OSError` when nobody can say what is kept.
        """
        channel: object = self._sources.get(source)
        if not isinstance(channel, Erases):
            return True
        return await self._media.find(self._stem(source, name)) is not None and await channel.erase(name)

    async def _fetch(self, source: str, name: str) -> Stored | None:
        channel = self._sources.get(source)
        try:
            body = await channel.fetch(name) if channel is not None else None
        except NotFetched as error:
            if error.again:
                raise
            body = None
        if body is None or len(body) > MOST_BYTES:
            return None
        return Stored(body, sniff(body) or sniff_sound(body) or UNKNOWN)

    async def _put(self, source: str, name: str, stored: Stored) -> None:
        await self._media.put(stored.body, stored.mime, stem=self._stem(source, name))
