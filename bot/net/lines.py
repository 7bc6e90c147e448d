"""Asks one server over HTTP/1.1 connections that are kept: small questions, each with an answer that fits into memory.

What a failure means is in its class: `Unreached` is raised only while nothing of the question was written, `Broken` from
then on. A server may hang up a kept line in the very moment in which it is asked, and nothing shows whether it had read
the question before; so that is `Broken` too. Errors name their kind and nothing else, because a path may hold a secret.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from socket import SOCK_STREAM

import msgspec
from aiohappyeyeballs import AddrInfoType, start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from yarl import URL

IDLE_SECONDS = 15.0  # servers keep a line longer than that
CONNECT_SECONDS = 5.0
NEXT_ADDRESS_SECONDS = 0.25  # after which another address of the server is tried beside the first
FRAMING = frozenset({b"content-length", b"transfer-encoding"})
DIGITS = 9  # of a `Retry-After`; more make no sense as seconds


class Unreached(Exception):
    """The question was not sent: nothing was done."""


class Broken(Exception):
    """The question was sent, and no answer came: it may have been acted on."""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What the server answered. `retry_after` is how many seconds it asks to wait, 0 where it names none."""

    status: int
    body: bytes
    retry_after: float = 0.0


class Lines:
    """Lines to the server at `address`, at most `most` at a time; who finds all taken waits for their turn.

    An answer of more than `most_bytes` is no answer. `headers` (a key) stand in every question. Raises `ValueError` for
    what is no address of the web, and for what is no header. The path of the address, if it has one, is put before every
    other. Close it at the end; from then on whoever asks gets `Unreached`.
    """

    def __init__(
        self, address: str, *, most: int, most_bytes: int, trust: ssl.SSLContext | None = None,
        connect_seconds: float = CONNECT_SECONDS, idle_seconds: float = IDLE_SECONDS,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        url = URL(address, encoded=True)
        if url.scheme not in {"http", "https"} or not url.raw_host:
            raise ValueError("it is no address of the web")
        self._host, self._port = url.raw_host, url.port
        self._trust = (trust or _trust()) if url.scheme == "https" else None
        self._root = url.raw_path_qs.rstrip("/")
        self._headers = _headers(url, headers or {})
        self._most_bytes = most_bytes
        self._connect_seconds, self._idle_seconds = connect_seconds, idle_seconds
        self._turns = asyncio.Semaphore(most)
        self._open: set[_Line] = set()
        self._free: dict[_Line, float] = {}  # since when; who came last stands last
        self._tidying: asyncio.TimerHandle | None = None
        self._closed = False

    async def post(self, path: str, kind: str, body: bytes, seconds: float) -> Reply:
        """Send a body of a content type and give the answer, whatever its status. Raises `Unreached` and `Broken`.

        Whoever is cancelled meanwhile takes the line along, so that nobody else gets this answer.
        """
        about = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        return await self._ask(self._question("POST", path, about, body), seconds)

    async def get(self, path: str, seconds: float) -> Reply:
        """Ask for what lies at a path; see `post`."""
        return await self._ask(self._question("GET", path), seconds)

    async def delete(self, path: str, seconds: float) -> Reply:
        """Have what lies at a path taken away; see `post`."""
        return await self._ask(self._question("DELETE", path), seconds)

    async def _ask(self, question: bytes, seconds: float) -> Reply:
        ends = asyncio.get_running_loop().time() + seconds
        await self._turn(ends)
        try:
            if self._closed:
                raise Unreached("it was closed")
            line = self._taken() or await self._opened(ends)
            try:
                return await line.ask(question, ends)
            finally:
                self._back(line)
        finally:
            self._turns.release()

    def _question(self, method: str, path: str, about: str = "", body: bytes = b"") -> bytes:
        if not path.isascii() or not path.isprintable() or " " in path:
            raise ValueError("it is no path")
        return b"%b\r\n%b" % (f"{method} {self._root}{path} HTTP/1.1\r\n{self._headers}{about}".encode(), body)

    async def _turn(self, ends: float) -> None:
        if not self._turns.locked():
            await self._turns.acquire()  # at once
            return
        try:
            async with asyncio.timeout_at(ends):
                await self._turns.acquire()
        except TimeoutError:
            raise Unreached("no line came free") from None

    def _taken(self) -> "_Line | None":
        """The line that was used last, so that those which are not needed grow old."""
        while self._free:
            line, _ = self._free.popitem()
            if line.is_up():
                return line
        return None

    async def _opened(self, ends: float) -> "_Line":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(ends):
                found = await loop.getaddrinfo(self._host, self._port, type=SOCK_STREAM)
                async with asyncio.timeout(self._connect_seconds):
                    line = await self._connect(loop, found)
        except (OSError, RuntimeError, UnicodeError) as error:  # RuntimeError is uvloop's for a failed connect
            raise Unreached(type(error).__name__) from None
        if self._closed or not line.is_up():
            line.hang_up()
            raise Unreached("hung up at once")
        self._open.add(line)
        return line

    async def _connect(self, loop: asyncio.AbstractEventLoop, found: Sequence[AddrInfoType]) -> "_Line":
        sock = await start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
        name = self._host.rstrip(".") if self._trust else None
        _, line = await loop.create_connection(
            lambda: _Line(loop, self._most_bytes, self._lost), sock=sock, ssl=self._trust, server_hostname=name
        )
        return line

    def _back(self, line: "_Line") -> None:
        if not line.kept or not line.is_up():
            line.hang_up()
            return
        loop = asyncio.get_running_loop()
        now = self._free[line] = loop.time()
        if self._tidying is None:
            self._tidying = loop.call_at(now + self._idle_seconds, self._tidy)

    def _tidy(self) -> None:
        """Close the lines that nobody has wanted for long, and come again for the next."""
        loop = asyncio.get_running_loop()
        self._tidying = None
        for line, since in tuple(self._free.items()):
            if since + self._idle_seconds > loop.time():
                self._tidying = loop.call_at(since + self._idle_seconds, self._tidy)
                break
            del self._free[line]
            line.close()

    def _lost(self, line: "_Line") -> None:
        self._open.discard(line)
        self._free.pop(line, None)

    async def close(self) -> None:
        """Hang up for good: what waits for an answer gets none."""
        self._closed = True
        self._free.clear()
        if self._tidying is not None:
            self._tidying.cancel()
        for line in tuple(self._open):
            line.hang_up()
        await asyncio.sleep(0)  # the loop closes the sockets


class _Line(asyncio.Protocol):
    """One connection: a question, its answer, the next question. `kept` when it can be asked again."""

    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle

    def __init__(self, loop: asyncio.AbstractEventLoop, most_bytes: int, lost: Callable[["_Line"], None]) -> None:
        self._loop, self._most_bytes, self._lost = loop, most_bytes, lost
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[Reply] | None = None
        self._reply: Reply | None = None
        self._pieces: list[bytes] = []
        self._came = 0
        self._headed = self._framed = False
        self._retry_after = 0.0
        self.kept = False

    def is_up(self) -> bool:
        """Whether it can be written to, as far as is known."""
        return not self._transport.is_closing()

    def close(self) -> None:
        """End it in order, when nothing is under way."""
        self._transport.close()

    def hang_up(self) -> None:
        """End it now."""
        self._transport.abort()

    def ask(self, question: bytes, ends: float) -> asyncio.Future[Reply]:
        """Write a question; its answer comes, or `Broken`."""
        self.kept = False
        self._reply, self._pieces, self._came = None, [], 0
        self._answer = self._loop.create_future()
        self._timer = self._loop.call_at(ends, self._fail, "no answer in time")
        self._transport.write(question)
        return self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = transport  # type: ignore[assignment]  # of a stream

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`. What comes unasked or after the answer ends the line, as it would answer the next."""
        if self._answer is None:
            self.hang_up()
            return
        self._came += len(data)
        if self._came > self._most_bytes:
            self._fail("an answer that is too long")
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.kept = False
            if self._reply is None:
                self._fail(type(error).__name__)
        if self._reply is not None:
            self._succeed(self._reply)

    def connection_lost(self, error: Exception | None) -> None:
        """See `asyncio.Protocol`. An answer of unknown length ends with the line."""
        self.kept = False
        self._lost(self)
        if error is None and self._headed and not self._framed and self._answer is not None:
            self._succeed(self._read(self._parser.get_status_code()))
        else:
            self._fail(type(error).__name__ if error is not None else "hung up")

    def on_message_begin(self) -> None:
        """See `httptools`: the answer begins, or something that nobody asked for does behind it."""
        self.kept = self._headed = self._framed = False
        self._retry_after = 0.0

    def on_header(self, name: bytes, value: bytes) -> None:
        """See `httptools`."""
        name = name.lower()
        if name in FRAMING:
            self._framed = True
        elif name == b"retry-after" and value.isdigit() and len(value) <= DIGITS:
            self._retry_after = float(value)

    def on_headers_complete(self) -> None:
        """See `httptools`."""
        self._headed = True

    def on_body(self, body: bytes) -> None:
        """See `httptools`."""
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        """See `httptools`. With a status below 200 the answer is still to come."""
        self._headed = False
        status = self._parser.get_status_code()
        if status >= 200 and self._reply is None:
            self._reply = self._read(status)
            self.kept = self._parser.should_keep_alive() and not self._transport.get_write_buffer_size()

    def _read(self, status: int) -> Reply:
        return Reply(status, b"".join(self._pieces), self._retry_after)

    def _succeed(self, reply: Reply) -> None:
        self._timer.cancel()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(reply)

    def _fail(self, reason: str) -> None:
        self.hang_up()
        answer, self._answer = self._answer, None
        if answer is not None:
            self._timer.cancel()
            if not answer.done():
                answer.set_exception(Broken(reason))


@cache
def _trust() -> ssl.SSLContext:
    """What every line trusts: the system's authorities, and a certificate only for the name that it is made out to."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _headers(url: URL, more: Mapping[str, str]) -> str:
    """What stands in every question. Nothing packed is asked for: a little could become a lot."""
    lines = [f"Host: {url.host_port_subcomponent}", "User-Agent: dragoman", "Accept: */*", "Accept-Encoding: identity"]
    if url.user or url.password:
        named = b64encode(f"{url.user or ''}:{url.password or ''}".encode()).decode()
        lines.append(f"Authorization: Basic {named}")
    lines += (f"{name}: {value}" for name, value in more.items())
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise ValueError("a header (a key) has signs that none may have")
    return "".join(f"{line}\r\n" for line in lines)
