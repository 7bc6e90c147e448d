"""A server that a test plays itself, byte for byte, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Peer:
    """One connection, from the server's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def question(self) -> tuple[bytes, bytes]:
        """The next question: head and body. Raises `IncompleteReadError` at the end."""
        head = await self.head()
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head, await self._reader.readexactly(length)

    async def head(self) -> bytes:
        """Its head alone."""
        return await self._reader.readuntil(b"\r\n\r\n")

    async def say(self, words: bytes, each: int = 0) -> None:
        """Send bytes, `each` so many at a time."""
        for start in range(0, len(words), each or len(words)):
            self._writer.write(words[start : start + (each or len(words))])
            await self._writer.drain()
            await asyncio.sleep(0.001 if each else 0)

    async def gone(self) -> None:
        """Wait until the other side has hung up."""
        while await self._reader.read(65536):
            continue

    def hang_up(self, *, rudely: bool = False) -> None:
        """End it; rudely without a farewell."""
        self._writer.transport.abort() if rudely else self._writer.close()


@dataclass
class Served:
    """What came; `ended` counts connections that are over."""

    address: str = ""
    connections: int = 0
    ended: int = 0
    questions: list[tuple[bytes, bytes]] = field(default_factory=list)
    _change: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def end(self) -> None:
        """Count one more."""
        async with self._change:
            self.ended += 1
            self._change.notify_all()

    async def until_ended(self, count: int) -> None:
        """Wait for so many ends."""
        async with asyncio.timeout(5), self._change:
            await self._change.wait_for(lambda: self.ended >= count)


Talk = Callable[[Peer, Served], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Served]:
    """It talks to everybody who comes while the block lasts."""
    served, tasks = Served(), set[asyncio.Task[None]]()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        try:
            await talk(Peer(reader, writer), served)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.transport.abort()
            await served.end()

    def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(meet(reader, writer)))

    server = await asyncio.start_server(come, "127.0.0.1", 0, ssl=tls)
    served.address = f"http{'s' if tls else ''}://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
