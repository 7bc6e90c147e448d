"""Kept lines to one server: what is answered, what surely was not sent, and that no answer reaches the wrong caller."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.net.lines import Broken, Lines, Reply, Unreached
from tests.net.peer import OK, Peer, Served, Talk, serving

SECRET = "1:a-token"
PATH = f"/bot{SECRET}/call"
MOST_BYTES = 100_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUCWnOokPXkG9HW8YNJGCD5+W9XIUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjA3MzYwM1oYDzIxMjYxMDI5
MDczNjAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATgEN7KKkNqNRNEWvv2o7KBShOq9wqtCrLm4gBolS4J8G4iMyLnAhXI
GOSHlcJCDPs0k5iWBxS7DhuCQQLGm8oWo2kwZzAdBgNVHQ4EFgQUbvPDjexKoKkG
V4CUISroldh8VT0wHwYDVR0jBBgwFoAUbvPDjexKoKkGV4CUISroldh8VT0wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhALbAdvWS5HJki/tKSX1ihEgbmEdCK1UBdmFHweqZwG3GAiEA+kyti+za
rTvIcP05nHvNnyhO2IKxzeKNc1Q3g7cqE+o=
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHNrX0PIHoUkDnQDp
KbeAidp7aFvEC8I/zN3g9GsksXahRANCAATgEN7KKkNqNRNEWvv2o7KBShOq9wqt
CrLm4gBolS4J8G4iMyLnAhXIGOSHlcJCDPs0k5iWBxS7DhuCQQLGm8oW
-----END PRIVATE KEY-----
"""


Connect = Callable[..., Lines]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes lines that are closed at the end."""
    made: list[Lines] = []

    def make(address: str, **settings: object) -> Lines:
        made.append(Lines(address, **{"most": 4, "most_bytes": MOST_BYTES} | settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        await each.close()


def asked(lines: Lines, body: bytes = b"{}", seconds: float = 5) -> Awaitable[Reply]:
    return lines.post(PATH, "application/json", body, seconds)


async def answering(peer: Peer, served: Served) -> None:
    """Answers everything with the body that came."""
    while True:
        served.questions.append(await peer.question())
        body = served.questions[-1][1]
        await peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def once(answer: bytes, each: int = 0, *, rudely: bool = False) -> Talk:
    """Says this after one question, and hangs up."""

    async def talk(peer: Peer, served: Served) -> None:
        served.questions.append(await peer.question())
        if answer:
            await peer.say(answer, each)
        peer.hang_up(rudely=rudely)

    return talk


def silent(error: pytest.ExceptionInfo[Exception]) -> bool:
    """Whether an error says nothing of the path."""
    return SECRET not in f"{error.value!r} {error.value.__cause__!r} {error.value.__context__!r}"


async def test_a_line_is_asked_again(connect: Connect) -> None:
    """One connection serves one question after the other; each goes out as it should."""
    async with serving(answering) as served:
        lines = connect(f"{served.address}/under/")
        for body in (b"{}", b"{1}", b""):
            assert await asked(lines, body) == Reply(200, body)

    assert served.connections == 1
    assert [body for _, body in served.questions] == [b"{}", b"{1}", b""]
    assert served.questions[1][0].decode().split("\r\n") == [
        f"POST /under{PATH} HTTP/1.1",
        f"Host: {served.address.removeprefix('http://')}",
        "User-Agent: dragoman",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Content-Type: application/json",
        "Content-Length: 3",
        "",
        "",
    ]


async def test_a_name_and_a_password_in_the_address_are_shown(connect: Connect) -> None:
    """A server of one's own may want them."""
    async with serving(answering) as served:
        await asked(connect(served.address.replace("://", "://ani:se%20cret@")))

    assert b"\r\nAuthorization: Basic YW5pOnNlIGNyZXQ=\r\n" in served.questions[0][0]
    assert b"ani" not in served.questions[0][0]


ANSWERS = [
    (OK, Reply(200, b"ok")),
    (b"HTTP/1.1 429 Slow\r\ncontent-length: 3\r\nConnection: close\r\n\r\nnow", Reply(429, b"now")),
    (CHUNKED + b"2\r\nab\r\n3;x=y\r\ncde\r\n0\r\nT: x\r\n\r\n", Reply(200, b"abcde")),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Reply(200, b"ok")),
    (b"HTTP/1.1 204 None\r\n\r\n", Reply(204, b"")),
    (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", Reply(200, b"until the end")),
    (b"HTTP/1.0 502 Bad\r\n\r\n", Reply(502, b"")),
    (b"HTTP/1.1 302 Moved\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n", Reply(302, b"")),
]  # fmt: skip


@pytest.mark.parametrize("each", [0, 1, 7])
@pytest.mark.parametrize(("answer", "reply"), ANSWERS)
async def test_an_answer_is_read_however_it_comes(connect: Connect, answer: bytes, reply: Reply, each: int) -> None:
    """With a length, in chunks, until the end; at once or byte by byte."""
    async with serving(once(answer, each)) as served:
        assert await asked(connect(served.address)) == reply


async def test_a_line_that_the_server_will_close_is_not_asked_again(connect: Connect) -> None:
    """It said so in the answer."""

    async def talk(peer: Peer, served: Served) -> None:
        await peer.question()
        await peer.say(OK.replace(b"Content", b"Connection: close\r\nContent"))
        await peer.gone()

    async with serving(talk) as served:
        lines = connect(served.address)
        await asked(lines)
        await asked(lines)
        await served.until_ended(2)

    assert served.connections == 2


async def test_who_finds_all_lines_taken_waits_in_order(connect: Connect) -> None:
    """Never more connections than allowed; each caller gets the answer to their own question."""
    under_way: list[int] = []

    async def talk(peer: Peer, served: Served) -> None:
        while True:
            served.questions.append(await peer.question())
            under_way.append(served.connections)
            await asyncio.sleep(0.01)
            await peer.say(OK.replace(b"ok", served.questions[-1][1]) if served.connections == 1 else b"")

    async with serving(talk) as served:
        lines = connect(served.address, most=1)
        bodies = [b"%02d" % number for number in range(12)]
        replies = await asyncio.gather(*(asked(lines, body) for body in bodies))

    assert [reply.body for reply in replies] == bodies
    assert [body for _, body in served.questions] == bodies
    assert served.connections == 1


async def test_many_lines_at_once(connect: Connect) -> None:
    """As many as allowed are used, and every answer goes to who asked."""
    async with serving(answering) as served:
        lines = connect(served.address, most=3)
        bodies = [b"%d" % number for number in range(60)]
        replies = await asyncio.gather(*(asked(lines, body) for body in bodies))

    assert [reply.body for reply in replies] == bodies
    assert served.connections == 3


async def mute(peer: Peer, served: Served) -> None:
    """Hears questions and never answers."""
    while True:
        served.questions.append(await peer.question())


async def test_whoever_waits_too_long_for_a_line_has_sent_nothing(connect: Connect) -> None:
    """And whoever goes while waiting leaves the turn to the next."""
    async with serving(mute) as served:
        lines = connect(served.address, most=1)
        first = asyncio.ensure_future(asked(lines, b"first", 0.8))
        await asyncio.sleep(0.01)
        leaving = asyncio.ensure_future(asked(lines, b"leaving"))
        last = asyncio.ensure_future(asked(lines, b"last", 1.2))
        with pytest.raises(Unreached) as error:
            await asked(lines, b"late", 0.05)
        assert not first.done()
        leaving.cancel()
        gone = await asyncio.gather(first, leaving, last, return_exceptions=True)

    assert silent(error)
    assert [type(each) for each in gone] == [Broken, asyncio.CancelledError, Broken]
    assert [body for _, body in served.questions] == [b"first", b"last"]


async def test_no_answer_in_time_leaves_a_doubt_and_no_line(connect: Connect) -> None:
    """What comes too late is read by nobody."""
    async with serving(mute) as served:
        lines = connect(served.address)
        with pytest.raises(Broken, match="in time") as error:
            await asked(lines, seconds=0.05)
        await served.until_ended(1)

    assert silent(error)


async def test_who_is_cancelled_takes_the_line_along(connect: Connect) -> None:
    """The answer to a question that nobody waits for any more does not reach the next caller."""

    async def talk(peer: Peer, served: Served) -> None:
        number = served.connections
        while True:
            await peer.question()
            await asyncio.sleep(0.05 if number == 1 else 0)
            await peer.say(OK.replace(b"ok", b"%02d" % number))

    async with serving(talk) as served:
        lines = connect(served.address, most=1)
        cancelled = asyncio.ensure_future(asked(lines))
        await asyncio.sleep(0.02)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled

        assert await asked(lines) == Reply(200, b"02")


@pytest.mark.parametrize("words", [OK, b"H", b"?", b"\0", b"\r\n"])
async def test_what_nobody_asked_for_ends_an_idle_line(connect: Connect, words: bytes) -> None:
    """It would be taken for the answer to the next question."""

    async def talk(peer: Peer, served: Served) -> None:
        await peer.question()
        await peer.say(OK)
        await asyncio.sleep(0.01)
        await peer.say(words)
        await peer.gone()

    async with serving(talk) as served:
        lines = connect(served.address)
        await asked(lines)
        await served.until_ended(1)

        assert await asked(lines) == Reply(200, b"ok")
    assert served.connections == 2


@pytest.mark.parametrize("surplus", [OK.replace(b"ok", b"no"), OK[:20], b"H", b"?"])
async def test_what_comes_behind_an_answer_ends_the_line(connect: Connect, surplus: bytes) -> None:
    """The answer itself is good."""

    async def talk(peer: Peer, served: Served) -> None:
        await peer.question()
        await peer.say(OK + surplus)
        await peer.gone()

    async with serving(talk) as served:
        lines = connect(served.address)
        for _ in range(2):
            assert await asked(lines) == Reply(200, b"ok")
        await served.until_ended(2)


async def test_an_answer_before_the_question_is_out_ends_the_line(connect: Connect) -> None:
    """The rest of the question would be read as the next one."""

    async def talk(peer: Peer, served: Served) -> None:
        await peer.head()
        await peer.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await asyncio.sleep(0.2)
        await peer.gone()

    async with serving(talk) as served:
        lines = connect(served.address)
        assert await asked(lines, b"x" * 20_000_000) == Reply(413, b"no")
        await served.until_ended(1)


TOO_LONG = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000,
    CHUNKED + b"4\r\nabcd\r\n" * 20_000,
    b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000,
    b"HTTP/1.1 200 OK\r\n" + b"X-Much: 0123456789\r\n" * 10_000,
    b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
]


@pytest.mark.parametrize("answer", TOO_LONG)
async def test_an_answer_without_end_is_given_up(connect: Connect, answer: bytes) -> None:
    """Body or headers: it never fills the memory."""

    async def talk(peer: Peer, served: Served) -> None:
        await peer.question()
        await peer.say(answer)
        await peer.gone()

    async with serving(talk) as served:
        with pytest.raises(Broken, match="too long") as error:
            await asked(connect(served.address))
        await served.until_ended(1)

    assert silent(error)


BROKEN = [
    b"",
    OK[:-1],
    OK[:20],
    CHUNKED + b"2\r\nab\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n??",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
]


@pytest.mark.parametrize("rudely", [False, True])
@pytest.mark.parametrize("answer", BROKEN)
async def test_half_an_answer_leaves_a_doubt(connect: Connect, answer: bytes, rudely: bool) -> None:
    """The question was sent, so it may have been acted on; also when nothing at all came back."""
    async with serving(once(answer, rudely=rudely)) as served:
        with pytest.raises(Broken) as error:
            await asked(connect(served.address))

    assert silent(error)
    assert len(served.questions) == 1


async def test_a_line_closed_by_the_server_is_replaced(connect: Connect) -> None:
    """That it hung up is noticed while nobody asks."""
    async with serving(once(OK)) as served:
        lines = connect(served.address)
        for _ in range(3):
            assert await asked(lines) == Reply(200, b"ok")
            await served.until_ended(served.connections)
            await asyncio.sleep(0.02)

    assert served.connections == 3


async def test_a_line_that_nobody_wants_is_closed(connect: Connect) -> None:
    """The one used last is used first, so the other one grows old."""
    async with serving(answering) as served:
        lines = connect(served.address, idle_seconds=0.2)
        await asyncio.gather(asked(lines), asked(lines))
        assert served.connections == 2
        for _ in range(10):
            await asyncio.sleep(0.05)
            await asked(lines)
        assert (served.connections, served.ended) == (2, 1)
        await served.until_ended(2)


async def test_nobody_listening_means_that_nothing_was_sent(connect: Connect) -> None:
    """Refused, no such name, a name that cannot be one."""
    async with serving(answering) as served:
        pass
    for address in (served.address, "http://nowhere.invalid", "http://a..b", f"http://{'a' * 70}.example"):
        with pytest.raises(Unreached) as error:
            await asked(connect(address))

        assert silent(error)


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """The server's side of a certificate that no authority has signed, made out to `localhost`."""
    (tmp_path / "both.pem").write_text(CERTIFICATE + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    return context


async def test_a_certificate_of_nobody_is_refused_before_anything_is_sent(
    connect: Connect, tls: ssl.SSLContext
) -> None:
    """The token is in the question."""
    async with serving(answering, tls, "localhost") as served:
        with pytest.raises(Unreached, match="SSLCertVerificationError") as error:
            await asked(connect(served.address))

    assert silent(error)
    assert served.questions == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(b"Retry-After: 7", 7), (b"retry-after: 0", 0), (b"Retry-After: 999999999", 999_999_999), (b"X-A: 7", 0),
     (b"Retry-After: 9999999999", 0), (b"Retry-After: -1", 0), (b"Retry-After: 1.5", 0), (b"Retry-After: ", 0),
     (b"Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", 0)],
)  # fmt: skip
async def test_who_is_asked_to_wait_hears_how_long(connect: Connect, header: bytes, seconds: float) -> None:
    """Whole seconds only; whoever names nothing that can be read asks for no wait. The next answer begins anew."""

    async def talk(peer: Peer, _: Served) -> None:
        for head in (header, b"X-B: 1"):
            await peer.question()
            await peer.say(b"HTTP/1.1 429 Slow Down\r\n%b\r\nContent-Length: 2\r\n\r\nok" % head)

    async with serving(talk) as served:
        lines = connect(served.address)
        assert await asked(lines) == Reply(429, b"ok", seconds)
        assert await asked(lines) == Reply(429, b"ok")
        assert served.connections == 1


async def test_a_certificate_counts_for_its_name_only(connect: Connect, tls: ssl.SSLContext) -> None:
    """Who trusts the signature still looks at the name."""
    trust = ssl.create_default_context(cadata=CERTIFICATE)
    async with serving(answering, tls, "localhost") as served:
        lines = connect(served.address, trust=trust)
        for body in (b"a" * 50_000, b"b"):
            assert await asked(lines, body) == Reply(200, body)
        assert served.connections == 1

        elsewhere = connect(served.address.replace("localhost", "127.0.0.1"), trust=trust)
        with pytest.raises(Unreached, match="SSLCertVerificationError"):
            await asked(elsewhere)


async def test_a_server_that_does_not_get_on_with_it_is_left(connect: Connect) -> None:
    """It takes the connection and never begins to speak TLS."""
    async with serving(lambda peer, _: peer.gone()) as served:
        address = served.address.replace("http:", "https:")
        with pytest.raises(Unreached, match="TimeoutError"):
            await asyncio.wait_for(asked(connect(address, connect_seconds=0.1)), 2)
        with pytest.raises(Unreached, match="TimeoutError"):
            await asked(connect(address), seconds=0.1)
        await served.until_ended(2)


@pytest.mark.parametrize("path", ["/a\r\nX: y", "/a\nb", "/a b", "/a\0", "/ä", "/a\x7f"])
async def test_a_path_cannot_carry_anything_else(connect: Connect, path: str) -> None:
    """No line of a question is written by whoever names the path."""
    async with serving(answering) as served:
        with pytest.raises(ValueError, match="it is no path"):
            await connect(served.address).post(path, "application/json", b"{}", 5)

    assert served.connections == 0


@pytest.mark.parametrize("address", ["ftp://example.com", "example.com", "", "http://", "http://[::bad", "http://x:y"])
def test_an_address_that_is_none(address: str) -> None:
    """It is said when it is named, not when it is used."""
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        Lines(address, most=1, most_bytes=1)


@pytest.mark.parametrize("key", ["a\r\nX: y", "a\nb", "a\0", "ä", "\x7f"])
def test_a_header_cannot_carry_anything_else(key: str) -> None:
    """A key that was pasted with a line break is refused at once, and is not shown."""
    with pytest.raises(ValueError, match="signs that none may have") as error:
        Lines("https://example.com", most=1, most_bytes=1, headers={"Authorization": key})

    assert key not in str(error.value)


async def test_after_the_end_nothing_is_sent(connect: Connect) -> None:
    """What waits for an answer is left in doubt; what waits for a line, and what comes later, was not sent."""
    async with serving(mute) as served:
        lines = connect(served.address, most=1)
        asking = [asyncio.ensure_future(asked(lines)) for _ in range(3)]
        await asyncio.sleep(0.05)
        await lines.close()
        gone = await asyncio.wait_for(asyncio.gather(*asking, return_exceptions=True), 2)
        with pytest.raises(Unreached):
            await asked(lines)
        await served.until_ended(1)

    assert served.connections == 1
    assert [type(each) for each in gone] == [Broken, Unreached, Unreached]
    assert len(served.questions) == 1
