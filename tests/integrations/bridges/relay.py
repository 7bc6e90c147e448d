"""What stands between the two programs: at a chosen point of an update's way it stops, so that a process can end just there."""

import asyncio
from typing import Literal

import aiohttp
from aiohttp import web

Where = Literal["came", "went"]


class Relay:
    """Carries deliveries on to `to`. At the point that is set one stands still until `go`; `stands` says that it does."""

    def __init__(self, to: str) -> None:
        self._to = to
        self.url = ""
        self.stands = asyncio.Event()
        self._where: Where | None = None
        self._passes = 0
        self._carried: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Listen."""
        self._session = aiohttp.ClientSession()
        self._runner = web.ServerRunner(web.Server(self._take), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"

    async def close(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()
        await self._session.close()

    def stop_at(self, where: Where, passes: int = 0) -> None:
        """Let the next delivery (or the one after so many) stand still: when it came, or when it was answered."""
        self._where, self._passes = where, passes
        self.stands = asyncio.Event()
        self._carried = asyncio.get_running_loop().create_future()

    def go(self, *, carry: bool) -> None:
        """Let it go on; or hang up, so that what comes behind is lost."""
        self._carried.set_result(carry)

    async def _take(self, request: web.BaseRequest) -> web.StreamResponse:
        body, headers = await request.read(), {**request.headers}
        if not await self._point("came"):
            return hung_up(request)
        try:
            async with self._session.post(self._to, data=body, headers=headers) as answer:
                status, told = answer.status, await answer.read()
        except aiohttp.ClientError:
            return web.Response(status=502)
        return web.Response(status=status, body=told) if await self._point("went") else hung_up(request)

    async def _point(self, where: Where) -> bool:
        """Whether it goes on from here."""
        if self._where != where:
            return True
        if self._passes:
            self._passes -= 1
            return True
        self._where = None
        self.stands.set()
        return await self._carried


def hung_up(request: web.BaseRequest) -> web.Response:
    """The line is closed without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
