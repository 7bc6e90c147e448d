"""A thin client of Viber's bot API.

Viber answers 200 to nearly everything, and says in `status` what became of it. The token stands in a header and is never
shown; errors name the kind of failure.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.net.lines import Broken, Lines

API_URL = "https://chatapi.viber.com"
CONNECTIONS = 128  # more than are ever under way, so that none waits for another
CALL_SECONDS = 20.0  # within the sender's lease of a line
ANSWER_BYTES = 1024 * 1024
JSON = "application/json"
OK = 0
FOREIGN = -1  # Viber has no such status


class Answer(msgspec.Struct, frozen=True):
    """What Viber answered.

    `status` is 0 for yes, `FOREIGN` where something between us and Viber spoke; then `http` says what. `webhook` and
    `event_types` are where and what the account delivers.
    """

    status: int
    http: int = 200
    message_token: int | str = ""
    webhook: str | None = None
    event_types: tuple[str, ...] = ()


_answer = msgspec.json.Decoder(Answer).decode
_encode = msgspec.json.Encoder().encode


class Client:
    """Makes calls with one token at one server. Raises `ValueError` for an address that is none."""

    def __init__(self, token: str, api_url: str) -> None:
        headers = {"X-Viber-Auth-Token": token}
        self._api_url = api_url.rstrip("/")
        self._lines = Lines(self._api_url, most=CONNECTIONS, most_bytes=ANSWER_BYTES, headers=headers)

    def __repr__(self) -> str:
        """Name the server, not the token."""
        return f"Client({self._api_url})"

    async def call(self, method: str, fields: Mapping[str, Any]) -> Answer:
        """Make one call. Raises `Unreached` or `Broken`; a refusal is an answer."""
        reply = await self._lines.post(f"/pa/{method}", JSON, _encode(fields), CALL_SECONDS)
        if reply.status >= 300:
            return Answer(FOREIGN, reply.status)
        try:
            return _answer(reply.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise Broken(f"{method}: an answer that cannot be read") from None

    async def close(self) -> None:
        """Hang up for good; safe to call twice."""
        await self._lines.close()
