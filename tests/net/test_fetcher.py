"""Files of others: what is gone is told apart from what cannot be had just now."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.net import Fetcher, body_of
from bot.ports.files import NotFetched

LOOPBACK = "127.0.0.1"


async def answer(request: web.Request) -> web.Response:
    return web.Response(status=int(request.match_info["status"]), body=b"a tooth")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 408, 425, 429, 500, 502, 503, 504])
async def test_an_answer_says_whether_to_ask_again(status: int) -> None:
    """A server that is overloaded or broken may give the file later; one that refuses it will not."""
    app = web.Application()
    app.router.add_get("/{status}", answer)
    later = status in {408, 425, 429} or status >= 500
    async with TestServer(app) as server, Fetcher(inside={LOOPBACK}) as fetcher:
        with pytest.raises(NotFetched) as refused:
            await fetcher.fetch(str(server.make_url(f"/{status}")))

        assert refused.value.again is later
        if later:
            with pytest.raises(NotFetched):
                await body_of(fetcher, str(server.make_url(f"/{status}")))
        else:
            assert await body_of(fetcher, str(server.make_url(f"/{status}"))) is None
        assert await body_of(fetcher, str(server.make_url("/200"))) == b"a tooth"


@pytest.mark.parametrize(
    ("url", "again"),
    [
        (f"http://{LOOPBACK}:{{port}}/", True),
        ("http://127.0.0.2:{port}/", False),
        ("http://x..y/", False),
        ("x", False),
    ],
)
async def test_who_is_not_there_may_come_back(url: str, again: bool) -> None:
    """Nobody listens: perhaps later. An address of inside, or one that is none, stays what it is."""
    async with Fetcher(inside={LOOPBACK}) as fetcher:
        with pytest.raises(NotFetched) as refused:
            await fetcher.fetch(url.format(port=unused_port()))

    assert refused.value.again is again
