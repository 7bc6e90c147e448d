"""The firm's own application and our program, killed at each point of an update's way: it is in our inbox once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crash.program import Program
from tests.integrations.bridges.processes import Host, hook_of, host_of, inbox, program_at, until_taken
from tests.integrations.bridges.relay import Relay, Where
from tests.standins.telegram import Person, TelegramServer

pytestmark = [pytest.mark.whole, pytest.mark.timeout(600)]

AT_ONCE = 3  # updates that are fetched together


class Point(NamedTuple):
    """Where an update stands when who is `killed` ends: after so many of the same fetch have passed.

    With `carry` it goes on afterwards, with `away` before who was killed is there again; else its line is hung up.
    """

    what: str
    where: Where
    killed: tuple[str, ...]
    passes: int = 0
    carry: bool = False
    away: bool = False


OURS, THEIRS, BOTH = ("ours",), ("theirs",), ("ours", "theirs")
POINTS = (
    Point("theirs with updates that it has fetched and not handed on", "came", THEIRS),
    Point("theirs between two updates", "came", THEIRS, passes=1),
    Point("theirs while the last is on our disk, and it was not told so", "went", THEIRS, passes=2),
    Point("theirs just when it is told that one is on our disk", "went", THEIRS, carry=True),
    Point("ours before one comes", "came", OURS, carry=True),
    Point("ours before one comes, and it is not back when it does", "came", OURS, carry=True, away=True),
    Point("ours with one on disk, and its answer is lost", "went", OURS),
    Point("ours with one on disk, just after its answer", "went", OURS, carry=True, away=True),
    Point("both before one comes", "came", BOTH, passes=1),
    Point("both with one on our disk, and its answer is lost", "went", BOTH, passes=1),
)


class Way(NamedTuple):
    """An update's way from Telegram to our inbox."""

    api: TelegramServer
    program: Program
    host: Host
    relay: Relay

    async def kill(self, who: tuple[str, ...]) -> None:
        """End them without a last word."""
        if "ours" in who:
            await self.program.kill()
        if "theirs" in who:
            await self.host.end()

    async def begin(self, who: tuple[str, ...]) -> None:
        """Start them again."""
        if "ours" in who:
            await self.program.start()
        if "theirs" in who:
            await self.host.start()

    async def at(self, point: Point, ani: Person) -> None:
        """Kill at this point, and see everything taken in the end."""
        self.relay.stop_at(point.where, point.passes)
        for _ in range(AT_ONCE):
            ani.says("prices")
        async with asyncio.timeout(60):
            await self.relay.stands.wait()
        await self.kill(point.killed)
        if not point.carry or point.away:
            self.relay.go(carry=point.carry)
        await self.begin(point.killed)
        if point.carry and not point.away:
            self.relay.go(carry=True)
        await until_taken(self.api)


@pytest.fixture(params=["aiogram_host", "ptb_host"])
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    """Everything running, with each of the two libraries."""
    async with TelegramServer() as api:
        program = program_at(api, tmp_path / "program")
        relay = Relay(hook_of(program))
        await relay.start()
        host = host_of(str(request.param), api, relay.url, tmp_path / "host.log")
        await program.start()
        await host.start()
        yield Way(api, program, host, relay)
        await host.end()
        await program.kill()
        await relay.close()


async def all_is_there_once(way: Way) -> None:
    """Each update that there was stands in the inbox, and once."""
    await way.program.stop()

    assert await inbox(way.program) == Counter(f"telegram:main:{each.update_id}" for each in way.api.record.updates())


@pytest.mark.req("F2")
async def test_a_kill_at_any_point_neither_loses_nor_doubles(way: Way) -> None:
    """Fetched, handed on, on disk, answered: whoever dies there, our inbox has each update once when all are back."""
    ani = way.api.person("Ani", language="en")
    for point in POINTS:
        await way.at(point, ani)

    assert len(way.api.record.updates()) == AT_ONCE * len(POINTS)
    await all_is_there_once(way)


@pytest.mark.req("F2")
@pytest.mark.parametrize("seconds", [0.0, 0.003, 0.012])
async def test_a_kill_in_the_middle_of_our_writing_neither_loses_nor_doubles(way: Way, seconds: float) -> None:
    """Our process ends a moment after an update reached it, before or after the disk: it is handed on again, and is one."""
    ani = way.api.person("Ani", language="en")
    way.relay.stop_at("came")
    ani.says("prices")
    async with asyncio.timeout(60):
        await way.relay.stands.wait()
    way.relay.go(carry=True)
    await asyncio.sleep(seconds)
    await way.kill(OURS)
    await way.begin(OURS)
    await until_taken(way.api)

    await all_is_there_once(way)


@pytest.mark.req("F2")
async def test_a_kill_while_it_is_confirmed_neither_loses_nor_doubles(way: Way) -> None:
    """The application ends when all of a fetch is ours and Telegram has not yet been told, and again when it has."""
    ani = way.api.person("Ani", language="en")
    for arrives in (False, True):
        way.relay.stop_at("went", AT_ONCE - 1)
        for _ in range(AT_ONCE):
            ani.says("prices")
        async with asyncio.timeout(60):
            await way.relay.stands.wait()
            held = way.api.faults.hold("getUpdates")
            way.relay.go(carry=True)
            await held.reached()
        if arrives:
            held.release()
        await way.kill(THEIRS)
        held.release()
        await way.begin(THEIRS)
        await until_taken(way.api)

    await all_is_there_once(way)
