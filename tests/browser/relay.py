"""A wire between browser and server that a test may cut, or make lose what the server answers."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 65_536


class Relay:
    """Hands bytes on, both ways. `port` stays the same whatever happens to the wire; `lost` is set by a lost answer."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._is_cut = False
        self._is_deaf = False
        self._open: set[StreamWriter] = set()
        self._running: set[asyncio.Task[None]] = set()
        self.port = 0
        self.lost = asyncio.Event()

    @property
    def chat(self) -> str:
        """Where the demo firm's chat is, seen through the wire."""
        return f"http://127.0.0.1:{self.port}/chat/demo"

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_cut = True
        for writer in self._open:
            writer.transport.abort()

    def deafen(self) -> None:
        """Go on bringing the server what the browser says, and lose what the server answers."""
        self._is_deaf = True
        self.lost.clear()

    def mend(self) -> None:
        """Be a good wire again, for new connections; those that lost something break."""
        if self._is_deaf:
            self.cut()
        self._is_cut = self._is_deaf = False

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of the browser."""
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except ConnectionError:
            writer.transport.abort()
            return
        ends = {writer, to_server}
        self._open |= ends
        await asyncio.gather(self._carry(reader, to_server), self._carry(from_server, writer, is_answer=True))
        self._open -= ends

    async def _carry(self, reader: StreamReader, writer: StreamWriter, *, is_answer: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                if is_answer and self._is_deaf:
                    self.lost.set()
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()

    def begin(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection; kept, so that it is not collected while it runs."""
        task = asyncio.create_task(self.serve(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def ended(self) -> None:
        """Cut the wire and wait until nothing runs on it."""
        self.cut()
        await asyncio.gather(*self._running)


@asynccontextmanager
async def relay(server_port: int) -> AsyncIterator[Relay]:
    """A good wire to a server while the block lasts."""
    wire = Relay(server_port)
    server = await asyncio.start_server(wire.begin, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    yield wire
    server.close()
    await wire.ended()
