"""The live line: what is said arrives once and in order, whatever happens to the line."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.runtime.outage import Outage
from tests.web.visitor import CHAT, Line, Visitor

Browser = TestClient[Any, Any]


async def say(line: Line, text: str, frame_id: str) -> dict[str, Any]:
    await line.socket.send_json({"type": "say", "id": frame_id, "text": text})
    return await line.next("accepted")


async def test_a_talk_over_the_line(visitor: Visitor) -> None:
    """The greeting, the visitor's own words and the answer come in order, numbered."""
    line = await visitor.connects()
    assert (await line.next("ready"))["earlier"] is False
    seen = await line.messages(1)
    accepted = await say(line, "Book a visit", "a1")
    seen += await line.messages(2)

    assert [each["from"] for each in seen] == ["bot", "customer", "bot"]
    assert seen[1]["client_id"] == "a1"
    assert seen[1]["seq"] == accepted["seq"]
    assert seen[2]["text"] == "What would you like to book?"
    assert seen[2]["choices"][0]["label"]


async def test_a_line_that_drops_resumes_without_loss_or_doubles(visitor: Visitor) -> None:
    """What was said while the page was away is there when it comes back, and nothing is shown twice."""
    line = await visitor.connects()
    shown = [each["seq"] for each in await line.messages(1)]
    await say(line, "Book a visit", "a1")
    line.socket._writer.transport.abort()
    await visitor.writes("Teeth cleaning", "a2")
    back = await visitor.connects(after=shown[-1])
    await say(back, "Book a visit", "a1")
    frames = await back.messages(4)

    assert [each["text"] for each in frames if each["from"] == "customer"] == ["Book a visit", "Teeth cleaning"]
    seqs = shown + [each["seq"] for each in frames]
    assert len(set(seqs)) == len(seqs)
    assert seqs == sorted(seqs)


async def test_two_tabs_show_the_same_talk(visitor: Visitor) -> None:
    """What is written in one tab appears in the other, with the answer, once each."""
    one, two = await visitor.connects(), await visitor.connects()
    await say(one, "Book a visit", "a1")

    assert await one.messages(3) == await two.messages(3)


async def test_one_frame_over_two_lines_is_one_message(visitor: Visitor) -> None:
    """Two tabs that send one stored frame after an outage do not double it."""
    one, two = await visitor.connects(), await visitor.connects()
    accepted = await asyncio.gather(say(one, "hello", "a1"), say(two, "hello", "a1"))

    assert accepted[0]["seq"] == accepted[1]["seq"]
    assert [each["text"] for each in await visitor.reads() if each["from"] == "customer"] == ["hello"]


@pytest.mark.parametrize("hello", [
    "nonsense", "[]", "{}", "[" * 50_000, '{"type":"hello"}', '{"type":"hello","token":"forged"}',
    '{"type":"hello","token":5}', '{"type":"say","id":"1","text":"x"}',
])  # fmt: skip
async def test_a_line_without_proof_is_closed(client: Browser, hello: str) -> None:
    """Whoever does not say who they are in the first frame hears nothing."""
    line = Line(await client.ws_connect(f"{CHAT}/socket"))
    await line.socket.send_str(hello)

    assert await line.closed() == 4401


@pytest.mark.parametrize("after", ["1e3", '"3"', "-1", "99999999999999999999999", "null", "true"])
async def test_an_odd_place_to_go_on_from_breaks_nothing(client: Browser, visitor: Visitor, after: str) -> None:
    """A page with a broken memory is closed or gets the talk, and never takes our server's time with a fault."""
    socket = await client.ws_connect(f"{CHAT}/socket")
    await socket.send_str(f'{{"type":"hello","token":"{visitor.token}","after":{after}}}')
    frame = await asyncio.wait_for(socket.receive(), 20)

    assert frame.data == 4401 or frame.json()["type"] == "ready"


async def test_a_frame_that_cannot_be_read_is_refused_and_the_line_stays(visitor: Visitor) -> None:
    """One broken frame costs one sentence, not the connection."""
    line = await visitor.connects()
    await line.socket.send_str('{"type":"say","id":"a1","text":5}')
    refused = await line.next("refused")
    await line.socket.send_json({"type": "ping"})

    assert (refused["id"], refused["text"][-1] in ".։") == ("a1", True)
    assert await line.next("pong")


@pytest.mark.parametrize("frame", [
    '{"type":"press","id":"a1","message":99999999999999999999999,"choice":"0"}', '{"type":"say","id":"a\\u0000","text":"x"}',
    '{"type":"picture","id":"a1","media":{"kind":"image","name":"../x","mime":"text/html"}}', "[" * 50_000,
])  # fmt: skip
async def test_a_hostile_frame_does_not_end_the_line(visitor: Visitor, frame: str) -> None:
    """A crafted frame is refused or passed by; the same visitor goes on."""
    line = await visitor.connects()
    await line.socket.send_str(frame)

    assert (await say(line, "hello", "a2"))["id"] == "a2"
    assert "text/html" not in str(await visitor.reads())
    assert all("media" not in each for each in await visitor.reads())


async def test_while_the_database_is_away_the_line_closes_and_the_frame_is_taken_later(
    visitor: Visitor, outage: Outage
) -> None:
    """The page is told to come back; its frame, sent again with the same id, is there once."""
    line = await visitor.connects()
    await line.next("ready")
    outage.writes = -1
    await line.socket.send_json({"type": "say", "id": "a1", "text": "hello"})
    assert await line.closed() == 1013
    outage.writes = 0
    back = await visitor.connects()
    await say(back, "hello", "a1")

    assert [each["text"] for each in await visitor.reads() if each["from"] == "customer"] == ["hello"]
