"""The web desk knows windows too: the card says until when, late words are held back, templates are chosen and seen."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import cast

import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Page, async_playwright, expect

import main
from bot.events import Contact, Envelope, Said
from bot.ports.channel import Channel
from bot.ports.clock import micros
from bot.ports.store import Query, Script, Store
from bot.settings import Settings
from bot.web import Site, build_app
from tests.desk.windowed import CHANNEL, DAY, Strict
from tests.web.operator import NOW_SHOWS, Operator
from tools.browser import FLAGS, find_browser

WITHOUT = "DRAGOMAN_WITHOUT_BROWSER"
ANN = Contact(CHANNEL, "main", "374999").actor
TEMPLATES = """
relay: {names: {whatsapp_cloud: words}, languages: [ru, en]}
own:
  moved:
    label: {hy: Տեղափոխում, ru: Перенос, uz: Kochirish, ka: გადატანა, en: Visit moved}
    names: {whatsapp_cloud: visit_moved}
    languages: [ru, en]
    values: [firm, new_day]
    text: {ru: '{{1}}: визит {{2}}.', en: '{{1}}: your visit is on {{2}}.'}
"""


@pytest.fixture
async def house(store: Store, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """The demo clinic with templates and an account that takes free words for a day only."""
    folder = tmp_path / "demo"
    shutil.copytree("businesses/demo", folder)
    (folder / "templates.yaml").write_text(getattr(request, "param", TEMPLATES), encoding="utf-8")
    settings = Settings(business=folder, media=tmp_path / "media", database_url=database_url)
    built = await main.build_site(settings, store)
    channels = cast(MutableMapping[tuple[str, str], Channel], built.engine.channels)
    channels["demo", f"{CHANNEL}/main"] = Strict()
    await built.engine.start()
    yield built
    await built.engine.stop()


@pytest.fixture
async def ani(house: Site) -> AsyncIterator[Operator]:
    """An operator at its desk."""
    async with TestClient(TestServer(build_app(house))) as client:
        yield await Operator(client, house).arrives()


@pytest.fixture
async def case(house: Site, ani: Operator) -> str:
    """A customer who has asked for a person there."""
    hello = Envelope("demo", ANN, "hello", house.clock.now(), Said("Hello"))
    word = Envelope("demo", ANN, "word", house.clock.now(), Said("HUMAN"))
    await house.intake.accept([hello, word])
    mark = ""
    async with asyncio.timeout(NOW_SHOWS):
        while not (found := await ani.cases()):
            mark = (await ani.reads("changes", since=mark))["mark"]
    return str(found[0]["id"])


async def leaves(house: Site, words: str) -> list[str]:
    """What leaves with these words, once something has and all is quiet."""
    channel = house.engine.channels["demo", f"{CHANNEL}/main"]
    assert isinstance(channel, Strict)
    async with asyncio.timeout(NOW_SHOWS):
        while words not in await channel.out.get():
            pass
    await house.engine.settle()
    return [each for each in channel.left if words in each]


async def falls_silent(house: Site) -> None:
    """The customer said all that two days ago."""

    def script() -> Script[None]:
        yield Query("UPDATE messages SET at = ? WHERE actor = ?", (micros(house.clock.now() - 2 * DAY), ANN))

    await house.store.run(script)


@pytest.mark.req("F15", "F9")
async def test_the_card_says_until_when_and_when_to_look_again(house: Site, ani: Operator, case: str) -> None:
    """The page learns the line, and in how many seconds it will read otherwise."""
    card = (await ani.sees(case))["case"]
    await falls_silent(house)
    late = (await ani.sees(case))["case"]

    assert card["window"].startswith("Can be answered until ")
    assert 22.5 * 3600 < card["window_changes_in_seconds"] <= 23 * 3600
    assert late["window"] == "The window has closed: only a template can be sent."
    assert late["window_changes_in_seconds"] is None


@pytest.mark.req("F15")
async def test_late_words_leave_only_as_a_template(house: Site, ani: Operator, case: str) -> None:
    """They are refused with the name of the template; sent again with it they leave, once for one id."""
    await falls_silent(house)
    refused = await ani.does(case, "say", id="x1", text="It is\nready.")
    answer = await refused.json()
    taken = [await ani.does(case, "say", id="x1", text="It is\nready.", template="relay") for _ in range(2)]
    gone = await leaves(house, "ready")

    assert refused.status == 409
    assert answer["template"] == "words"
    assert "was not sent" in answer["text"]
    assert [each.status for each in taken] == [202, 202]
    assert [each.partition("/")[2][3:] for each in gone] == [" It is ready."]


@pytest.mark.parametrize("house", ["{}"], indirect=True)
async def test_without_a_template_nothing_is_offered(house: Site, ani: Operator, case: str) -> None:
    """A firm that has had none approved reads that only the customer's next message helps."""
    await falls_silent(house)
    refused = await ani.does(case, "say", text="It is ready.")
    answer = await refused.json()

    assert (refused.status, answer["template"]) == (409, "")
    assert "Only the customer’s next message opens it." in answer["text"]
    assert (await ani.sees(case))["case"]["templates"] == []


@pytest.mark.req("F15")
async def test_a_template_is_seen_with_its_gaps_and_leaves_filled(house: Site, ani: Operator, case: str) -> None:
    """The page gets the words with a number for each value that it asks for; what is sent is what was seen."""
    await falls_silent(house)
    (template,) = (await ani.sees(case))["case"]["templates"]
    sent = await ani.does(case, "template", to="moved", text="Friday")
    seen = await ani.until_said(case, "Friday")
    (gone,) = await leaves(house, "Friday")

    assert (template["label"], template["asked"]) == ("Visit moved", ["new day"])
    assert sent.status == 202
    assert "".join("Friday" if part == 0 else part for part in template["says"]) == seen["text"]
    assert gone.startswith("visit_moved/")
    assert gone.endswith(" · Friday")


async def test_a_template_needs_its_values_and_must_be_there(ani: Operator, case: str) -> None:
    """A gap that is left empty, or a name that the firm has not got, is refused with a sentence."""
    empty = await ani.does(case, "template", to="moved")
    unknown = await ani.does(case, "template", to="nothing", text="x")

    assert (empty.status, unknown.status) == (400, 400)
    assert (await empty.json())["text"] == "Each value of the template needs a word."
    assert "nothing" in (await unknown.json())["text"]


@pytest.fixture
async def page(ani: Operator) -> AsyncIterator[Page]:
    """The operator's browser, logged in and speaking English; the page may throw no error."""
    if os.environ.get(WITHOUT):
        pytest.skip(f"{WITHOUT} is set: what operators see was not tested")
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        context = await browser.new_context()
        url = str(ani.client.make_url("/desk/demo"))
        await context.add_cookies([{"name": "desk_demo", "value": f'"{ani.token}"', "url": url}])
        opened = await context.new_page()
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        await opened.goto(url)
        yield opened
        await browser.close()
    assert troubles == []


@pytest.mark.browser
@pytest.mark.req("F15", "F9")
async def test_an_operator_sends_late_words_and_a_template_by_hand(house: Site, case: str, page: Page) -> None:
    """The page keeps what was written until it is decided, shows a template as it fills, and sends both."""
    await falls_silent(house)
    await page.locator(".case").first.click()
    await expect(page.locator(".card .window")).to_have_text("The window has closed: only a template can be sent.")
    await page.locator("#text").fill("It is ready.")
    await page.locator("#send").click()
    await expect(page.locator("#late-why")).to_contain_text("It can leave as the template «words».")
    await page.locator("#late-no").click()
    await expect(page.locator("#text")).to_have_value("It is ready.")
    await page.locator("#send").click()
    await page.locator("#late-yes").click()
    await expect(page.locator("#late")).to_be_hidden()
    await expect(page.locator("#text")).to_have_value("")
    words = await leaves(house, "ready")

    await page.locator("#template").click()
    await page.locator("#template-menu button").first.click()
    await expect(page.locator("#late-text")).to_contain_text("[new day]")
    await page.locator("#late-values input").fill("<b>Friday</b>")
    await expect(page.locator("#late-text")).to_contain_text("<b>Friday</b>")
    shown = await page.locator("#late-text").text_content()
    await page.locator("#late-yes").click()
    await leaves(house, "Friday")
    await expect(page.locator('.line[data-from="human"] .line-text').last).to_have_text(shown or "nothing")

    assert len(words) == 1
