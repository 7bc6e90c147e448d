"""Fetches a file from an address that a customer or a provider gave.

Every socket is checked when it is made: whatever a URL says, however a name resolves now or a moment later, and wherever
an answer redirects to, a connection to an address that is not public is never begun.
"""

import asyncio
import socket
from collections.abc import Collection
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.net.public import is_public
from bot.ports.files import Fetched, Files, NotFetched

MOST_BYTES = 20 * 1024 * 1024
SECONDS = 10.0
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
NOT_NOW = frozenset({408, 425, 429})
PLAIN = {"Accept-Encoding": "identity"}  # a little that becomes a lot is not taken


class NotPublic(OSError):
    """The address is not of the public net."""


class Fetcher:
    """Fetches files of others; see `bot.ports.files.Files`. Close it at the end.

    `inside` names addresses that may be reached although they are not public; with `anywhere` all may, for files of a
    server that the firm itself has named in its settings.
    With `proxy` (`http://host:port`) all goes through a proxy for outgoing requests; then it is the proxy that resolves
    names, so it must refuse addresses of its own net itself. Addresses written as numbers are refused here even so.
    """

    def __init__(
        self,
        *,
        inside: Collection[str] = (),
        anywhere: bool = False,
        proxy: str = "",
        resolver: AbstractResolver | None = None,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._inside, self._anywhere, self._proxy = frozenset(inside), anywhere, proxy
        self._resolver, self._seconds, self._most_bytes = resolver, seconds, most_bytes
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def fetch(self, url: str, *, hosts: Collection[str] = (), headers: dict[str, str] | None = None) -> Fetched:
        """See `Files.fetch`: within `seconds`, over at most three redirects."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(_parsed(url), hosts, headers or {})
        except TimeoutError:
            raise NotFetched("it took too long", again=True) from None
        except ValueError as error:  # an address that no server can have
            raise NotFetched(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            again = not isinstance(getattr(error, "os_error", error), NotPublic)
            raise NotFetched(type(error).__name__, again=again) from None

    async def _follow(self, url: URL, hosts: Collection[str], headers: dict[str, str]) -> Fetched:
        origin = url.origin()
        for _ in range(REDIRECTS + 1):
            self._must_be_allowed(url, hosts)
            shown = PLAIN | (headers if url.origin() == origin else {})
            options: dict[str, Any] = {"proxy": self._proxy} if self._proxy else {}
            async with self._open().get(url, headers=shown, allow_redirects=False, **options) as answer:
                if answer.status not in MOVED:
                    return await self._read(answer)
                target = url.join(_parsed(answer.headers.get("Location", ""), relative=True))
            if url.scheme == "https" and target.scheme != "https":
                raise NotFetched("it redirects to an open line")
            url = target
        raise NotFetched("it redirects too often")

    async def _read(self, answer: aiohttp.ClientResponse) -> Fetched:
        if answer.status != 200:
            again = answer.status in NOT_NOW or answer.status >= 500
            raise NotFetched(f"the answer is {answer.status}", again=again)
        body = bytearray()
        async for chunk in answer.content.iter_any():
            body += chunk
            if len(body) > self._most_bytes:
                raise NotFetched("it is too large")
        return Fetched(bytes(body), answer.headers.get("Content-Type", ""))

    def _must_be_allowed(self, url: URL, hosts: Collection[str]) -> None:
        host = (url.host or "").rstrip(".").lower()
        if url.scheme not in {"http", "https"} or not host or url.user or url.password:
            raise NotFetched("it is no plain address of the web")
        if hosts and not any(host == each or host.endswith(f".{each}") for each in hosts):
            raise NotFetched("it is not of the provider")
        if self._proxy and not all(map(self._reachable, _numbers(host))):
            raise NotFetched("it is not of the public net")

    def _reachable(self, address: str) -> bool:
        return self._anywhere or address in self._inside or is_public(address)

    def _socket(self, found: tuple[Any, ...]) -> socket.socket:
        """A socket for an address that a name was resolved to; raises `NotPublic`."""
        family, kind, protocol, _, address = found
        if not self._reachable(address[0]):
            raise NotPublic("not of the public net")
        return socket.socket(family, kind, protocol)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            guarded: dict[str, Any] = {} if self._proxy else {"socket_factory": self._socket}
            connector = aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, force_close=True, limit_per_host=8, **guarded
            )
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session

    async def close(self) -> None:
        """Hang up for good."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def body_of(
    files: Files, url: str, *, hosts: Collection[str] = (), headers: dict[str, str] | None = None
) -> bytes | None:
    """The bytes of a file that lies with a provider; None when it is gone or too large. Raises `NotFetched` for not now."""
    try:
        return (await files.fetch(url, hosts=hosts, headers=headers)).body
    except NotFetched as error:
        if error.again:
            raise
        return None


def _parsed(url: str, *, relative: bool = False) -> URL:
    try:
        found = URL(url)
    except ValueError:
        raise NotFetched("it is no address") from None
    if not relative and not found.absolute:
        raise NotFetched("it is no address")
    return found


def _numbers(host: str) -> list[str]:
    """The addresses that a host is without asking anybody, however it is written: `127.1`, `0x7f000001`, `[::1]`."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except OSError:
        return []
    return [str(each[4][0]) for each in found]
