"""A chat window as a customer uses it: on a page of its own, or inside the widget's frame.

Nothing here waits for a time to pass. An action waits for its answer, because every action of a customer has one.
"""

from playwright.async_api import FrameLocator, Locator, Page, expect

SEND_PLAINLY = """(text) => fetch("/chat/demo/messages", {
  method: "POST",
  headers: {
    Authorization: `Bearer ${localStorage.getItem("dragoman.demo.token")}`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ type: "say", id: crypto.randomUUID(), text }),
})"""
"""Says something past the page, as another device of the same customer would."""


class Window:
    """One open chat. `inside` is where its elements are looked for."""

    def __init__(self, page: Page, inside: Page | FrameLocator | None = None) -> None:
        self.page = page
        self.inside = inside or page
        self.chat = self.inside.locator("#chat")
        self.field = self.inside.locator("#text")
        self.messages = self.inside.locator(".message")
        self.answers = self.inside.locator('.message:not([data-from="customer"])')
        self.own = self.inside.locator('.message[data-from="customer"]')

    async def opened(self) -> "Window":
        """Wait for the line to stand and for the first thing that the bot says."""
        await expect(self.chat).to_have_attribute("data-state", "online")
        await expect(self.messages.first).to_be_visible()
        return self

    @property
    def choices(self) -> Locator:
        """The buttons of the last message."""
        return self.messages.last.locator(".choice")

    @property
    def labels(self) -> Locator:
        """What stands on the buttons of the last message, without their second lines."""
        return self.messages.last.locator(".choice-label")

    async def says(self, text: str) -> str:
        """Write and send; gives the bot's answer."""
        heard = await self.answers.count()
        await self.writes(text)
        return await self._answer(heard)

    async def writes(self, text: str) -> None:
        """Write and send without waiting for anything."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def presses(self, choice: int | Locator) -> str:
        """Press a button (a number counts those of the last message); gives the bot's answer."""
        heard = await self.answers.count()
        button = self.choices.nth(choice) if isinstance(choice, int) else choice
        await button.click()
        return await self._answer(heard)

    async def commands(self, name: str) -> str:
        """Choose a word from the menu that every chat has; gives the bot's answer."""
        heard = await self.answers.count()
        await self.inside.locator("#menu").click()
        await self.inside.locator(f'[data-command="{name}"][role="menuitem"]').click()
        return await self._answer(heard)

    async def switches_to(self, language: str) -> str:
        """Choose a language in the page's menu; gives what the bot says then."""
        heard = await self.answers.count()
        await self.inside.locator("#language").click()
        await self.inside.locator(f'[data-language="{language}"]').click()
        return await self._answer(heard)

    async def texts(self) -> list[str]:
        """Everything that stands in the log, in order."""
        return await self.messages.locator(".text").all_text_contents()

    async def numbers(self) -> list[int]:
        """The numbers of the messages in the log, in order."""
        found: list[int] = await self.messages.evaluate_all("all => all.map((one) => Number(one.dataset.seq))")
        return found

    async def _answer(self, heard: int) -> str:
        await expect(self.answers.nth(heard)).to_be_visible()
        return (await self.answers.nth(heard).locator(".text").text_content()) or ""
