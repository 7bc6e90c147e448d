"""HTTP/1.1 with keep-alive, read and written by hand: as little as two known programs on one machine need."""

import asyncio
from collections.abc import Callable
from typing import cast
from urllib.parse import parse_qsl, urlsplit

Give = Callable[[bytes], None]
Answer = Callable[[str, "bytes | dict[str, str]", Give], None]
Taken = Callable[[int, bytes], None]


class Caller(asyncio.Protocol):
    """A connection of the bot to us. Calls on it are answered one after another, in their order."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take every request that is whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end])
            lower = head.lower()
            if b"transfer-encoding: chunked" in lower:
                whole = _chunked(self._read, end + 4)
                if whole is None:
                    return
                body, after = whole
            else:
                after = end + 4 + _length(lower)
                if len(self._read) < after:
                    return
                body = bytes(self._read[end + 4 : after])
            del self._read[:after]
            self._take(head, lower, body)

    def _take(self, head: bytes, lower: bytes, body: bytes) -> None:
        target = head.split(b" ", 2)[1]
        path, _, query = target.partition(b"?")
        method = path.rsplit(b"/", 1)[1].decode()
        if b"application/json" in lower and body:
            self._answer(method, body, self._give)
            return
        if b"multipart/form-data" in lower:
            self._answer(method, _multipart(body), self._give)
            return
        self._answer(method, dict(parse_qsl((body or query).decode(), keep_blank_values=True)), self._give)

    def _give(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )


class Pipe:
    """Deliveries to one address over at most so many connections, which stay open."""

    def __init__(self, url: str, secret: str, connections: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        guard = f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n" if secret else ""
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n{guard}"
            "Connection: keep-alive\r\nContent-Length: "
        ).encode()
        self._most, self._open = connections, 0
        self._idle: list[_Delivery] = []

    def free(self) -> bool:
        """Whether one more delivery can go now."""
        return bool(self._idle) or self._open < self._most

    def post(self, body: bytes, taken: Taken) -> None:
        """Deliver a body and say what came back; status 0 when the connection broke."""
        request = b"%b%d\r\n\r\n%b" % (self._head, len(body), body)
        if self._idle:
            self._idle.pop().send(request, taken)
            return
        self._open += 1
        line = _Delivery(self._idle, self._closed)
        line.first = (request, taken)
        task = asyncio.ensure_future(asyncio.get_running_loop().create_connection(lambda: line, self._host, self._port))
        task.add_done_callback(lambda done: self._not_open(taken) if done.exception() else None)

    def _closed(self) -> None:
        self._open -= 1

    def _not_open(self, taken: Taken) -> None:
        self._open -= 1
        asyncio.get_running_loop().call_later(0.05, taken, 0, b"")


class _Delivery(asyncio.Protocol):
    """One connection to the bot."""

    def __init__(self, idle: "list[_Delivery]", closed: Callable[[], None]) -> None:
        self.first: tuple[bytes, Taken] | None = None
        self._idle, self._closed = idle, closed
        self._taken: Taken | None = None
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what it was opened for."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass
        if self.first is not None:
            self.send(*self.first)
            self.first = None

    def send(self, request: bytes, taken: Taken) -> None:
        """Send one; the next only after its answer."""
        self._taken = taken
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read an answer."""
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return
        lower = bytes(self._read[:end]).lower()
        if b"transfer-encoding: chunked" in lower:
            whole = _chunked(self._read, end + 4)
            if whole is None:
                return
            body, after = whole
        else:
            after = end + 4 + _length(lower)
            if len(self._read) < after:
                return
            body = bytes(self._read[end + 4 : after])
        status = int(self._read[9:12])
        del self._read[:after]
        taken, self._taken = self._taken, None
        if b"connection: close" not in lower:
            self._idle.append(self)
        if taken is not None:
            taken(status, body)

    def connection_lost(self, error: Exception | None) -> None:
        """What was under way has to go again."""
        self._closed()
        self._transport = None
        if self in self._idle:
            self._idle.remove(self)
        if self._taken is not None:
            self._taken(0, b"")


def _length(lower: bytes) -> int:
    at = lower.find(b"content-length:")
    if at < 0:
        return 0
    end = lower.find(b"\r\n", at)
    return int(lower[at + 15 : end if end >= 0 else None])


def _chunked(read: bytearray, begin: int) -> tuple[bytes, int] | None:
    body = b""
    while (end := read.find(b"\r\n", begin)) >= 0:
        size = int(bytes(read[begin:end]).split(b";")[0], 16)
        begin = end + 2 + size + 2
        if len(read) < begin:
            return None
        if not size:
            return body, begin
        body += bytes(read[end + 2 : end + 2 + size])
    return None


def _multipart(body: bytes) -> dict[str, str]:
    found = {}
    for part in body.split(b"\r\n--"):
        head, _, content = part.partition(b"\r\n\r\n")
        _, mark, name = head.partition(b'name="')
        if mark:
            found[name.partition(b'"')[0].decode()] = content.decode()
    return found
