"""No call of the desk works for strangers, for other firms, or for pages of other sites. Every route is tried."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.ports.store import Store
from bot.settings import Settings
from bot.web import Site, build_app
from tests.web.operator import Operator
from tests.web.test_desk import asks
from tests.web.visitor import Visitor

Browser = TestClient[Any, Any]
OPEN = {"/desk", "/desk/welcome/{token}", "/desk/{business}", "/desk/{business}/login"}
"""What one may ask for without being anybody: the doors."""
WITHOUT_LOGIN = {"/desk/welcome/{token}", "/desk/{business}/login"}


@pytest.fixture
async def site(store: Store, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Two firms in one house."""
    for name in ("demo", "other"):
        shutil.copytree("businesses/demo", tmp_path / "firms" / name)
    settings = Settings(businesses=tmp_path / "firms", media=tmp_path / "media", database_url=database_url)
    built = await main.build_site(settings, store)
    await built.engine.start()
    yield built
    await built.engine.stop()


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Browser]:
    """A browser that knows the house's address."""
    async with TestClient(TestServer(build_app(site))) as opened:
        yield opened


def routes(client: Browser, *methods: str) -> list[tuple[str, str]]:
    """Every route of the desk as (method, path)."""
    app = client.server.app  # type: ignore[attr-defined]  # a TestServer has it
    found = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    return sorted((method, path) for method, path in found if path.startswith("/desk") and method in methods)


def filled(path: str, business: str, case: str) -> str:
    return re.sub(r"{(\w+)}", lambda name: {"business": business, "case": case}.get(name[1], "x"), path)


async def status(client: Browser, method: str, path: str, headers: dict[str, str]) -> int:
    body = b'{"id": "x1", "text": "x", "to": "doctors", "language": "en"}' if method == "POST" else None
    answer = await client.request(method, path, data=body, headers=headers, allow_redirects=False)
    return answer.status


async def test_strangers_reach_nothing_but_the_doors(client: Browser) -> None:
    """Without a cookie, or with a made-up one, every call of the desk is refused."""
    closed = [each for each in routes(client, "GET", "POST") if each[1] not in OPEN]
    assert len(closed) >= 11
    for cookie in ({}, {"Cookie": 'desk_demo="made up"'}):
        for method, path in closed:
            assert await status(client, method, filled(path, "demo", "X"), {"X-Desk": "1", **cookie}) == 401, path


async def test_an_operator_of_one_firm_is_a_stranger_at_another(client: Browser, site: Site, visitor: Visitor) -> None:
    """Two firms of one house: the cookie of one opens no call of the other, nor its cases by id."""
    await asks(visitor, "HUMAN")
    own, other = await Operator(client, site).arrives(), await Operator(client, site, "other").arrives()
    (case,) = await own.cases()
    stolen = {"X-Desk": "1", "Cookie": f'desk_demo="{other.token}"; desk_other="{other.token}x"'}

    for method, path in [each for each in routes(client, "GET", "POST") if each[1] not in OPEN]:
        assert await status(client, method, filled(path, "demo", case["id"]), stolen) == 401, path
        if "{case}" in path:
            assert await status(client, method, filled(path, "other", case["id"]), other.headers) == 404, path
    assert await other.cases() == []
    assert await other.cases(case["id"]) == []


@pytest.mark.parametrize("headers", [
    {}, {"X-Desk": "1", "Origin": "https://evil.example"}, {"X-Desk": "1", "Sec-Fetch-Site": "cross-site"},
    {"X-Desk": "1", "Sec-Fetch-Site": "same-site"}, {"X-Desk": "1", "Origin": "null"},
])  # fmt: skip
async def test_pages_of_other_sites_change_nothing(
    client: Browser, site: Site, visitor: Visitor, headers: dict[str, str]
) -> None:
    """A page elsewhere that sends an operator's cookie along is refused by every call that changes something."""
    await asks(visitor, "HUMAN")
    ani = await Operator(client, site).arrives()
    (case,) = await ani.cases()
    changing = routes(client, "POST")
    assert len(changing) >= 10

    for method, path in changing:
        sent = {"Cookie": ani.headers["Cookie"], **headers}
        assert await status(client, method, filled(path, "demo", case["id"]), sent) == 403, path
    assert [each["status"] for each in await ani.cases()] == ["open"]


async def test_every_route_that_changes_something_is_a_post(client: Browser) -> None:
    """A link or a picture's address can change nothing: there is no other method than GET and POST."""
    methods = {method for method, _ in routes(client, *["GET", "POST", "PUT", "PATCH", "DELETE", "*", "OPTIONS"])}

    assert methods == {"GET", "POST"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id":""}', b'{"id":1}', b'{"id":"x\\u0000","text":"x"}',
                                  b"[" * 50_000, b'{"id":"a","text":5}', b"\xff", b'{"id":"a","text":"  "}'])  # fmt: skip
async def test_a_call_in_nonsense_is_refused(client: Browser, site: Site, visitor: Visitor, body: bytes) -> None:
    """Whatever a broken page sends is a 400, never a fault of ours, and the customer hears nothing."""
    await asks(visitor, "HUMAN")
    ani = await Operator(client, site).arrives()
    (case,) = await ani.cases()
    answer = await client.post(f"/desk/demo/api/cases/{case['id']}/say", data=body, headers=ani.headers)

    assert answer.status == 400
    assert [each for each in await visitor.reads() if each["from"] == "human"] == []


async def test_the_choice_of_desks_names_the_firms(client: Browser) -> None:
    """In a house of two firms an operator chooses theirs; the desk's pages run no script but their own."""
    choice = await client.get("/desk")
    door = await client.get("/desk/other")

    assert '"/desk/other"' in await choice.text()
    for page in (choice, door):
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert policy.endswith("frame-ancestors 'self'")
