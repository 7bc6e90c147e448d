"""The stand-in over HTTP: the Bot API under `/bot<token>/`, files under `/file/`, and control under `/_control/`."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from tests.standins.telegram import control
from tests.standins.telegram.arguments import Arguments, read_arguments
from tests.standins.telegram.methods import NOT_IN_ANSWERS, Outcome, perform
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import Refused
from tests.standins.telegram.service import Service
from tests.standins.telegram.wire import Json, encode
from tests.standins.telegram.world import Bot

BODY_BYTES = 64 * 1024 * 1024


class TelegramServer(Service):
    """A Bot API server on a free port of this machine, with one bot of the token `TOKEN`.

    `async with TelegramServer() as api:` runs it while the block lasts. `api.url` is what takes the place of
    `https://api.telegram.org`.
    """

    def __init__(self, *, keep: int | None = None, journal: Path | None = None) -> None:
        super().__init__(keep=keep, journal=journal)
        self.waits.first_seconds = 0.05
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; 0 is any free port."""
        self._runner = web.ServerRunner(
            web.Server(self._answer, request_factory=_request, access_log=None), shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Deliver and listen no more."""
        for bot in self.bots.values():
            bot.updates.interrupt("other getUpdates request; make sure that only one bot instance is running")
            if bot.updates.webhook:
                await bot.updates.webhook.close()
        if self._runner:
            await self._runner.cleanup()
        self.record.close()

    async def execute(self, bot: Bot, body: Json) -> None:
        """Do the call that stood in the answer to an update."""
        method = str(body.pop("method")).lower()
        if not method.startswith("get") and method not in NOT_IN_ANSWERS:
            await perform(Call(self, bot, Arguments(body)), method, way="webhook")

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            return await self._call(request, *path[4:].partition("/")[::2])
        if path.startswith("/file/bot"):
            return self._file(*path[9:].partition("/")[::2])
        if path.startswith(control.PREFIX):
            return await control.answer(self, request)
        return _json(404, Refused(404, "Not Found").as_json())

    async def _call(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        bot = self.bots.get(unquote(token))
        if bot is None:
            number, colon, _ = token.partition(":")
            known = Refused(401, "Unauthorized") if number.isdecimal() and colon else Refused(404, "Not Found")
            return _json(known.code, known.as_json())
        try:
            arguments = await read_arguments(request)
        except Refused as refused:
            return _json(refused.code, refused.as_json())
        outcome = await perform(Call(self, bot, arguments), method.lower(), way="http")
        return _response(request, outcome)

    def _file(self, token: str, path: str) -> web.StreamResponse:
        stored = self.files.at(path)
        if token not in self.bots or stored is None:
            return _json(404, Refused(404, "Not Found").as_json())
        return web.Response(body=stored.content, content_type="application/octet-stream")


def _response(request: web.BaseRequest, outcome: Outcome) -> web.StreamResponse:
    if not outcome.status:
        if request.transport:
            request.transport.abort()
        return web.Response()
    if outcome.page:
        return web.Response(status=outcome.status, text=outcome.page, content_type="text/html")
    return _json(outcome.status, outcome.body)


def _json(status: int, body: Json) -> web.Response:
    response = web.Response(status=status, body=encode(body), content_type="application/json")
    if after := body.get("parameters", {}).get("retry_after"):
        response.headers["Retry-After"] = str(after)
    return response


def _request(
    message: "aiohttp.http_parser.RawRequestMessage",
    payload: aiohttp.StreamReader,
    protocol: "aiohttp.web_protocol.RequestHandler",
    writer: "aiohttp.abc.AbstractStreamWriter",
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """A request that may be as large as a file that a bot uploads."""
    loop = task.get_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=BODY_BYTES)
