"""Answers of the Bot API that are not as they should be."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.net import Fetcher
from bot.net.lines import Broken
from integrations.channels.telegram.client import Client
from integrations.channels.telegram.listening import read_all
from tests.standins.telegram import TOKEN


@pytest.fixture
async def odd() -> AsyncIterator[list[bytes]]:
    """A server that answers every call with the one body in the list; its address is the second entry."""
    said = [b"{}"]

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=said[0], content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    said.append(f"http://127.0.0.1:{runner.addresses[0][1]}".encode())
    yield said
    await runner.cleanup()


async def test_half_a_character_does_not_stop_the_listening(odd: list[bytes]) -> None:
    """Broken characters in one customer's message are replaced, and the update after it is read too."""
    odd[0] = (
        b'{"ok":true,"result":[{"update_id":1,"message":{"message_id":1,"chat":{"id":5,"type":"private"},'
        b'"text":"\\ud83d \xff"}},{"update_id":2}]}'
    )
    client = Client(TOKEN, odd[1].decode(), Fetcher(anywhere=True))
    answer = await client.call("getUpdates", {})
    await client.close()

    found = read_all(answer.result)
    assert [number for number, _ in found] == [1, 2]
    assert found[0][1] is not None
    assert found[0][1].message is not None
    assert found[0][1].message.text == "\ufffd \ufffd"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"ok":1}', b"[" * 100_000])
async def test_an_answer_that_cannot_be_read_leaves_a_doubt(odd: list[bytes], body: bytes) -> None:
    """It may have been done; the error names the call, and not the token in its address."""
    odd[0] = body
    client = Client(TOKEN, odd[1].decode(), Fetcher(anywhere=True))
    with pytest.raises(Broken) as error:
        await client.call("sendMessage", {"chat_id": 1, "text": "x"})
    await client.close()

    assert "sendMessage" in str(error.value)
    assert TOKEN.partition(":")[2] not in f"{error.value!r} {error.value.__cause__!r}"


async def test_no_error_of_the_connection_shows_the_token() -> None:
    """Whatever goes wrong on the way, its message can be logged."""
    for address in ("http://127.0.0.1:9", "http://[::bad", "ftp://example.com"):
        with pytest.raises(Exception) as error:  # noqa: PT011, PT012  whatever it is, and wherever
            client = Client(TOKEN, address, Fetcher(anywhere=True))
            await client.call("sendMessage", {"chat_id": 1, "text": "x"})

        assert not isinstance(error.value, aiohttp.ClientError)
        assert TOKEN.partition(":")[2] not in f"{error.value!r} {error.value.__cause__!r}"
