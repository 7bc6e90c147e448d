"""What one visitor's lines may take: how large, how fast, how many."""

import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient

from bot.events import Contact
from bot.web.lines import Lines, Pace, Spent
from bot.web.socket import FRAME_BYTES, MESSAGES, MOST_LINES
from tests.web.visitor import CHAT, Visitor

Browser = TestClient[Any, Any]
ANI, BEN = Contact("webchat", "main", "ani"), Contact("webchat", "main", "ben")


def test_twenty_messages_in_ten_seconds_are_read_at_once_and_more_are_read_more_slowly() -> None:
    """Who writes faster than two a second waits after the twentieth, and a pause gives the allowance back."""
    spent = Spent()
    waits = [spent.wait(MESSAGES, 100.0) for _ in range(23)]

    assert waits[:20] == [0.0] * 20
    assert waits[20:] == pytest.approx([0.5, 1.0, 1.5])
    assert [spent.wait(MESSAGES, 200.0) for _ in range(20)] == [0.0] * 20


def test_marks_do_not_use_up_what_messages_may() -> None:
    """A page that says at every key that somebody types can still send what was typed."""
    spent, marks = Spent(), Pace(per_second=20.0, burst=2)

    assert [spent.wait(marks, 0.0) for _ in range(3)] == pytest.approx([0.0, 0.0, 0.05])
    assert spent.wait(MESSAGES, 0.0) == 0.0


def test_a_visitor_may_have_so_many_lines() -> None:
    """Others' lines are not counted, and neither is what has been closed."""
    lines = Lines(2)
    with lines.open(BEN), lines.open(ANI):
        assert not lines.full(ANI)
        with lines.open(ANI):
            assert (lines.full(ANI), lines.full(BEN), lines.count) == (True, False, 3)
        assert not lines.full(ANI)

    assert lines.count == 0


async def test_the_eleventh_tab_reads_by_calls(visitor: Visitor) -> None:
    """Its line is closed with «try again later»; the ten others stay, and a free place is taken again."""
    opened = [await visitor.connects() for _ in range(MOST_LINES)]
    for each in opened:
        await each.next("ready")

    assert await (await visitor.connects()).closed() == 1013
    await opened[0].socket.send_json({"type": "ping"})
    await opened[0].next("pong")
    await opened[0].socket.close()
    async with asyncio.timeout(20):
        while (await (await visitor.connects()).socket.receive()).data == 1013:
            continue  # the place is free as soon as the house has seen the closing


async def test_a_frame_that_is_too_large_ends_the_line(visitor: Visitor) -> None:
    """A line that sends more than 64 kB in one frame is closed with the code for that; another one is taken."""
    line = await visitor.connects()
    await line.next("ready")
    await line.socket.send_str('{"type":"say","id":"a1","text":"' + "x" * FRAME_BYTES + '"}')

    assert await line.closed() == 1009
    assert (await (await visitor.connects()).next("ready"))["earlier"] is False


async def test_a_burst_arrives_whole(visitor: Visitor) -> None:
    """Twenty messages at once are all taken, in their order."""
    line = await visitor.connects()
    for n in range(20):
        await line.socket.send_json({"type": "say", "id": f"a{n}", "text": f"message {n}"})
    accepted = [await line.next("accepted") for _ in range(20)]

    assert [each["id"] for each in accepted] == [f"a{n}" for n in range(20)]


async def test_a_token_in_the_address_opens_nothing(client: Browser, visitor: Visitor) -> None:
    """Addresses stand in logs and histories, so a token there is not looked at."""
    socket = await client.ws_connect(f"{CHAT}/socket?token={visitor.token}")
    await socket.send_json({"type": "hello", "after": 0})

    assert (await socket.receive(20)).data == 4401


async def test_bytes_are_no_hello(client: Browser) -> None:
    """A first frame that is no text is no hello."""
    socket = await client.ws_connect(f"{CHAT}/socket")
    await socket.send_bytes(b"\xff\x00")
    answer = await socket.receive(20)

    assert (answer.type, answer.data) == (WSMsgType.CLOSE, 4401)
