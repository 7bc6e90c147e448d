"""Customers' browsers: each its own storage; what goes wrong in any of them is written down."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.window import Window

WATCH_POLICY = """
addEventListener("securitypolicyviolation", (broken) =>
  console.error(`policy: ${broken.violatedDirective} ${broken.blockedURI} ${broken.sample}`));
"""
NETWORK = ("net::ERR_", "WebSocket connection to", "Failed to load resource")
"""What a browser itself says of a line that is down; tests take lines down."""


class Visitors:
    """Opens browsers on a chat. `troubles` are errors, warnings and broken policies of all their pages."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.address = address
        self.troubles: list[str] = []

    async def browser(self, **options: Any) -> BrowserContext:
        """A new browser with nothing remembered; options are Playwright's."""
        settings: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Asia/Yerevan"} | options
        context = await self._chromium.new_context(**settings)
        await context.add_init_script(WATCH_POLICY)
        context.on("page", self._watch)
        self._contexts.append(context)
        return context

    async def arrive(self, language: str = "en", *, address: str = "", **options: Any) -> Window:
        """A new customer on the chat's own page."""
        return await self.tab(await self.browser(**options), language, address=address)

    async def tab(self, context: BrowserContext, language: str = "en", *, address: str = "") -> Window:
        """One more page of a customer."""
        page = await context.new_page()
        await page.goto(f"{address or self.address}?lang={language}")
        return await Window(page).opened()

    async def leave(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            await context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._heed)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))

    def _heed(self, message: ConsoleMessage) -> None:
        is_bad = message.type in {"error", "warning"}
        if is_bad and not any(mark in message.text for mark in NETWORK):
            self.troubles.append(f"{message.type}: {message.text}")


PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SMALL_PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
