"""A visitor's browser, as far as the house can see it: a token, calls, a socket."""

import asyncio
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestClient

CHAT = "/chat/demo"


class Visitor:
    """One visitor of the demo's chat."""

    def __init__(self, client: "TestClient[Any, Any]", token: str = "") -> None:
        self.client = client
        self.token = token
        self._count = 0

    async def arrives(self, **wish: str) -> "Visitor":
        """Open the page for the first time."""
        answer = await self.client.post(f"{CHAT}/session", json={"language": "en", **wish})
        assert answer.status == 201
        self.token = (await answer.json())["token"]
        return self

    @property
    def proof(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}

    async def writes(self, text: str, frame_id: str = "") -> dict[str, Any]:
        """Write by a plain call."""
        self._count += 1
        frame = {"type": "say", "id": frame_id or f"r{self._count}", "text": text}
        answer = await self.client.post(f"{CHAT}/messages", json=frame, headers=self.proof)
        assert answer.status == 202, await answer.text()
        said: dict[str, Any] = await answer.json()
        return said

    async def reads(self, **query: int) -> list[dict[str, Any]]:
        """The messages that a call gives."""
        answer = await self.client.get(f"{CHAT}/messages", params=query, headers=self.proof)
        assert answer.status == 200
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
        return messages

    async def connects(self, after: int = 0) -> "Line":
        """Open a socket and say hello."""
        socket = await self.client.ws_connect(f"{CHAT}/socket")
        await socket.send_json({"type": "hello", "token": self.token, "after": after})
        return Line(socket)


class Line:
    """An open socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self._passed: list[dict[str, Any]] = []

    async def next(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; those of other kinds are kept until they are asked for."""
        if found := next((frame for frame in self._passed if frame["type"] == kind), None):
            self._passed.remove(found)
            return found
        async with asyncio.timeout(20):
            while True:
                message = await self.socket.receive()
                assert message.type is WSMsgType.TEXT, (message.type, message.data)
                frame: dict[str, Any] = message.json()
                if frame["type"] == kind:
                    return frame
                self._passed.append(frame)

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """The next so many messages."""
        return [await self.next("message") for _ in range(count)]

    async def closed(self) -> int | None:
        """The code with which the house closes the line."""
        async with asyncio.timeout(20):
            while (await self.socket.receive()).type is WSMsgType.TEXT:
                continue
        return self.socket.close_code
