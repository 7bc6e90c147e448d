"""Who holds a connection without using it is shown out; everybody else does not notice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest
from aiohttp import web

from bot.ports.store import Store
from bot.store.sqlite import SqliteStore
from bot.web.addresses import Network
from bot.web.body import read_body
from bot.web.door import AT_ONCE, Connection, Door, Entrance, Limits
from bot.web.policy import Body
from bot.web.rejections import REJECTIONS, Rejections
from tests.conftest import Now

SLOW = Limits(head=10, idle=150, reading=30, an_address=3)
GREETING = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
TAKEN = {"/": Body(100_000, ()), "/short": Body(100_000, (), seconds=0.05)}
PIECE = 8 * 1024 * 1024
LONG = 6 * PIECE


async def until(is_so: Callable[[], object]) -> None:
    """Let the loop go on until something is so; for ever is not waited."""
    for _ in range(200_000):
        if is_so():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


class House:
    """An application behind the door, on a port of this machine."""

    def __init__(self, runner: Entrance, rejections: Rejections) -> None:
        self._runner, self._rejections = runner, rejections
        self._visitors: list[asyncio.StreamWriter] = []
        self.port: int = runner.addresses[0][1]

    @property
    def door(self) -> Door:
        assert isinstance(self._runner.server, Door)
        return self._runner.server

    @property
    def reasons(self) -> dict[str, int]:
        return dict(self._rejections.counts)

    async def visit(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection, once the door has seen it."""
        count = self.door.open
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._visitors.append(writer)
        await until(lambda: self.door.open > count or reader.at_eof())
        return reader, writer

    async def leave(self) -> None:
        """Every visitor hangs up."""
        for writer in self._visitors:
            writer.transport.abort()
        await until(lambda: not self.door.open)

    def later(self, seconds: float) -> None:
        """What the look around finds so many seconds from now."""
        self.door.look(asyncio.get_running_loop().time() + seconds)


async def answer(request: web.Request) -> web.Response:
    if request.method == "POST":
        return web.Response(body=await read_body(request, TAKEN[request.path]))
    return web.Response(body=bytes(LONG) if request.path == "/long" else b"hello")


@asynccontextmanager
async def open_house(store: Store, *, trusted: tuple[Network, ...] = (), limits: Limits = SLOW) -> AsyncIterator[House]:
    app = web.Application()
    app[REJECTIONS] = Rejections(store, Now())
    app.router.add_route("*", "/{path:.*}", answer)
    runner = Entrance(app, limits=limits, trusted=trusted, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    house = House(runner, app[REJECTIONS])
    try:
        yield house
    finally:
        await house.leave()
        await runner.cleanup()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Somewhere to note what was refused; here only the counts are looked at."""
    opened = SqliteStore(None)
    yield opened
    await opened.close()


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    async with open_house(store) as opened:
        yield opened


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the other side hangs up; what it says before is read."""
    try:
        async with asyncio.timeout(20):
            while await reader.read(65536):
                pass
    except ConnectionError:
        return True
    return True


async def greeted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether a request is answered."""
    writer.write(GREETING)
    async with asyncio.timeout(20):
        return (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")


@pytest.mark.req("G6")
@pytest.mark.parametrize("begun", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_does_not_come_is_not_waited_for(house: House, begun: bytes) -> None:
    """Ten seconds after the opening a connection without a whole head is closed, however many bytes have dripped in."""
    reader, writer = await house.visit()
    writer.write(begun)
    house.later(9)
    assert not reader.at_eof()
    house.later(10.5)

    assert await ended(reader)
    assert house.reasons == {"slow head": 1}


async def test_a_later_head_has_ten_seconds_too(house: House) -> None:
    """Who has once asked properly may rest, but not drip a head from then on."""
    reader, writer = await house.visit()
    assert await greeted(reader, writer)
    house.later(60)
    assert await greeted(reader, writer)

    writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
    (connection,) = house.door.connections
    assert isinstance(connection, Connection)
    await until(lambda: connection._began)
    house.later(11)

    assert await ended(reader)


async def test_an_answer_that_nobody_reads_is_thrown_away(house: House) -> None:
    """A reader that stands still for half a minute is shown out, and with it what lay ready for it."""
    reader, writer = await house.visit()
    writer.write(GREETING.replace(b"/ ", b"/long ", 1))
    (connection,) = house.door.connections
    await until(lambda: connection.transport is not None and connection.transport.get_write_buffer_size())
    house.later(0)
    house.later(29)
    assert connection.transport is not None
    house.later(31)
    await ended(reader)

    assert house.reasons == {"slow reader": 1}


async def test_an_answer_that_is_read_is_never_cut_off(house: House) -> None:
    """Fifty megabytes arrive whole, though the look around comes by again and again."""
    reader, writer = await house.visit()
    writer.write(GREETING.replace(b"/ ", b"/long ", 1))
    async with asyncio.timeout(60):
        for looks in range(LONG // PIECE):
            await reader.readexactly(PIECE)  # more than the two kernels hold between us
            house.later(40 * looks)

    assert house.reasons == {}


async def test_a_crowd_is_shown_out_in_turns(house: House) -> None:
    """Whoever else is served does not wait until hundreds of connections have been closed."""
    readers = [(await house.visit())[0] for _ in range(AT_ONCE + 5)]
    later = asyncio.get_running_loop().time() + 11

    assert house.door.look(later)
    assert house.reasons == {"slow head": AT_ONCE}
    await until(lambda: house.door.open == 5)
    assert not house.door.look(later)
    assert all([await ended(reader) for reader in readers])


async def test_an_address_has_so_many_connections_and_no_more(store: Store) -> None:
    """The fourth of an address is refused at once; another address comes in, and so does the first when one has gone."""
    house_of = {"192.0.2.1": 3, "192.0.2.2": 1}
    async with open_house(store) as house:
        taken = [house.door.enters(address) for address, count in house_of.items() for _ in range(count)]
        assert not house.door.enters("192.0.2.1")
        house.door.leaves("192.0.2.1")

        assert all(taken)
        assert house.door.enters("192.0.2.1")
        assert house.reasons == {"too many connections": 1}


async def test_a_line_of_ipv6_counts_as_one_address(store: Store) -> None:
    """Whoever has 2⁶⁴ addresses does not have as many connections."""
    async with open_house(store) as house:
        assert [house.door.enters(f"2001:db8:1:2::{n}") for n in range(4)] == [True, True, True, False]
        assert house.door.enters("2001:db8:1:3::1")


async def test_this_machine_and_our_own_proxies_have_as_many_as_they_like(store: Store) -> None:
    """All customers come through a reverse proxy: it is one address and may not be counted."""
    async with open_house(store, trusted=(ip_network("10.0.0.0/8"),)) as house:
        assert all(house.door.enters(address) for address in ["10.1.2.3"] * 9 + ["127.0.0.1"] * 9 + ["::1"] * 9)


async def test_a_connection_that_is_refused_is_closed(store: Store) -> None:
    """Too many from one address: the new one is closed before anything is read of it, the others stay."""
    async with open_house(store, limits=replace(SLOW, here=True)) as house:
        held = [await house.visit() for _ in range(3)]
        reader, _ = await house.visit()

        assert await ended(reader)
        assert await greeted(*held[0])
        held[1][1].transport.abort()
        await until(lambda: house.door.open == 2)
        assert await greeted(*await house.visit())


async def test_a_body_that_drips_is_hung_up_on(house: House) -> None:
    """Longer than its route allows: it is left."""
    reader, writer = await house.visit()
    writer.write(b"POST /short HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\nx")

    assert await ended(reader)


async def test_a_body_in_pieces_is_read(house: House) -> None:
    """Pieces are put together."""
    reader, writer = await house.visit()
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
    await writer.drain()
    await asyncio.sleep(0.01)
    writer.write(b"llo")
    async with asyncio.timeout(20):
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
