"""A thin client of the Bot API for the calls that are made all the time.

The token stands in every address, so nothing that aiohttp raises leaves this module: its errors become our own, which
name the method and the kind of failure.
"""

import io
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from bot.ports.files import Files, NotFetched
from integrations.channels.telegram.limits import DOWNLOAD_BYTES
from integrations.channels.telegram.wire import whole

CONNECTIONS = 256  # more than are ever under way, so that none waits for another
CONNECT_SECONDS = 5.0
CALL_SECONDS = 20.0  # within the sender's lease of a line
JSON = {"Content-Type": "application/json"}


class NotReached(Exception):
    """The request never left: nothing was done."""


class Unanswered(Exception):
    """The request left and no answer came: it may have been carried out."""


class Parameters(msgspec.Struct, frozen=True, gc=False):
    """What comes with a refusal."""

    retry_after: int = 0
    migrate_to_chat_id: int = 0


class Answer(msgspec.Struct, frozen=True):
    """What the Bot API answered: `result` as it came, or a refusal with its code."""

    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: Parameters = Parameters()


class Upload(msgspec.Struct, frozen=True):
    """A file that goes with a call, in the field `field`."""

    field: str
    name: str
    mime: str
    body: bytes


class FilePath(msgspec.Struct, frozen=True, gc=False):
    """Where a file can be fetched for an hour."""

    file_path: str = ""
    file_size: int = 0


_answer = msgspec.json.Decoder(Answer).decode
_encode = msgspec.json.Encoder().encode
_file = msgspec.json.Decoder(FilePath).decode


class Client:
    """Makes calls for one token at one server; the token is never shown."""

    def __init__(self, token: str, api_url: str, files: Files) -> None:
        self._root = f"{api_url.rstrip('/')}/bot{token}/"
        self._root_of_files = f"{api_url.rstrip('/')}/file/bot{token}/"
        self._files = files
        self._addresses: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def __repr__(self) -> str:
        """Name the bot, not its token."""
        return "Client(…)"

    async def call(
        self, method: str, fields: Mapping[str, Any], *, upload: Upload | None = None, seconds: float = CALL_SECONDS
    ) -> Answer:
        """Make one call. Raises `NotReached` or `Unanswered`; a refusal is an answer."""
        address = self._addresses.get(method)
        if address is None:
            address = self._addresses[method] = URL(self._root + method, encoded=True)
        if upload is None:
            return await self._post(method, address, _encode(fields), JSON, seconds)
        return await self._post(method, address, _form(fields, upload), None, seconds)

    async def _post(
        self, method: str, address: URL, data: Any, headers: Mapping[str, str] | None, seconds: float
    ) -> Answer:
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._open().post(
                address, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotReached(f"{method}: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unanswered(f"{method}: {type(error).__name__}") from None
        try:
            return _read(body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            if status >= 300:  # something between us and Telegram spoke
                return Answer(ok=False, error_code=status, description="an answer that is none of Telegram's")
            raise Unanswered(f"{method}: an answer that cannot be read") from None

    async def fetch(self, file_id: str) -> bytes | None:
        """The bytes of a file; None when it is gone or larger than can be fetched. Raises as `call`."""
        answer = await self.call("getFile", {"file_id": file_id})
        if not answer.ok:
            return None
        found = _file(answer.result)
        if not found.file_path or found.file_size > DOWNLOAD_BYTES:
            return None
        try:
            host = URL(self._root_of_files).host or ""
            fetched = await self._files.fetch(self._root_of_files + found.file_path, hosts=[host])
        except NotFetched as refused:
            if refused.again:
                raise NotReached(f"a file: {refused}") from None
            return None
        return fetched.body

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise NotReached("the connection was closed")
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Hang up for good."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None


def _read(body: bytes) -> Answer:
    try:
        return _answer(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _answer(whole(body))


def _form(fields: Mapping[str, Any], upload: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else _encode(value).decode())
    form.add_field(upload.field, io.BytesIO(upload.body), filename=upload.name, content_type=upload.mime)
    return form
