"""What an account needs, how it stands at Meta, and setting it up there."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from bot.net import Fetcher
from bot.ports.accounts import Account, Problems, Written, read_account
from bot.ports.doctor import Doctored
from integrations.channels.meta.pages import PAGES
from integrations.channels.meta.pages.channel import Pages
from tests.integrations.kit import PUBLIC_URL
from tests.integrations.meta.pages.conftest import NETWORKS, OWN, SECRETS, Connect, Place, account_of, kit_of
from tests.standins.meta import APP_ID, APP_SECRET, TOKEN, GraphServer, Outage
from tests.standins.meta.pages import INSTAGRAM_ID, PAGE_ID, Page

VARIABLES = {"token": "META_TOKEN", "app_secret": "META_SECRET", "verify_token": "META_WORD"}
ENVIRON = {VARIABLES[name]: value for name, value in SECRETS.items()}
each_network = pytest.mark.parametrize("network", NETWORKS)


@each_network
def test_an_account_needs_three_secrets_and_its_id(network: str) -> None:
    """Everything else has a value that will do."""
    account = read_account(
        Written("clinic", network, "main", VARIABLES, OWN[network]), PAGES[network], ENVIRON, PUBLIC_URL
    )

    assert account.settings["api_url"] == "https://graph.facebook.com"
    assert account.settings["comments"] == "ignore"
    assert account.hook_url == f"{PUBLIC_URL}/webhooks/{network}/main"


@each_network
def test_everything_that_is_wrong_is_told_at_once(network: str) -> None:
    """Each mistake names its place and what was expected; no secret is repeated."""
    settings = {"app_id": "x", "api_version": "25", "api_url": "graph", "comments": "yes", "mode": "1"}
    environ = ENVIRON | {"META_TOKEN": "short", "META_SECRET": "not-hex"}
    with pytest.raises(Problems) as found:
        read_account(Written("clinic", network, "main", VARIABLES, settings), PAGES[network], environ, "")

    told = str(found.value)
    assert all(
        name in told for name in [*settings, next(iter(OWN[network])), "META_TOKEN", "META_SECRET", "PUBLIC_URL"]
    )
    assert "short" not in told
    assert "not-hex" not in told


@each_network
def test_a_public_line_needs_comments_that_are_answered(network: str) -> None:
    """A line that would never be said is a mistake."""
    with pytest.raises(ValueError, match="comment_line"):
        PAGES[network].open(account_of(network, comment_line="Look."), kit_of(Fetcher()))


@each_network
def test_an_address_without_a_server_is_refused(network: str) -> None:
    """It is told at the start, not at the first message."""
    with pytest.raises(ValueError, match="api_url"):
        PAGES[network].open(account_of(network, api_url="https://?x"), kit_of(Fetcher()))


class Door:
    """A house that answers Meta's question, if it is `open`."""

    def __init__(self) -> None:
        self.open = True
        self.channel: Pages | None = None

    async def answer(self, request: web.BaseRequest) -> web.Response:
        answer = self.channel.subscribe(request.query) if self.channel is not None and self.open else None
        return web.Response(status=403) if answer is None else web.Response(body=answer.body)


@pytest.fixture
async def door() -> AsyncIterator[tuple[Door, str]]:
    """The house, and where it stands."""
    door = Door()
    runner = web.ServerRunner(web.Server(door.answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield door, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture(params=NETWORKS)
async def housed(
    request: pytest.FixtureRequest, graph: GraphServer, door: tuple[Door, str]
) -> AsyncIterator[tuple[Pages, Page, Door]]:
    """An account of each network, whose house Meta can reach and whose app is named."""
    account: Account = account_of(request.param, api_url=graph.url, app_id=APP_ID, comments="answer")
    page = Page(graph, request.param)
    async with Fetcher(anywhere=True) as files:
        channel = PAGES[request.param].open(replace(account, public_url=door[1]), kit_of(files))
        assert isinstance(channel, Pages)
        door[0].channel = channel
        yield channel, page, door[0]
        await channel.close()


async def test_a_new_account_is_set_up_and_found_well(housed: tuple[Pages, Page, Door]) -> None:
    """What is missing is named, set up, and then all is well."""
    channel, page, _ = housed
    before = await channel.examine()
    done = await channel.connect()
    after = await channel.examine()

    assert isinstance(channel, Doctored)
    assert [each.fine for each in before] == [True, *[False] * (len(before) - 1)]
    assert all(each.how for each in before[1:])
    assert [each for each in (*done, *after) if not each.fine] == []
    assert page.subscriptions[channel.kind.topic]["callback_url"] == channel.account.hook_url
    comments = {"messenger": "feed", "instagram": "comments"}[channel.name]
    assert comments in {each["name"] for each in page.subscriptions[channel.kind.topic]["fields"]}


async def test_a_house_that_does_not_answer_cannot_be_connected(housed: tuple[Pages, Page, Door]) -> None:
    """Meta asks before it delivers; who gives no answer is told so."""
    channel, page, door = housed
    door.open = False
    found = await channel.connect()

    assert [each.fine for each in found][-1] is False
    assert "2200" in found[-1].what
    assert page.subscriptions == {}


async def test_an_app_that_delivers_elsewhere_is_found(housed: tuple[Pages, Page, Door]) -> None:
    """An address that somebody else set, and fields that somebody took away."""
    channel, page, _ = housed
    await channel.connect()
    subscription = page.subscriptions[channel.kind.topic]
    subscription["fields"] = subscription["fields"][:2]
    fewer = await channel.examine()
    subscription["callback_url"] = "https://elsewhere.example"
    elsewhere = await channel.examine()

    assert any(not each.fine and "does not take" in each.what for each in fewer)
    assert any(not each.fine and "elsewhere.example" in each.what for each in elsewhere)


async def test_a_page_that_keeps_something_back_is_found(connect: Connect) -> None:
    """What the page does not deliver is named."""
    place = connect("messenger")
    await place.channel.connect()
    place.page.subscribed = ("messages", "messaging_postbacks")
    found = [each.what for each in await place.channel.examine() if not each.fine]

    assert len(found) == 1
    assert "message_reads" in found[0]
    assert "messages" not in found[0].split(", ")


async def test_without_the_apps_number_its_address_is_told(place: Place) -> None:
    """What cannot be looked at from here is said with what should stand there."""
    found = [*await place.channel.examine(), *await place.channel.connect()]

    assert any(place.channel.account.hook_url in each.what and "app_id" in each.what for each in found)


@pytest.mark.parametrize(
    ("network", "settings", "actual"),
    [("messenger", {"page_id": "5"}, PAGE_ID), ("instagram", {"instagram_id": "5"}, INSTAGRAM_ID)],
)
async def test_the_token_of_another_page_is_found(
    connect: Connect, network: str, settings: dict[str, str], actual: str
) -> None:
    """A token that was mixed up would answer in somebody else's name."""
    found = await connect(network, **settings).channel.examine()

    assert not found[0].fine
    assert actual in found[0].how


async def test_a_refused_token_is_the_first_thing_that_is_said(place: Place) -> None:
    """Without it nothing else can be looked at."""
    place.graph.tokens.discard(TOKEN)
    (found,) = await place.channel.examine()

    assert not found.fine
    assert "190" in found.what


@pytest.mark.parametrize("page", ["<html>", "{}", '{"data": 7}'])
async def test_a_server_that_answers_strangely_is_a_finding(place: Place, page: str) -> None:
    """Nothing is raised, whatever comes back."""
    place.graph.faults.always("*", Outage(200, page))
    found = [*await place.channel.examine(), *await place.channel.connect()]

    assert any(not each.fine for each in found)


async def test_a_server_that_is_not_there_is_a_finding(place: Place) -> None:
    """The same when nobody answers."""
    await place.graph.stop()
    found = [*await place.channel.examine(), *await place.channel.connect()]

    assert not any(each.fine for each in found if "app_id" not in each.what)
    assert not any(secret in str(found) for secret in (TOKEN, APP_SECRET))
