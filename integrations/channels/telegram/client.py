"""A thin client of the Bot API for the calls that are made all the time.

The token stands in every path, so errors name the method and the kind of failure, and nothing else.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from yarl import URL

from bot.net.lines import Broken, Lines, Unreached
from bot.ports.files import Files, NotFetched
from bot.rendering import sound_json
from integrations.channels.telegram.limits import DOWNLOAD_BYTES

CONNECTIONS = 256  # more than are ever under way, so that none waits for another
CALL_SECONDS = 20.0  # within the sender's lease of a line
ANSWER_BYTES = 32 * 1024 * 1024  # a hundred updates, each with long texts and what they reply to
JSON = "application/json"


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
    """Makes calls for one token at one server; the token is never shown. Raises `ValueError` for an address that is none."""

    def __init__(self, token: str, api_url: str, files: Files) -> None:
        self._api_url, self._path = api_url.rstrip("/"), f"/bot{token}/"
        self._root_of_files = f"{self._api_url}/file/bot{token}/"
        self._files = files
        self._lines = Lines(self._api_url, most=CONNECTIONS, most_bytes=ANSWER_BYTES)

    def __repr__(self) -> str:
        """Name the bot, not its token."""
        return "Client(…)"

    async def call(
        self, method: str, fields: Mapping[str, Any], *, upload: Upload | None = None, seconds: float = CALL_SECONDS
    ) -> Answer:
        """Make one call. Raises `Unreached` or `Broken`; a refusal is an answer."""
        kind, body = (JSON, _encode(fields)) if upload is None else _form(fields, upload)
        reply = await self._lines.post(self._path + method, kind, body, seconds)
        try:
            return _read(reply.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            if reply.status >= 300:  # something between us and Telegram spoke
                return Answer(ok=False, error_code=reply.status, description="an answer that is none of Telegram's")
            raise Broken(f"{method}: an answer that cannot be read") from None

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
                raise Unreached(f"a file: {refused}") from None
            return None
        return fetched.body

    async def close(self) -> None:
        """Hang up for good; safe to call twice."""
        await self._lines.close()


def _read(body: bytes) -> Answer:
    try:
        return _answer(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _answer(sound_json(body))


def _form(fields: Mapping[str, Any], upload: Upload) -> tuple[str, bytes]:
    """The content type and the body of a form: the fields, then the file."""
    border = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in fields.items():
        parts += _part(border, f'name="{name}"'), value.encode() if isinstance(value, str) else _encode(value)
    file_name = upload.name.replace("\\", "\\\\").replace('"', '\\"')
    parts += _part(border, f'name="{upload.field}"; filename="{file_name}"', upload.mime), upload.body
    return f"multipart/form-data; boundary={border}", b"".join((*parts, f"\r\n--{border}--\r\n".encode()))


def _part(border: str, named: str, mime: str = "text/plain; charset=utf-8") -> bytes:
    lines = (f"--{border}", f"Content-Disposition: form-data; {named}", f"Content-Type: {mime}")
    return b"\r\n%b\r\n\r\n" % "\r\n".join(" ".join(line.splitlines()) for line in lines).encode()
