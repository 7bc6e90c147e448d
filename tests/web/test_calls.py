"""The calls behind the chat page: who may ask, what is refused and how, and that nothing is lost."""

from io import BytesIO
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.web.tokens import Tokens
from tests.runtime.outage import Outage
from tests.web.visitor import CHAT, Visitor

Browser = TestClient[Any, Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


async def test_a_new_visitor_is_greeted_in_their_language(client: Browser) -> None:
    """Opening the chat is enough: the greeting is there before a word is written."""
    line = await (await Visitor(client).arrives(language="ru")).connects()

    assert (await line.next("message"))["text"].startswith("Здравствуйте!")


async def test_a_call_without_a_valid_token_is_turned_away(client: Browser, visitor: Visitor) -> None:
    """Forged, cut, of another business, of another kind, none at all: each reads nothing of anybody."""
    foreign = Tokens("secret", "demo").issue()
    for proof in (
        f"Bearer {foreign}",
        f"Bearer {visitor.token[:-1]}",
        f"Basic {visitor.token}",
        "Bearer",
        "",
        "Bearer é",
    ):
        answer = await client.get(f"{CHAT}/messages", headers={"Authorization": proof})
        assert answer.status == 401, proof
        written = await client.post(f"{CHAT}/messages", json={"type": "say", "id": "1", "text": "x"},
                                    headers={"Authorization": proof})  # fmt: skip
        assert written.status == 401, proof


def test_a_token_of_one_business_is_none_at_another() -> None:
    """Two firms in one process do not read each other's visitors, even if they shared a secret."""
    token = Tokens("secret", "one").issue()

    assert Tokens("secret", "one").address(token)
    assert Tokens("secret", "two").address(token) is None
    assert Tokens("other", "one").address(token) is None


async def test_a_visitor_reads_only_their_own_conversation(client: Browser, visitor: Visitor) -> None:
    """Two visitors of one page never see each other's words."""
    await visitor.writes("my secret")
    other = await Visitor(client).arrives()

    assert "my secret" not in str(await other.reads())


async def test_the_transcript_is_read_page_by_page(visitor: Visitor) -> None:
    """The newest fifty come first, older ones on request, newer ones by number; nothing is left out or doubled."""
    for n in range(60):
        await visitor.writes(f"message {n}")
    newest = await visitor.reads()
    older = await visitor.reads(before=newest[0]["seq"])
    later = await visitor.reads(after=older[-1]["seq"])
    seqs = [each["seq"] for each in (*older, *newest)]

    assert len(newest) == 50
    assert later[0]["seq"] == newest[0]["seq"]
    assert len(set(seqs)) == len(seqs)
    assert seqs == sorted(seqs)


@pytest.mark.parametrize("body", [
    b"", b"nonsense", b"[]", b"[" * 50_000, b'{"type":"say"}', b'{"type":"say","id":"","text":"x"}',
    b'{"type":"say","id":"' + b"x" * 65 + b'","text":"x"}', b'{"type":"say","id":"a\\u0000b","text":"x"}',
    b'{"type":"say","id":1,"text":"x"}', b'{"type":"fly","id":"1"}',
    b'{"type":"press","id":"1","message":99999999999999999999999,"choice":"0"}',
    b'{"type":"press","id":"1","message":"2","choice":"0"}',
    b'{"type":"picture","id":"1","media":{"kind":"image","name":"../x","mime":"text/html"}}',
])  # fmt: skip
async def test_a_frame_that_cannot_be_read_is_refused_with_a_sentence(
    client: Browser, visitor: Visitor, body: bytes
) -> None:
    """Broken frames are a 400 in the visitor's language, never a fault of ours."""
    answer = await client.post(f"{CHAT}/messages", data=body, headers=visitor.proof)

    assert answer.status == 400
    assert (await answer.json())["text"] == "This message cannot be read."


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800", r"\u202ehuman", "  "])
async def test_odd_characters_are_taken(client: Browser, visitor: Visitor, text: str) -> None:
    """What a keyboard can produce is kept and answered."""
    body = f'{{"type":"say","id":"odd","text":"{text}"}}'.encode()

    assert (await client.post(f"{CHAT}/messages", data=body, headers=visitor.proof)).status == 202


async def test_a_frame_sent_twice_is_one_message(visitor: Visitor) -> None:
    """A page that did not hear our answer sends its frame again; the visitor said it once."""
    first, again = await visitor.writes("hello", "x1"), await visitor.writes("hello", "x1")

    assert first["seq"] == again["seq"]
    assert [each["text"] for each in await visitor.reads() if each["from"] == "customer"] == ["hello"]


@pytest.mark.parametrize(("path", "method"), [("messages?after=x", "GET"), ("messages?before=-1", "GET"),
                                              ("messages?after=" + "9" * 30, "GET")])  # fmt: skip
async def test_a_number_that_is_none_is_said_to_be(client: Browser, visitor: Visitor, path: str, method: str) -> None:
    """A broken page number is the caller's mistake."""
    assert (await client.request(method, f"{CHAT}/{path}", headers=visitor.proof)).status == 400


async def test_a_picture_is_known_by_its_content(client: Browser, visitor: Visitor) -> None:
    """What the browser calls a picture does not matter; what it is does."""
    sent = await client.post(f"{CHAT}/images", data=PNG, headers={**visitor.proof, "X-Client-Id": "p1"})
    fake = await client.post(f"{CHAT}/images", data=b"<svg onload=alert(1)>",
                             headers={**visitor.proof, "X-Client-Id": "p2", "Content-Type": "image/png"})  # fmt: skip
    shown = next(each for each in await visitor.reads() if "media" in each)

    assert (sent.status, fake.status) == (202, 415)
    assert (await fake.json())["text"].startswith("Please send a picture")
    found = await client.get(shown["media"]["url"])
    assert (found.status, found.content_type, await found.read()) == (200, "image/png", PNG)
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_picture_too_large_or_without_proof_is_refused(client: Browser, visitor: Visitor) -> None:
    """Ten megabytes are the most, and only visitors send pictures."""
    huge = await client.post(f"{CHAT}/images", data=BytesIO(PNG + b"\0" * (10 * 1024 * 1024)), headers=visitor.proof)
    nobody = await client.post(f"{CHAT}/images", data=PNG)

    assert (huge.status, nobody.status) == (413, 401)


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "x.png", "a" * 22 + ".svg", "%00", "a" * 22 + ".png"])
async def test_a_file_that_is_none_of_ours_is_not_there(client: Browser, name: str) -> None:
    """Names are random and ours; nothing else of the machine can be asked for."""
    assert (await client.get(f"/media/{name}")).status == 404


async def test_while_the_database_is_away_the_page_is_told_to_try_again(visitor: Visitor, outage: Outage) -> None:
    """Nothing is taken in that could be lost; the same frame is taken afterwards, once."""
    outage.writes = outage.reads = -1
    frame = {"type": "say", "id": "x1", "text": "hello"}
    away = await visitor.client.post(f"{CHAT}/messages", json=frame, headers=visitor.proof)
    unread = await visitor.client.get(f"{CHAT}/messages", headers=visitor.proof)
    stranger = await visitor.client.post(f"{CHAT}/session", json={})
    outage.writes = outage.reads = 0
    await visitor.writes("hello", "x1")

    assert [away.status, unread.status, stranger.status] == [503, 503, 503]
    assert [each["text"] for each in await visitor.reads() if each["from"] == "customer"] == ["hello"]


async def test_pages_of_other_sites_get_no_visitor(client: Browser) -> None:
    """Another site's script cannot open a session or a socket in a visitor's name; a program without origin can."""
    evil = {"Origin": "https://evil.example"}

    own = {"Origin": str(client.make_url("/")).rstrip("/")}
    upgrade = {"Upgrade": "websocket", "Connection": "upgrade"}

    assert (await client.post(f"{CHAT}/session", json={}, headers=evil)).status == 403
    assert (await client.post(f"{CHAT}/session", json={}, headers={"Origin": "null"})).status == 403
    assert (await client.get(f"{CHAT}/socket", headers=evil | upgrade)).status == 403
    assert (await client.post(f"{CHAT}/session", json={}, headers=own)).status == 201


@pytest.mark.parametrize("body", [b"[]", b"\xff", b'{"language": 5}', b"[" * 50_000])
async def test_a_session_asked_for_in_nonsense_breaks_nothing(client: Browser, body: bytes) -> None:
    """Whatever is sent, the answer is a session or a 400."""
    assert (await client.post(f"{CHAT}/session", data=body)).status in {201, 400}


PATHS = [
    "/chat/demo", "/chat/demo?embed=1", "/chat/demo/logo", "/chat/widget.js", "/chat/static/chat.js", "/health", "/",
    "/chat/nobody", "/nowhere", "/media/x", "/chat/demo/messages", "/chat/static/../../main.py",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_the_safe_headers(client: Browser, path: str) -> None:
    """Pages, files, refusals and errors alike cannot be sniffed into something else, and leak no address."""
    answer = await client.get(path, allow_redirects=False)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.status < 500


async def test_the_page_runs_only_its_own_scripts(client: Browser) -> None:
    """No inline script, no foreign source; only the widget's frame may stand inside another site."""
    page, framed = await client.get("/chat/demo"), await client.get("/chat/demo?embed=1")
    policy = page.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors *")


@pytest.mark.parametrize("path", ["/chat/nobody", "/chat/nobody/session", "/chat/nobody/messages", "/nowhere"])
async def test_what_is_not_there_is_not_there(client: Browser, path: str) -> None:
    """A firm that does not exist here has no chat, no session and no messages."""
    answer = await (client.post(path, json={}) if path.endswith("session") else client.get(path))

    assert answer.status == 404


async def test_health_says_whether_the_engine_runs(client: Browser) -> None:
    """A balancer reads 200 while every part runs."""
    answer = await client.get("/health")

    assert (answer.status, (await answer.json())["status"]) == (200, "ok")
