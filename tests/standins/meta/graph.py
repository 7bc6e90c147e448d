"""The Graph API over HTTP: who asks, what goes wrong, what was asked; what there is to ask belongs to its parts."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import msgspec
from aiohttp import web

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.meta.faults import Fault, Faults, Outage, OutageAfter, Refuse
from tests.standins.meta.refusals import Refused, no_such_object, wrong_token
from tests.standins.meta.wire import Json

TOKEN = "EAAJtestTokenOfTheStandIn0123456789"
APP_ID = "670843887433847"
APP_SECRET = "0123456789abcdef0123456789abcdef"
BODY_BYTES = 128 * 1024 * 1024
PATH = re.compile(r"/v[0-9]{1,2}\.[0-9](/.*)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One call: `path` is without the version, `fields` are the JSON, the form, or the query. `status` 0: no answer."""

    method: str
    path: str
    fields: Json
    token: str
    files: dict[str, Upload] = field(default_factory=dict)
    status: int = 0
    done: bool = False

    @property
    def edge(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


Answered = Json | web.Response
Answer = Callable[[Call], Awaitable[Answered]]


class Part(Protocol):
    """What answers some of the calls: WhatsApp, or pages."""

    product: str
    """The name beside the details of an error; empty for none."""

    def takes(self, call: Call) -> Answer | None:
        """What does this call; None for a call of another part."""

    async def file(self, path: str, token: str) -> web.Response | None:
        """A file that lies at an address of this server outside the Graph API; None for another part's."""


class Clock:
    """The server's time, which a test may put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead


class GraphServer:
    """A Graph API on a free port of this machine. `async with GraphServer() as graph:` runs it while the block lasts.

    `graph.url` is what takes the place of `https://graph.facebook.com`; `add` gives it a part.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.faults = Faults()
        self.tokens = {TOKEN}
        self.record: list[Call] = []
        self.url = ""
        self._parts: list[Part] = []
        self._runner: web.AppRunner | None = None

    def add(self, part: Part) -> None:
        """Answer what this part takes."""
        self._parts.append(part)

    def calls(self, edge: str) -> list[Call]:
        """The calls of an edge so far."""
        return [each for each in self.record if each.edge == edge]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; 0 is any free port."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = PATH.fullmatch(request.path)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.query.get(
            "access_token", ""
        )
        if found is None:
            return await self._outside(request.path, token)
        call = await _read(request, found.group(1), token)
        self.record.append(call)
        response = await self._with_faults(call)
        if response is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        call.status = response.status
        return response

    async def _outside(self, path: str, token: str) -> web.Response:
        for part in self._parts:
            if (answer := await part.file(path, token)) is not None:
                return answer
        return web.Response(status=404, text="Not Found")

    async def _with_faults(self, call: Call) -> web.Response | None:
        """The answer; None for a connection that breaks."""
        fault = self.faults.take(call.edge)
        match fault:
            case DropBefore():
                return None
            case Outage(status, page):
                return web.Response(status=status, text=page, content_type="text/html")
            case Refuse(code, status, subcode, message):
                return _refusal(Refused(status, code, f"(#{code}) {message}", subcode=subcode), "")
            case Hold():
                await fault.stand()
        return _after(fault, await self._do(call))

    async def _do(self, call: Call) -> web.Response:
        product = ""
        try:
            if call.token not in self.tokens:
                raise wrong_token()
            for part in self._parts:
                if (answer := part.takes(call)) is not None:
                    product = part.product
                    answered = await answer(call)
                    call.done = True
                    return answered if isinstance(answered, web.Response) else _json(200, answered)
            raise no_such_object(call.path.split("/")[1])
        except Refused as refused:
            return _refusal(refused, product)


def _after(fault: Fault | None, response: web.Response) -> web.Response | None:
    if isinstance(fault, DropAfter):
        return None
    if isinstance(fault, OutageAfter):
        return web.Response(status=fault.status, text=fault.page, content_type="text/html")
    return response


def _refusal(refused: Refused, product: str) -> web.Response:
    return _json(refused.status, refused.as_json(product))


def _json(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")


async def _read(request: web.Request, path: str, token: str) -> Call:
    fields: Json = dict(request.query)
    fields.pop("access_token", None)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json" and (body := await request.read()):
        fields |= msgspec.json.decode(body, type=Json)
    elif request.content_type.startswith(("multipart/", "application/x-www-form")):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                fields[name] = value
    return Call(request.method, path.rstrip("/"), fields, token, files)
