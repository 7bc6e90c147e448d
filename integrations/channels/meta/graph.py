"""A thin client of the Graph API, which WhatsApp, Messenger and Instagram share.

The token stands in a header and is never shown; errors name the kind of failure and nothing else.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.net.lines import Broken, Lines, Reply
from bot.rendering import sound_json

API_URL = "https://graph.facebook.com"
VERSION = "v25.0"
CONNECTIONS = 128  # more than are ever under way, so that none waits for another
CALL_SECONDS = 20.0  # within the sender's lease of a line
UPLOAD_SECONDS = 50.0
ANSWER_BYTES = 4 * 1024 * 1024
FOREIGN = -1  # Meta has no such code
JSON = "application/json"


class GraphError(msgspec.Struct, frozen=True):
    """A refusal. `code` is `FOREIGN` where something between us and Meta refused; `message` may change at any time."""

    code: int = FOREIGN
    subcode: int = 0
    message: str = ""


class GraphAnswer(msgspec.Struct, frozen=True):
    """What was answered: JSON in `body` and no `error`, or a refusal."""

    status: int
    body: bytes
    error: GraphError | None = None


class _Told(msgspec.Struct, frozen=True, rename={"subcode": "error_subcode"}):
    code: int = FOREIGN
    subcode: int = 0
    message: str = ""


class _Envelope(msgspec.Struct, frozen=True):
    error: _Told | None = None


_envelope = msgspec.json.Decoder(_Envelope).decode


class Graph:
    """Makes calls with one token at one server. `path` begins with a slash, behind the version: `/1234/messages`.

    Raises `ValueError` for an address that is none.
    """

    def __init__(self, api_url: str, version: str, token: str) -> None:
        self._api_url, self._root = api_url.rstrip("/"), f"/{version.strip('/')}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._lines = Lines(self._api_url, most=CONNECTIONS, most_bytes=ANSWER_BYTES, headers=self._headers)

    def __repr__(self) -> str:
        """Name the server, not the token."""
        return f"Graph({self._api_url}{self._root})"

    @property
    def headers(self) -> dict[str, str]:
        """What shows who asks, for `Files.fetch` of what lies with Meta. It is secret."""
        return dict(self._headers)

    async def post(self, path: str, fields: Mapping[str, Any], *, seconds: float = CALL_SECONDS) -> GraphAnswer:
        """Post JSON. Raises `Unreached` or `Broken`; a refusal is an answer."""
        return _read(await self._lines.post(self._root + path, JSON, _json(fields), seconds))

    async def get(self, path: str, *, seconds: float = CALL_SECONDS) -> GraphAnswer:
        """Ask for what lies at a path, which may have a query. Raises as `post`."""
        return _read(await self._lines.get(self._root + path, seconds))

    async def upload(
        self, path: str, fields: Mapping[str, str], name: str, mime: str, body: bytes, *,
        seconds: float = UPLOAD_SECONDS,
    ) -> GraphAnswer:  # fmt: skip
        """Post a form with a file in its field `file`. Raises as `post`."""
        kind, form = _form(fields, name, mime, body)
        return _read(await self._lines.post(self._root + path, kind, form, seconds))

    async def close(self) -> None:
        """Hang up for good; safe to call twice."""
        await self._lines.close()


def _read(reply: Reply) -> GraphAnswer:
    """The answer; raises `Broken` for a success that cannot be read, because it says nothing of what was done."""
    try:
        told = _envelope(reply.body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        if reply.status < 300:
            raise Broken("an answer that cannot be read") from None
        told = None
    if told is not None:
        return GraphAnswer(reply.status, reply.body, GraphError(told.code, told.subcode, told.message))
    if reply.status >= 300:
        return GraphAnswer(reply.status, reply.body, GraphError(message="an answer that is none of Meta's"))
    return GraphAnswer(reply.status, reply.body)


def _json(fields: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(fields)
    except UnicodeEncodeError:  # half a character
        return sound_json(json.dumps(fields).encode())


def _form(fields: Mapping[str, str], name: str, mime: str, body: bytes) -> tuple[str, bytes]:
    """The content type and the body of a form: the fields, then the file."""
    border = secrets.token_hex(16)
    parts: list[bytes] = []
    for field, value in fields.items():
        parts += _part(border, f'name="{field}"'), value.encode()
    file_name = name.replace("\\", "_").replace('"', "_") or "file"
    parts += _part(border, f'name="file"; filename="{file_name}"', mime), body
    return f"multipart/form-data; boundary={border}", b"".join((*parts, f"\r\n--{border}--\r\n".encode()))


def _part(border: str, named: str, mime: str = "text/plain; charset=utf-8") -> bytes:
    lines = (f"--{border}", f"Content-Disposition: form-data; {named}", f"Content-Type: {mime}")
    return b"\r\n%b\r\n\r\n" % "\r\n".join(" ".join(line.splitlines()) for line in lines).encode("utf-8", "replace")
