"""A thin client of Play Mobile's broker.

The login stands in a header and is never shown; errors name the kind of failure.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import msgspec

from bot.net.lines import Lines

API_URL = "https://send.smsxabar.uz"
PATH = "/broker-api/send"
CONNECTIONS = 32
CALL_SECONDS = 20.0  # within the sender's lease of a line
ANSWER_BYTES = 256 * 1024
JSON = "application/json"


class Answer(msgspec.Struct, frozen=True):
    """What was answered. A refusal has a `code` of Play Mobile's; it is empty where something else spoke."""

    status: int
    code: str = ""


class _Refusal(msgspec.Struct, rename={"code": "error-code"}):
    """A refusal as the broker writes it; one adapter has met it with another dash."""

    code: int | str | None = None
    error_code: int | str | None = None


class Client:
    """Sends for one login at one server. Raises `ValueError` for an address that is none."""

    def __init__(self, login: str, password: str, api_url: str) -> None:
        named = b64encode(f"{login}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {named}"}
        self._api_url = api_url.rstrip("/")
        self._lines = Lines(self._api_url, most=CONNECTIONS, most_bytes=ANSWER_BYTES, headers=headers)

    def __repr__(self) -> str:
        """Name the server, not the login."""
        return f"Client({self._api_url})"

    async def send(self, messages: Sequence[dict[str, Any]]) -> Answer:
        """Hand messages over. Raises `Unreached` or `Broken`; a refusal is an answer."""
        body = msgspec.json.encode({"messages": messages})
        reply = await self._lines.post(PATH, JSON, body, CALL_SECONDS)
        return Answer(reply.status, _code(reply.body))

    async def close(self) -> None:
        """Hang up for good; safe to call twice."""
        await self._lines.close()


def _code(body: bytes) -> str:
    """The code of a refusal. A success is a sentence and no JSON."""
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return ""
    code = refusal.code if refusal.code is not None else refusal.error_code
    return "" if code is None else str(code)[:8]
