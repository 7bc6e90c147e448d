"""A server that stands where nobody from outside may get to, and remembers who did."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult


class Inside:
    """Answers everything, on one port of `127.0.0.1`, `127.0.0.2` and `::1`; `touched` are the connections."""

    def __init__(self) -> None:
        self.touched: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.port = 0
        self.moves: dict[str, str] = {}
        self.body = b"a secret"

    async def answer(self, request: web.BaseRequest) -> web.Response:
        host = request.host.partition(":")[0]
        self.touched.append(request.transport.get_extra_info("sockname")[0] if request.transport else "")
        self.asked.append((host, request.headers.get("X-Key", "")))
        if (target := self.moves.get(request.path)) is not None:
            return web.Response(status=302, headers={"Location": target.format(port=self.port)})
        return web.Response(body=self.body)


@asynccontextmanager
async def inside() -> AsyncIterator[Inside]:
    """It listens while the block lasts."""
    listener = Inside()
    runner = web.ServerRunner(web.Server(listener.answer))
    await runner.setup()
    try:
        for host in ("127.0.0.1", "127.0.0.2", "::1"):
            if host == "::1" and not _has_ipv6():
                continue
            await web.TCPSite(runner, host, listener.port).start()
            listener.port = runner.addresses[0][1]
        yield listener
    finally:
        await runner.cleanup()


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


class Names(AbstractResolver):
    """A name server in somebody's hands: gives each name's addresses in turn, then the last for ever."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self._names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        turns = self._names.get(host)
        if not turns:
            raise OSError(f"no such name: {host}")
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        return [
            ResolveResult(
                hostname=host, host=each, port=port, proto=0, flags=socket.AI_NUMERICHOST,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
            )
            for each in turn
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is held."""
