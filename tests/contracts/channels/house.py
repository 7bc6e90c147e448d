"""Where a provider delivers: the account's own webhook on a port of this machine, which takes and keeps nothing."""

from datetime import UTC, datetime

from aiohttp import web

from bot.ports.channel import Channel, Inbound, Malformed, NotSigned, Subscribing


class House:
    """Answers deliveries as the real house does; `channel` is who reads them."""

    def __init__(self, business: str, account: str) -> None:
        self._business, self._account = business, account
        self.channel: Channel | None = None
        self.url = ""

    async def start(self) -> str:
        """Listen; gives the public address."""
        self._runner = web.ServerRunner(web.Server(self._take), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()

    async def _take(self, request: web.BaseRequest) -> web.Response:
        assert self.channel is not None
        if request.method == "GET":
            answer = self.channel.subscribe(request.query) if isinstance(self.channel, Subscribing) else None
            return web.Response(status=403) if answer is None else web.Response(body=answer.body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        url, body = f"{self.url}{request.path_qs}", await request.read()
        try:
            self.channel.receive(Inbound(self._business, self._account, body, _now(), headers, url=url))
        except NotSigned:
            return web.Response(status=401)
        except Malformed:
            return web.Response()
        return web.Response()


def _now() -> datetime:
    return datetime.now(UTC)
