"""One address in front of several processes, as a reverse proxy gives it: each connection goes to any that answers."""

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

CHUNK = 65536


@dataclass
class Balancer:
    """Passes connections on to `ports` of the loopback. `passed` counts them by port."""

    ports: Sequence[int]
    draw: random.Random
    port: int = 0

    def __post_init__(self) -> None:
        self.passed = dict.fromkeys(self.ports, 0)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, until either side ends it; nothing answers when no process does."""
        other = await self._connected()
        if other is None:
            writer.close()
            return
        there, back = other
        await asyncio.gather(_carry(reader, back), _carry(there, writer))

    async def _connected(self) -> tuple[StreamReader, StreamWriter] | None:
        for port in self.draw.sample(self.ports, len(self.ports)):
            with suppress(OSError):
                found = await asyncio.open_connection("127.0.0.1", port)
                self.passed[port] += 1
                return found
        return None


async def _carry(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def balancer(ports: Sequence[int], draw: random.Random) -> AsyncIterator[Balancer]:
    """One that listens on a free port while the block lasts."""
    running = Balancer(ports, draw)
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
