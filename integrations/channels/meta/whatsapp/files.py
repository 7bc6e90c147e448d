"""Files on their way to and from WhatsApp, which takes and gives them apart from the messages that show them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from yarl import URL

from bot.events import Media
from bot.net import body_of
from bot.net.lines import Broken, Unreached
from bot.ports.clock import Clock
from bot.ports.files import Files, NotFetched
from bot.rendering import file_name
from integrations.channels.meta.graph import Graph, GraphError
from integrations.channels.meta.whatsapp.codes import NO_SUCH_OBJECT, told
from integrations.channels.meta.whatsapp.limits import FILE_NAME_CHARS, LIMITS, UPLOADED_DAYS
from integrations.channels.meta.whatsapp.receive import FILE_ID
from integrations.channels.meta.whatsapp.render import LIMIT_OF, mime_of, type_of

Read = Callable[[Media], Awaitable[bytes | None]]
"""Gives the bytes of a file, wherever it lies; None when it is gone."""

PATIENCE_SECONDS = 12.0  # the message itself must still go out within the sender's lease of its line
HOSTS = ("fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net")  # where Meta keeps files
KEPT = 1000

Key = tuple[str, str, str]


class Uploaded(msgspec.Struct, frozen=True):
    """The id of a file that was taken."""

    id: str = ""


class Lying(msgspec.Struct, frozen=True):
    """Where a file can be fetched for five minutes."""

    url: str = ""
    file_size: int = 0


class Given(NamedTuple):
    """What came of giving a file: its id; or that it is still under way; or the refusal; nothing for one that cannot go."""

    id: str = ""
    under_way: bool = False
    status: int = 0
    error: GraphError | None = None


_uploaded = msgspec.json.Decoder(Uploaded, strict=False).decode
_lying = msgspec.json.Decoder(Lying, strict=False).decode


class Shelf:
    """The files of one number at WhatsApp. What was given is remembered, so that a picture for many is given once."""

    def __init__(self, graph: Graph, number: str, host: str, clock: Clock, *, read: Read, files: Files) -> None:
        self._graph, self._number, self._clock, self._read, self._files = graph, number, clock, read, files
        self._hosts = (*HOSTS, *([host] if host else []))
        self._ids: dict[Key, tuple[str, datetime]] = {}
        self._giving: dict[Key, asyncio.Task[Given]] = {}

    async def give(self, media: Media) -> Given:
        """Give a file, unless it lies there already. Raises `Unreached` or `Broken`.

        A large one goes on on its own, and whoever asks again finds it there.
        """
        key = media.source, media.shelf, media.name
        known = self._ids.get(key)
        if known is not None and known[1] > self._clock.now():
            return Given(known[0])
        task = self._giving.get(key)
        if task is None:
            task = self._giving[key] = asyncio.create_task(self._upload(key, media))
            task.add_done_callback(lambda done: self._given(key, done))
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        return task.result() if task.done() else Given(under_way=True)

    async def _upload(self, key: Key, media: Media) -> Given:
        body = await self._read(media)
        if not body or len(body) > LIMITS.media[LIMIT_OF[type_of(media)]]:
            return Given()
        name, mime = file_name(media, FILE_NAME_CHARS), mime_of(media)
        fields = {"messaging_product": "whatsapp", "type": mime}
        answer = await self._graph.upload(f"/{self._number}/media", fields, name, mime, body)
        if answer.error is not None:
            return Given(status=answer.status, error=answer.error)
        try:
            given = _uploaded(answer.body).id
        except msgspec.DecodeError:
            given = ""
        if not given:
            return Given()
        if len(self._ids) >= KEPT:
            self._ids.pop(next(iter(self._ids)))
        self._ids[key] = given, self._clock.now() + timedelta(days=UPLOADED_DAYS)
        return Given(given)

    def _given(self, key: Key, done: asyncio.Task[Given]) -> None:
        self._giving.pop(key, None)
        if not done.cancelled():
            done.exception()  # whoever waits for it hears of it; perhaps nobody does any more

    async def close(self) -> None:
        """Give nothing more."""
        tasks = tuple(self._giving.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, media: Media) -> None:
        """The id of a file is no longer good."""
        self._ids.pop((media.source, media.shelf, media.name), None)

    async def fetch(self, name: str) -> bytes | None:
        """The bytes of a file that a customer sent; None when it is gone or too large. Raises `NotFetched` for not now."""
        if not FILE_ID.fullmatch(name):
            return None
        try:
            answer = await self._graph.get(f"/{name}?phone_number_id={self._number}")
            if answer.error is not None:
                if answer.error.code == NO_SUCH_OBJECT[0]:
                    return None
                raise NotFetched(f"Meta does not give it ({told(answer.status, answer.error)})", again=True)
            lying = _lying(answer.body)
            if not lying.url or lying.file_size > LIMITS.media["file"]:
                return None
        except (Unreached, Broken, msgspec.DecodeError):
            raise NotFetched("Meta gives no answer", again=True) from None
        return await body_of(self._files, lying.url, hosts=self._hosts, headers=self._graph.headers)


def host_of(api_url: str) -> str:
    """The host of an address; empty for none."""
    try:
        return URL(api_url).host or ""
    except ValueError:
        return ""
