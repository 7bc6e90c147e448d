"""The desk with a customer of WhatsApp, whose window closes; the program is real, WhatsApp is its stand-in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.visitors import PHONE
from tools.channel_desk import Stage, choose_template, sit_down, staged

NARROW = (PHONE["viewport"]["width"], PHONE["viewport"]["height"])
FITS = """() => [...document.querySelectorAll("#aside span, .talk .act, dialog[open] *")]
  .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible"
    || one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.textContent)"""
"""What of the window, the buttons and the open dialog is cut, or stands beside the screen."""


@pytest_asyncio.fixture(loop_scope="session")
async def stage(chromium: Browser, tmp_path: Path) -> AsyncIterator[Stage]:
    """A customer who waits for a person on WhatsApp, and is known in Telegram too."""
    async with staged(tmp_path) as found:
        yield found


async def again(page: Page) -> None:
    """Look at the case anew."""
    await page.reload()
    await expect(page.locator("#talk-state")).to_contain_text("Waits")


@pytest.mark.req("F9", "F15", "B9")
async def test_the_window_stands_where_the_operator_writes(chromium: Browser, stage: Stage) -> None:
    """Above the field it says in full until when words may leave, then that it is late; wide and on a phone alike."""
    said: list[str | None] = []
    for size in ((1280, 800), NARROW):
        page = await sit_down(chromium, stage, size=size)
        said.append(await page.locator("#aside span").last.text_content())
        assert await page.evaluate(FITS) == []
    await stage.ages(timedelta(hours=23, minutes=30))
    await again(page)
    said.append(await page.locator("#aside span").last.text_content())
    await stage.ages(timedelta(hours=1))
    await again(page)

    assert [(words or "").partition(" ")[0] for words in said] == ["Can", "Can", "⏳"]
    await expect(page.locator("#aside.late span").last).to_have_text(
        "The window has closed: only a template can be sent."
    )
    await expect(page.locator("#card")).to_contain_text("Also writes in: Telegram")
    assert await page.evaluate(FITS) == []


@pytest.mark.req("F15")
async def test_a_template_is_filled_in_on_a_phone(chromium: Browser, stage: Stage) -> None:
    """Each gap keeps its name while it is written, the words grow under it, and nothing is cut in the dark either."""
    await stage.ages(timedelta(days=1))
    page = await sit_down(chromium, stage, size=NARROW, dark=True)
    await choose_template(page)
    named = await page.locator("#late-values label").all_text_contents()
    cut = await page.evaluate(FITS)

    assert named == ["new day", "new time"]
    assert cut == []
    await expect(page.locator("#late-text")).to_have_text(
        "Hello Nare Petrosyan! Your visit is now on Friday 27 November at [new time]."
    )
