"""Every route is held against its policy: who, from which page, how much. The routes are read from the running router."""

import asyncio
import gzip
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.ports.store import Store
from bot.settings import Settings
from bot.web import Site, build_app
from bot.web.app import POLICIES
from bot.web.policy import Forgery, Policy, Who
from bot.web.webhooks import Hook
from tests.web.operator import Operator
from tests.web.test_webhooks import PRESS, SIGNED, delivered
from tests.web.visitor import Visitor

Browser = TestClient[Any, Any]
Headers = dict[str, str]
FIRMS = ("demo", "other")
EVIL = {"Origin": "https://evil.example"}
BODY = b'{"id":"x1","text":"x","to":"doctors","language":"en","login":"x","password":"a password","name":"x"}'
TURNED_AWAY = {401, 403, 404}


@pytest.fixture
async def site(store: Store, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Two firms in one house, the second with an account that is delivered to."""
    for name in FIRMS:
        shutil.copytree("businesses/demo", tmp_path / "firms" / name)
    settings = Settings(businesses=tmp_path / "firms", media=tmp_path / "media", database_url=database_url)
    built = await main.build_site(settings, store)
    hook = Hook("other", delivered("other"))
    await built.engine.start()
    yield replace(built, hooks={("telegram", "main"): hook})
    await built.engine.stop()


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Browser]:
    """A browser that knows the house's address."""
    async with TestClient(TestServer(build_app(site))) as opened:
        yield opened


@pytest.fixture
async def people(client: Browser, site: Site) -> dict[str, Headers]:
    """What everybody who could ask shows: nobody, and each kind of person of each firm."""
    known: dict[str, Headers] = {"nobody": {}, "provider": SIGNED}
    for firm in FIRMS:
        operator = await Operator(client, site, firm).arrives()
        answer = await client.post(f"/chat/{firm}/session", json={})
        known[f"operator of {firm}"] = operator.headers
        known[f"visitor of {firm}"] = Visitor(client, (await answer.json())["token"]).proof
    return known


def policies(client: Browser) -> dict[tuple[str, str], Policy]:
    """By method and path as they are in the router; a route without a policy fails here."""
    app = client.server.app  # type: ignore[attr-defined]  # a TestServer has it
    found = {}
    for route in app.router.routes():
        key = (route.method, route.resource.canonical if route.resource is not None else "")
        assert key in app[POLICIES], f"{key} has no policy"
        assert route.handler.__name__ == "guarded", f"{key} is not behind the guard"
        found[key] = app[POLICIES][key]
    return found


def filled(path: str, firm: str) -> str:
    """The path of a route with made-up names, for one firm."""
    names = {"business": firm, "channel": "telegram", "account": "main"}
    return re.sub(r"{(\w+)(:[^}]*)?}", lambda name: names.get(name[1], "x"), path)


def may(policy: Policy, person: str, firm: str) -> bool:
    """What the policy says about somebody; who holds an address is tried with a made-up one, which nobody holds."""
    match policy.who:
        case Who.ANYBODY:
            return True
        case Who.VISITOR:
            return person == f"visitor of {firm}"
        case Who.OPERATOR:
            return person == f"operator of {firm}"
        case Who.PROVIDER:
            return person == "provider"
        case _:
            return False


async def asks(client: Browser, method: str, path: str, headers: Headers, *, body: bytes = BODY) -> int:
    async with client.request(
        method, path, headers=headers, data=body if method == "POST" else None, allow_redirects=False
    ) as answer:
        return answer.status


@pytest.mark.req("G14")
async def test_no_route_is_open_to_anybody_it_is_not_for(client: Browser, people: dict[str, Headers]) -> None:
    """Each route, asked by each kind of person of each firm: only those whom its policy names get past the door."""
    tried = 0
    for (method, path), policy in sorted(policies(client).items(), key=lambda each: each[0][1].endswith("/logout")):
        if policy.who in (Who.ANYBODY, Who.LINE) or path == "/metrics":
            continue
        for person, headers in people.items():
            for firm in FIRMS:
                status = await asks(client, method, filled(path, firm), {"X-Desk": "1", **headers})
                let_in = status not in {401, 403} and not (policy.who in (Who.HOLDER, Who.MONITOR) and status == 404)
                assert let_in == may(policy, person, firm), (method, path, person, firm, status)
                tried += 1

    assert tried > 300


async def test_what_anybody_may_ask_for_shows_nothing_of_a_person(client: Browser, people: dict[str, Headers]) -> None:
    """What is open to everybody is the pages and the doors; the list is short, and a new entry is looked at."""
    open_to_all = {path for (_, path), policy in policies(client).items() if policy.who is Who.ANYBODY}

    assert open_to_all == {
        "/", "/health", "/ready", "/chat/widget.js", "/chat/static/{file}", "/chat/{business}",
        "/chat/{business}/media/{file}", "/chat/{business}/session", "/desk", "/desk/{business}", "/desk/{business}/login",
        "/{path}",
    }  # fmt: skip


async def test_a_line_belongs_to_who_shows_the_token(client: Browser, people: dict[str, Headers]) -> None:
    """Whatever a browser sends along, the socket talks only to the visitor whose token stands in the first frame."""
    ours = people["visitor of demo"]["Authorization"].removeprefix("Bearer ")
    theirs = people["visitor of other"]["Authorization"].removeprefix("Bearer ")
    for person, headers in people.items():
        for token, heard in (("", False), (theirs, False), (ours, True)):
            line = await client.ws_connect("/chat/demo/socket", headers=headers)
            await line.send_json({"type": "hello", "token": token, "after": 0})
            first = await line.receive(20)
            assert (first.data != 4401) is heard, person
            await line.close()


async def test_what_changes_something_is_not_to_be_forged(client: Browser, people: dict[str, Headers]) -> None:
    """A page of another site that has a browser send its cookies changes nothing, by any route."""
    cookies = {"Cookie": people["operator of demo"]["Cookie"]}
    for (method, path), policy in policies(client).items():
        if method in {"GET", "HEAD"}:
            assert policy.forgery in {Forgery.READS, Forgery.ORIGIN}, path
        elif method == "POST":
            assert policy.forgery is not Forgery.READS, path
            for headers in ({**cookies, **EVIL}, {**cookies, **EVIL, "X-Desk": "1"}, cookies | {"Origin": "null"}):
                assert await asks(client, method, filled(path, "demo"), headers) in TURNED_AWAY, path
        else:
            assert (method, path) == ("*", "/{path}")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_no_form_can_ask(client: Browser, people: dict[str, Headers], kind: str) -> None:
    """The kinds of body that a form of any site can send are taken by no route."""
    for (method, path), policy in policies(client).items():
        if policy.body is None or policy.who is Who.PROVIDER:
            continue
        headers = proof(policy, people) | {"Content-Type": kind}
        assert await asks(client, method, filled(path, "demo"), headers) == 415, path


async def test_a_body_is_refused_before_it_is_read(client: Browser, people: dict[str, Headers]) -> None:
    """Too long by its own head: the refusal comes while not a byte of the body has been sent."""
    for (method, path), policy in policies(client).items():
        if policy.body is None:
            continue
        most = 1024 * 1024 if policy.who is Who.PROVIDER else policy.body.most
        assert await head_alone(client, method, filled(path, "demo"), proof(policy, people), most + 1) == 413, path


async def test_who_may_not_ask_is_told_before_the_body_is_read(client: Browser) -> None:
    """A stranger's ten megabytes are not waited for."""
    for (method, path), policy in policies(client).items():
        if policy.body is not None and policy.who in (Who.VISITOR, Who.OPERATOR):
            assert await head_alone(client, method, filled(path, "demo"), {"X-Desk": "1"}, 1000) == 401, path


async def test_a_compressed_body_is_not_taken(client: Browser, people: dict[str, Headers]) -> None:
    """A few bytes that would become many are turned away, whoever sends them."""
    for (method, path), policy in policies(client).items():
        if policy.body is not None:
            headers = proof(policy, people) | {"Content-Encoding": "gzip"}
            body = gzip.compress(b"{}")
            assert await asks(client, method, filled(path, "demo"), headers, body=body) == 415, path


async def test_a_delivery_that_is_signed_comes_in(client: Browser) -> None:
    """The matrix above is no proof if nobody at all gets in."""
    answer = await client.post("/webhooks/telegram/main", json=PRESS, headers=SIGNED)

    assert answer.status == 200


def proof(policy: Policy, people: dict[str, Headers]) -> Headers:
    """What somebody shows who may ask."""
    person = {Who.VISITOR: "visitor of demo", Who.OPERATOR: "operator of demo", Who.PROVIDER: "provider"}
    return {"X-Desk": "1"} | people[person.get(policy.who, "nobody")]


async def head_alone(client: Browser, method: str, path: str, headers: Headers, length: int) -> int:
    """The answer to a head that promises a body of this length, of which nothing is sent."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    shown = headers | {"Host": "x", "Content-Type": "application/octet-stream", "Content-Length": str(length)}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in shown.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    async with asyncio.timeout(20):
        status = (await reader.readline()).split()[1]
    writer.close()
    return int(status)
