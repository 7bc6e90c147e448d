"""Files of others are fetched from the public net, and nothing inside is ever touched. On real sockets."""

from collections.abc import AsyncIterator

import pytest

from bot.net import Fetcher, is_public
from bot.ports.files import NotFetched
from tests.edge.listener import Inside, Names, inside

PUBLIC = "127.0.0.2"  # stands for a public server in these tests: the fetcher is told that it may go there
ANYWHERE = "0.0.0.0"  # noqa: S104  nothing is bound to it here


@pytest.fixture
async def listener() -> AsyncIterator[Inside]:
    async with inside() as started:
        yield started


WRITTEN = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/",
    "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/", "http://0177.0.0.1:{port}/", "http://017700000001:{port}/", "http://0:{port}/",
    "http://0.0.0.0:{port}/", "http://127.255.255.254:{port}/", "http://[::1]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/", "http://１２７.０.０.１:{port}/", "http://127。0。0。1:{port}/", "http://ⓛocalhost:{port}/",
    "http://user:pass@127.0.0.1:{port}/", "http://example.com@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@example.com/",
    "http://169.254.169.254/latest/meta-data/", "http://[fe80::1%25lo]:{port}/", "http://[fd00::1]:{port}/",
    "http://10.0.0.1:{port}/", "http://192.168.0.1:{port}/", "http://100.64.0.1:{port}/",
    "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "http:127.0.0.1:{port}", "http:///127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@example.com/", "", "http://",
]  # fmt: skip


@pytest.mark.req("G7")
@pytest.mark.parametrize("url", WRITTEN)
async def test_no_way_of_writing_an_address_leads_inside(listener: Inside, url: str) -> None:
    """Numbers, octal, hexadecimal, IPv6 in all its forms, enclosed digits, credentials: nothing inside is reached."""
    async with Fetcher(seconds=5) as fetcher:
        with pytest.raises(NotFetched):
            await fetcher.fetch(url.replace("{port}", str(listener.port)))

    assert listener.touched == []


@pytest.mark.parametrize("answers", [
    [["127.0.0.1"]], [["::1"]], [["::ffff:127.0.0.1"]], [["192.0.2.1", "127.0.0.1"]], [["127.0.0.1", "::1"]],
    [[ANYWHERE]], [["169.254.169.254"]],
])  # fmt: skip
async def test_a_name_that_leads_inside_is_refused(listener: Inside, answers: list[list[str]]) -> None:
    """Anybody can let their name point to an address of ours; among several addresses, too."""
    async with Fetcher(resolver=Names({"evil.example": answers}), seconds=5) as fetcher:
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"http://evil.example:{listener.port}/")

    assert listener.touched == []


async def test_a_name_that_changes_its_mind_leads_nowhere(listener: Inside) -> None:
    """First public, then of this machine: what counts is the address that the socket is opened to, each time."""
    names = Names({"evil.example": [[PUBLIC], ["127.0.0.1"]]})
    listener.moves["/start"] = "http://evil.example:{port}/inside"
    async with Fetcher(inside={PUBLIC}, resolver=names) as fetcher:
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"http://evil.example:{listener.port}/start")

    assert listener.touched == [PUBLIC]
    assert names.asked == ["evil.example"] * 2


@pytest.mark.parametrize("target", [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "//127.0.0.1:{port}/", "http://[::1]:{port}/",
    "http://2130706433:{port}/", "file:///etc/passwd", "http://169.254.169.254/", "http://u:p@127.0.0.1:{port}/",
])  # fmt: skip
async def test_a_redirect_inside_is_not_followed(listener: Inside, target: str) -> None:
    """A harmless address may answer with another one; that one is looked at as well."""
    listener.moves["/start"] = target
    async with Fetcher(inside={PUBLIC}) as fetcher:
        with pytest.raises(NotFetched):
            await fetcher.fetch(f"http://{PUBLIC}:{listener.port}/start")

    assert listener.touched == [PUBLIC]


async def test_three_redirects_are_followed_and_no_fourth(listener: Inside) -> None:
    """Whoever sends us round in circles is left."""
    listener.moves = {"/1": "/2", "/2": "/3", "/3": "/4", "/round": "/round"}
    async with Fetcher(inside={PUBLIC}) as fetcher:
        fetched = await fetcher.fetch(f"http://{PUBLIC}:{listener.port}/1")
        with pytest.raises(NotFetched, match="too often"):
            await fetcher.fetch(f"http://{PUBLIC}:{listener.port}/round")

    assert fetched.body == b"a secret"
    assert len(listener.touched) == 4 + 4


async def test_a_providers_key_is_shown_to_its_host_only(listener: Inside) -> None:
    """A provider's media address may redirect to a store of files; the key stays with the provider."""
    names = Names({"api.example": [[PUBLIC]], "files.example": [[PUBLIC]]})
    listener.moves["/media"] = "http://files.example:{port}/x"
    async with Fetcher(inside={PUBLIC}, resolver=names) as fetcher:
        await fetcher.fetch(f"http://api.example:{listener.port}/media", headers={"X-Key": "k"})

    assert listener.asked == [("api.example", "k"), ("files.example", "")]


@pytest.mark.parametrize(("host", "taken"), [
    ("media.example", True), ("eu.media.example", True), ("evilmedia.example", False), ("media.example.evil", False),
])  # fmt: skip
async def test_a_providers_files_come_from_its_own_hosts(listener: Inside, host: str, taken: bool) -> None:
    """Where the hosts are known, no other name is even resolved."""
    names = Names({host: [[PUBLIC]]})
    async with Fetcher(inside={PUBLIC}, resolver=names) as fetcher:
        if taken:
            assert (await fetcher.fetch(f"http://{host}:{listener.port}/", hosts=["media.example"])).body
        else:
            with pytest.raises(NotFetched, match="not of the provider"):
                await fetcher.fetch(f"http://{host}:{listener.port}/", hosts=["media.example"])

    assert bool(names.asked) is taken


async def test_a_file_that_is_too_large_is_left(listener: Inside) -> None:
    """More than the cap is not kept in memory, whatever the head promised."""
    listener.body = bytes(1000)
    async with Fetcher(inside={PUBLIC}, most_bytes=999) as fetcher:
        with pytest.raises(NotFetched, match="too large"):
            await fetcher.fetch(f"http://{PUBLIC}:{listener.port}/")


@pytest.mark.parametrize("url", ["http://2130706433/", "http://[::1]/", "http://0x7f.1/", "http://10.0.0.1/"])
async def test_through_a_proxy_numbers_are_refused_here(listener: Inside, url: str) -> None:
    """A proxy resolves names itself; an address that is written as a number never gets as far as the proxy."""
    async with Fetcher(proxy=f"http://127.0.0.1:{listener.port}") as fetcher:
        with pytest.raises(NotFetched, match="not of the public net"):
            await fetcher.fetch(url)

    assert listener.touched == []


async def test_names_go_through_the_proxy(listener: Inside) -> None:
    """With a proxy for outgoing requests nothing else is connected to."""
    async with Fetcher(proxy=f"http://127.0.0.1:{listener.port}") as fetcher:
        fetched = await fetcher.fetch("http://example.com/file")

    assert fetched.body == b"a secret"
    assert listener.asked == [("example.com", "")]


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("127.0.0.1", False), (ANYWHERE, False),
    ("224.0.0.1", False), ("255.255.255.255", False), ("240.0.0.1", False), ("192.88.99.1", False), ("100.64.0.1", False),
    ("198.18.0.1", False), ("fec0::1", False), ("ff02::1", False), ("2001::1", False), ("2002:808:808::", False),
    ("64:ff9b::808:808", False), ("::8.8.8.8", False), ("2001:db8::1", False), ("fe80::1%eth0", False), ("x", False),
])  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """Everything that leads into somebody's own net, or carries another address inside, is not."""
    assert is_public(address) is public
