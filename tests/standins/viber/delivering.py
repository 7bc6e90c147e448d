"""Deliveries to the webhook: signed, and made again until they are answered 200."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import aiohttp

HEADER = "X-Viber-Content-Signature"


class Reply(NamedTuple):
    """What the webhook answered; status 0 for no answer."""

    status: int
    body: bytes


def signature(token: str, body: bytes) -> str:
    """The hex HMAC-SHA256 of a body."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


class Deliveries:
    """Posts events to wherever the webhook is."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    async def post(self, event: dict[str, Any], *, token: str = "") -> Reply:
        """Deliver an event once; `token` signs it wrongly."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {HEADER: signature(token or self._token, body), "Content-Type": "application/json"}
        try:
            async with self._session.post(self.url, data=body, headers=headers) as answer:
                return Reply(answer.status, await answer.read())
        except aiohttp.ClientError:
            return Reply(0, b"")

    async def insist(self, event: dict[str, Any], *, times: int = 100, pause: float = 0.02) -> Reply:
        """Deliver an event until it is answered 200; as often as Viber would within its hour."""
        reply = Reply(0, b"")
        for _ in range(times):
            reply = await self.post(event)
            if reply.status == 200:
                return reply
            await asyncio.sleep(pause)
        return reply

    async def several(self, events: Sequence[dict[str, Any]], *, doubled: bool = False) -> list[Reply]:
        """Deliver events in this order, each twice when `doubled`."""
        return [await self.insist(each) for each in events for _ in range(2 if doubled else 1)]
