"""The stand-in refuses what Meta refuses; what passes there would otherwise prove nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.integrations.meta.pages.conftest import HEADER, NETWORKS
from tests.standins.meta import APP_SECRET, TOKEN, GraphServer, Refused
from tests.standins.meta.pages import Page
from tests.standins.meta.pages_messages import INSTAGRAM, MESSENGER, WebFile, check_message
from tests.standins.meta.pages_people import Person
from tests.standins.meta.wire import Json, signature

REPLY = {"content_type": "text", "title": "Yes", "payload": "7.0"}
POSTBACK = {"type": "postback", "title": "Yes", "payload": "7.0"}
LINK = {"type": "web_url", "title": "Open", "url": "https://example.am"}


def template(*buttons: Json, text: str = "?") -> Json:
    payload = {"template_type": "button", "text": text, "buttons": list(buttons)}
    return {"attachment": {"type": "template", "payload": payload}}


def file(kind: str, url: str) -> Json:
    return {"attachment": {"type": kind, "payload": {"url": url}}}


BAD: list[tuple[str, Json]] = [
    *[(network, message) for network in NETWORKS for message in (
        {}, {"text": ""}, {"text": " "}, {"text": "x", "attachment": {}}, {"text": "x", "colour": "red"},
        {"text": "x", "quick_replies": []}, {"text": "x", "quick_replies": [REPLY] * 14},
        {"text": "x", "quick_replies": [REPLY | {"title": "x" * 21}]}, {"text": "x", "quick_replies": [REPLY | {"title": ""}]},
        {"text": "x", "quick_replies": [REPLY | {"payload": "x" * 1001}]},
        {"text": "x", "quick_replies": [{"content_type": "location"}]},
        template(), template(*[POSTBACK] * 4), template(POSTBACK, text="x" * 641), template(POSTBACK, text=""),
        template(POSTBACK | {"title": "x" * 21}), template(POSTBACK | {"payload": ""}), template(LINK | {"url": "tel:1"}),
        template({"type": "account_link", "title": "x"}), file("image", "/photo.jpg"), file("sticker", "https://x/1.png"),
        file("image", "https://x/1.svg"), file("video", "https://x/1.pdf"), file("image", "https://gone/1.png"),
        file("image", "https://large/1.png"),
    )],
    (MESSENGER, {"text": "x" * 2001}), (MESSENGER, {"text": "x", "metadata": "x" * 1001}),
    (MESSENGER, {"text": "x", "quick_replies": [{"content_type": "user_phone_number", "title": "x"}]}),
    (INSTAGRAM, {"text": "x" * 1001}), (INSTAGRAM, {"text": "ա" * 501}), (INSTAGRAM, {"text": "x", "metadata": "x"}),
    (INSTAGRAM, {"text": "x", "quick_replies": [{"content_type": "user_phone_number"}]}),
    (INSTAGRAM, template(POSTBACK) | {"quick_replies": [REPLY]}), (INSTAGRAM, file("file", "https://x/1.zip")),
    (INSTAGRAM, template({"type": "phone_number", "title": "x", "payload": "+374"})), (INSTAGRAM, file("image", "https://x/1.gif")),
]  # fmt: skip
GOOD: list[tuple[str, Json]] = [
    *[(network, message) for network in NETWORKS for message in (
        {"text": "x", "quick_replies": [REPLY] * 13}, template(POSTBACK, LINK, LINK, text="x" * 640),
        file("image", "https://x/1.png"), file("audio", "https://x/1.mp3"), file("file", "https://x/1.pdf"),
    )],
    (MESSENGER, {"text": "x" * 2000, "metadata": "7.0"}), (INSTAGRAM, {"text": "ա" * 500}),
    (MESSENGER, file("file", "https://x/1.zip")), (MESSENGER, template(POSTBACK) | {"quick_replies": [REPLY]}),
]  # fmt: skip
WEB = {"https://gone/1.png": WebFile(""), "https://large/1.png": WebFile("image/png", 25_000_001)}


@pytest.mark.parametrize(("network", "message"), BAD, ids=repr)
def test_what_meta_refuses_is_refused(network: str, message: Json) -> None:
    """One more than a limit, an unknown field, a form that this network does not have."""
    with pytest.raises(Refused) as refused:
        check_message(message, network, WEB)

    assert refused.value.code == 100


@pytest.mark.parametrize(("network", "message"), GOOD, ids=repr)
def test_what_meta_takes_is_taken(network: str, message: Json) -> None:
    """The same at the limit."""
    check_message(message, network, WEB)


@pytest.fixture(params=NETWORKS)
def page(request: pytest.FixtureRequest, graph: GraphServer) -> Page:
    """A page of each network."""
    return Page(graph, request.param)


@pytest.fixture
def ani(page: Page) -> Person:
    """Somebody who has just written."""
    return page.person("Ani")


async def post(page: Page, body: Json, *, token: str = TOKEN, path: str = "/v25.0/me/messages") -> tuple[int, Any]:
    """The status and the body of an answer."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.post(page.graph.url + path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


def saying(to: Json, **more: Any) -> Json:
    return {"recipient": to, "messaging_type": "RESPONSE", "message": {"text": "x"}, **more}


async def test_a_message_is_shown_and_its_id_told(page: Page, ani: Person) -> None:
    """The answer names the person and the message."""
    status, body = await post(page, saying({"id": ani.id}))

    assert (status, body) == (200, {"recipient_id": ani.id, "message_id": ani.screen[-1]["mid"]})


async def test_a_token_that_nobody_has_is_refused(page: Page, ani: Person) -> None:
    """401 in Meta's own envelope; the page's token does not speak for the app."""
    status, body = await post(page, saying({"id": ani.id}), token="another")
    app_status, app = await post(page, {}, path="/v25.0/670843887433847/subscriptions")

    assert (status, body["error"]["code"], body["error"]["type"]) == (401, 190, "OAuthException")
    assert (app_status, app["error"]["code"]) == (400, 15)
    assert ani.screen == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"messaging_type": "MESSAGE_TAG", "tag": "CONFIRMED_EVENT_UPDATE"}, 100),
        ({"messaging_type": "MESSAGE_TAG", "tag": "OTHER"}, 100),
        ({"messaging_type": "MESSAGE_TAG"}, 100),
        ({"tag": "HUMAN_AGENT"}, 100),
        ({"messaging_type": "WHENEVER"}, 100),
        ({"colour": "red"}, 100),
        ({"recipient": {}}, 100),
        ({"recipient": {"id": "1", "comment_id": "2"}}, 100),
        ({"recipient": {"id": "999"}}, 100),
        ({"recipient": {"comment_id": "999"}}, 100),
    ],
)
async def test_a_wrong_call_is_refused(page: Page, ani: Person, more: Json, code: int) -> None:
    """Tags that were taken away, fields that do not exist, nobody in particular."""
    status, body = await post(page, saying({"id": ani.id}, **more))

    assert (status, body["error"]["code"]) == (400, code)
    assert ani.screen == []


async def test_a_closed_window_is_refused(page: Page, ani: Person) -> None:
    """After a day only a person may answer, after a week nobody."""
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    codes = []
    for days, more in ((0.9, {}), (1.1, {}), (6.9, human), (7.1, human)):
        page.clock.ahead = timedelta(days=days).total_seconds()
        codes.append((await post(page, saying({"id": ani.id}, **more)))[1].get("error", {}).get("error_subcode", 0))

    outside = {MESSENGER: 2018278, INSTAGRAM: 2534022}[page.network]
    assert codes == [0, outside, 0, outside]


@pytest.fixture
async def hook(page: Page) -> AsyncIterator[list[Any]]:
    """An address that Meta delivers to: what came there, with a true signature."""
    came: list[Any] = []

    async def take(request: web.BaseRequest) -> web.Response:
        body = await request.read()
        assert request.headers[HEADER] == signature(body, APP_SECRET)
        assert body.isascii()
        came.append(await request.json())
        return web.Response()

    runner = web.ServerRunner(web.Server(take), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    page.deliveries.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield came
    await runner.cleanup()


@pytest.mark.parametrize(
    ("how", "texts"),
    [
        ({}, [["մեկ"], ["երկու"]]),
        ({"times": 2}, [["մեկ"], ["մեկ"], ["երկու"], ["երկու"]]),
        ({"reversed_": True}, [["երկու"], ["մեկ"]]),
        ({"batched": True}, [["մեկ", "երկու"]]),
    ],
)
async def test_deliveries_come_as_meta_makes_them(
    page: Page, ani: Person, hook: list[Any], how: dict[str, Any], texts: list[list[str]]
) -> None:
    """One by one, doubled, in another order, several in one; signed, with escaped letters."""
    ani.says("մեկ")
    ani.says("երկու")
    statuses = await page.deliveries.tell(**how)
    found = [[entry["messaging"][0]["message"]["text"] for entry in body["entry"]] for body in hook]

    assert found == texts
    assert set(statuses) == {200}
    assert await page.deliveries.tell() == []
