"""A bot's side of the wire, for the tests of the stand-in: a client of the API, and a webhook that listens."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.standins.telegram import TOKEN

YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "b:1"}]]}


@dataclass
class Client:
    """A bot's side of the wire."""

    http: aiohttp.ClientSession
    url: str

    async def call(self, method: str, /, **arguments: Any) -> dict[str, Any]:
        """The envelope that comes back."""
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=arguments) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] == (response.status == 200)
            return body

    async def does(self, method: str, /, **arguments: Any) -> Any:
        """The result of a call that works."""
        body = await self.call(method, **arguments)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, /, **arguments: Any) -> tuple[int, str]:
        """The code and the words of a call that does not work."""
        body = await self.call(method, **arguments)
        assert not body["ok"], body
        return body["error_code"], body["description"]

    async def texts(self, **arguments: Any) -> list[str]:
        """The texts of the next updates."""
        return [update["message"]["text"] for update in await self.does("getUpdates", **arguments)]


@dataclass
class Hook:
    """A webhook on this machine: what came, and what it answers."""

    url: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        """Note it and give the next answer, or 200."""
        self.came.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.bell.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def texts(self, count: int) -> list[str]:
        """The texts of the first so many, when they have come."""
        async with asyncio.timeout(10):
            while len(self.came) < count:
                self.bell.clear()
                await self.bell.wait()
        return [update["message"]["text"] for update in self.came]
