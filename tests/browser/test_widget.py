"""The chat on somebody else's site, put there by one script tag."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.clinic import Visit, fresh_phone, goes_to_the_summary, visits
from tests.browser.visitors import PHONE, Visitors
from tests.browser.window import SEND_PLAINLY, Window
from tests.crash.program import Program

FOREIGN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>* { font: 24px/3 fantasy !important; box-sizing: content-box !important }
button { display: none !important }</style>
<h1>A shop</h1><input id="search">
<script src="SERVER/chat/widget.js" data-business="demo" data-language="en" async></script></html>"""
"""A site whose styles would break any chat that they reached."""


@dataclass(frozen=True)
class Shop:
    """A site of another origin with the widget on it, as one customer sees it."""

    page: Page
    launcher: Locator
    badge: Locator
    window: Window

    async def open(self) -> Window:
        """Press the launcher and wait until the chat inside is up."""
        await self.launcher.click()
        await expect(self.window.inside.locator("#close")).to_be_visible()  # frame and site know of each other
        return await self.window.opened()


@pytest_asyncio.fixture(loop_scope="session")
async def site(house: Program) -> AsyncIterator[str]:
    """The address of a site of another origin; `localhost`, so that it is another site to the browser too."""
    html = FOREIGN_PAGE.replace("SERVER", house.chat.removesuffix("/chat/demo"))

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://localhost:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def shop_in(context: BrowserContext, site: str) -> Shop:
    page = await context.new_page()
    await page.goto(site)
    launcher = page.locator("dragoman-chat .launcher")
    await expect(launcher).to_be_visible()
    window = Window(page, page.frame_locator("dragoman-chat iframe"))
    return Shop(page, launcher, page.locator("dragoman-chat .badge"), window)


@pytest.mark.req("C15")
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
async def test_a_visit_is_booked_on_a_foreign_site(
    visitors: Visitors, house: Program, site: str, device: dict[str, object]
) -> None:
    """The whole booking works inside the frame, whatever the site's own styles do."""
    shop, phone = await shop_in(await visitors.browser(**device), site), fresh_phone()
    window = await shop.open()
    await goes_to_the_summary(window, phone)
    await window.presses(0)

    assert visits(house, phone) == [Visit("booked", "Ani", "consultation")]


async def test_escape_closes_the_chat_and_gives_the_focus_back(visitors: Visitors, site: str) -> None:
    """The keyboard opens the chat, writes in it at once, closes it by Escape and stands on the launcher again."""
    shop = await shop_in(await visitors.browser(), site)
    await shop.launcher.focus()
    await shop.page.keyboard.press("Enter")
    await shop.window.opened()
    await expect(shop.launcher).to_have_attribute("aria-expanded", "true")
    await expect(shop.window.field).to_be_focused()
    await shop.page.keyboard.type("prices")
    await shop.page.keyboard.press("Escape")

    await expect(shop.launcher).to_have_attribute("aria-expanded", "false")
    await expect(shop.launcher).to_be_focused()
    await expect(shop.page.locator("dragoman-chat #panel")).to_be_hidden()


async def test_the_close_button_closes_on_a_phone(visitors: Visitors, site: str) -> None:
    """On a phone the chat fills the screen, hides the launcher, and its own button brings the site back."""
    shop = await shop_in(await visitors.browser(**PHONE), site)
    window = await shop.open()
    box = await shop.page.locator("dragoman-chat #panel").bounding_box()
    await expect(shop.launcher).to_be_hidden()
    await window.inside.locator("#close").click()

    assert box is not None
    assert (box["width"], box["height"]) == (390, 844)
    await expect(shop.launcher).to_be_visible()


async def test_the_badge_counts_what_came_while_the_chat_was_closed(visitors: Visitors, site: str) -> None:
    """What came in while it was closed is counted on the launcher, also after a reload, until it is opened."""
    shop = await shop_in(await visitors.browser(), site.replace("localhost", "127.0.0.1"))  # where it may store
    await shop.open()
    await shop.page.keyboard.press("Escape")
    await expect(shop.launcher).to_have_attribute("aria-expanded", "false")
    for text in ("prices", "doctors"):
        await shop.page.frames[1].evaluate(SEND_PLAINLY, text)
    await expect(shop.badge).to_have_text("2")
    await shop.page.reload()
    await expect(shop.badge).to_have_text("2")
    await expect(shop.launcher).to_have_accessible_name("Open the chat. Unread messages: 2")
    await shop.open()

    await expect(shop.badge).to_be_hidden()


async def test_a_site_cannot_pretend_to_be_the_chat(visitors: Visitors, site: str) -> None:
    """Word of unread messages counts only when the chat's own frame and origin send it."""
    shop = await shop_in(await visitors.browser(), site)
    await shop.open()
    await shop.page.evaluate(
        """() => new Promise((done) => {
          addEventListener("message", done, { once: true });
          postMessage({ mark: "dragoman-chat", type: "unread", count: 77 }, "*");
        })"""
    )

    await expect(shop.badge).to_be_hidden()


async def test_the_site_stays_as_it_was(visitors: Visitors, site: str) -> None:
    """The widget adds one element and one name to a site, takes no focus and no style."""
    context = await visitors.browser()
    shop = await shop_in(context, site)
    await shop.page.locator("#search").focus()
    await shop.open()
    await shop.page.keyboard.press("Escape")
    globals_added = await shop.page.evaluate("Object.keys(window).filter((name) => /dragoman/i.test(name))")

    assert globals_added == ["dragomanChat"]
    assert await shop.page.locator("dragoman-chat").count() == 1
    assert await shop.page.evaluate("document.styleSheets.length") == 1
    await expect(shop.page.locator("#search")).to_be_visible()
