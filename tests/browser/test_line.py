"""Whatever happens to the line, the page shows every message once and in order."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from bot.texts import t
from tests.browser.clinic import Visit, fresh_phone, goes_to_the_name, goes_to_the_summary, said, visits
from tests.browser.relay import Relay, relay
from tests.browser.visitors import Visitors
from tests.browser.window import Window
from tests.crash.program import Program


@pytest_asyncio.fixture(loop_scope="session")
async def wire(house: Program) -> AsyncIterator[Relay]:
    """A wire to the program that the test may cut."""
    async with relay(house.port) as wire:
        yield wire


async def is_whole(window: Window) -> bool:
    """Whether no message is missing, doubled or out of place, and none waits to be sent."""
    numbers = await window.numbers()
    return numbers == sorted(set(numbers)) and 0 not in numbers


async def test_a_reload_keeps_the_conversation(visitors: Visitors) -> None:
    """After a reload everything said stands there, the chosen buttons marked, and the talk goes on."""
    window = await visitors.arrive()
    await goes_to_the_name(window)
    before = await window.texts()
    await window.page.reload()
    await expect(window.messages).to_have_count(len(before))
    after = await window.texts()
    await expect(window.messages.locator(".chosen")).to_have_count(5)

    assert after == before
    assert await window.says("Ani") == said(t("What is your phone number?"), "en")


async def test_a_draft_survives_a_reload(visitors: Visitors) -> None:
    """What was being written is still there after a reload."""
    window = await visitors.arrive()
    await window.field.fill("half a sen")
    await window.page.reload()

    await expect(window.field).to_have_value("half a sen")
    await expect(window.inside.locator("#send")).to_be_enabled()


async def test_two_tabs_show_the_same(visitors: Visitors) -> None:
    """What is said in one tab stands in the other; both show one conversation."""
    context = await visitors.browser()
    one = await visitors.tab(context)
    other = await visitors.tab(context)
    await one.presses(0)
    await expect(other.messages).to_have_count(3)
    await other.presses(0)
    await expect(one.messages).to_have_count(5)

    assert await one.texts() == await other.texts()
    assert await is_whole(one)
    assert await is_whole(other)


async def test_a_long_history_comes_by_pages(visitors: Visitors) -> None:
    """A returning customer sees the latest messages and finds the earlier ones by scrolling up."""
    window = await visitors.arrive()
    for number in range(30):
        await window.says(f"#{number}")
    whole = await window.texts()
    await window.page.reload()
    await expect(window.messages).to_have_count(50)
    await window.inside.locator("#scroller").evaluate("(scroller) => scroller.scrollTo(0, 0)")
    await expect(window.messages).to_have_count(61)

    assert await window.texts() == whole
    await expect(window.inside.locator("#earlier")).to_be_hidden()


async def test_a_killed_server_loses_nothing(visitors: Visitors, mortal: Program) -> None:
    """The server dies in the middle of a booking and comes back; the customer goes on and has one visit."""
    window, phone = await visitors.arrive(address=mortal.chat), fresh_phone()
    await goes_to_the_name(window)
    await mortal.kill()
    await window.writes("Ani")
    await expect(window.own.last).to_have_attribute("data-state", "sending")
    await expect(window.inside.locator("#banner")).to_be_visible()
    await mortal.start()
    await expect(window.answers.last).to_contain_text(said(t("What is your phone number?"), "en"))
    await expect(window.inside.locator("#banner")).to_be_hidden()
    await window.says(phone)
    await window.presses(0)

    assert await is_whole(window)
    assert (await window.texts()).count("Ani") == 1
    assert visits(mortal, phone) == [Visit("booked", "Ani", "consultation")]


async def test_the_confirming_press_is_not_doubled_by_a_crash(visitors: Visitors, mortal: Program) -> None:
    """The server dies at the moment of the last press; there is one visit and one word of it."""
    window, phone = await visitors.arrive(address=mortal.chat), fresh_phone()
    await goes_to_the_summary(window, phone)
    await window.choices.first.click()
    await mortal.kill()
    await mortal.start()
    await expect(window.answers.last).to_contain_text(said(t("You are booked."), "en"))

    assert await is_whole(window)
    assert visits(mortal, phone) == [Visit("booked", "Ani", "consultation")]


async def test_what_is_written_without_a_line_goes_out_later_once(visitors: Visitors, wire: Relay) -> None:
    """Messages written while the line is down are shown as waiting and leave in order when it is back."""
    window = await visitors.arrive(address=wire.chat)
    wire.cut()
    for text in ("first", "second"):
        await window.writes(text)
    await expect(window.own.and_(window.inside.locator('[data-state="sending"]'))).to_have_count(2)
    await expect(window.chat).to_have_attribute("data-state", "offline")
    wire.mend()
    await expect(window.answers).to_have_count(3)

    assert [text for text in await window.texts() if text in {"first", "second"}] == ["first", "second"]
    assert await is_whole(window)


async def test_a_page_that_was_closed_without_a_line_still_delivers(visitors: Visitors, wire: Relay) -> None:
    """A message that had not left when its page was closed leaves when the chat is opened again."""
    context = await visitors.browser()
    window = await visitors.tab(context, address=wire.chat)
    wire.cut()
    await window.writes("please do not lose me")
    await expect(window.own).to_have_attribute("data-state", "sending")
    await window.page.close()
    wire.mend()
    again = await visitors.tab(context, address=wire.chat)
    await expect(again.answers).to_have_count(2)

    assert (await again.texts()).count("please do not lose me") == 1
    assert await is_whole(again)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_lost_answer_doubles_nothing(visitors: Visitors, wire: Relay, house: Program, times: int) -> None:
    """The server has the message but its word of it is lost: sent again, it is the same message."""
    window, phone = await visitors.arrive(address=wire.chat), fresh_phone()
    await goes_to_the_summary(window, phone)
    for _ in range(times):
        heard = await window.answers.count()
        wire.deafen()
        await window.writes("prices")
        await wire.lost.wait()
        await expect(window.own.last).to_have_attribute("data-state", "sending")
        wire.mend()
        await expect(window.answers.nth(heard)).to_be_visible()
    await window.writes("yes")
    await expect(window.answers.last).to_contain_text(said(t("You are booked."), "en"))

    assert (await window.texts()).count("prices") == times
    assert await is_whole(window)
    assert visits(house, phone) == [Visit("booked", "Ani", "consultation")]


async def test_without_web_sockets_the_chat_goes_over_plain_requests(visitors: Visitors) -> None:
    """Where a network lets no WebSocket through, messages and presses go and come all the same, once."""
    context = await visitors.browser()
    await context.route_web_socket(re.compile("/socket$"), lambda line: line.close())
    page = await context.new_page()
    await page.goto(f"{visitors.address}?lang=en")
    window = Window(page)
    await expect(window.chat).to_have_attribute("data-state", "polling")
    await expect(window.answers).to_have_count(1)
    await window.presses(0)
    answer = await window.says("cleaning")

    assert answer == said(t("Which branch?"), "en")
    assert len(await window.texts()) == 5
    assert await is_whole(window)


async def test_what_is_typed_before_the_scripts_came_is_kept(visitors: Visitors) -> None:
    """On a slow line a customer types into the bare page; when it wakes, their words are still there and can be sent."""
    page = await (await visitors.browser()).new_page()
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/chat/static/chat.js", late)
    await page.goto(f"{visitors.address}?lang=en", wait_until="commit")
    await page.fill("#text", "parking")
    arrived.set()
    window = await Window(page).opened()

    await expect(page.locator("#text")).to_have_value("parking")
    await page.press("#text", "Enter")
    await expect(window.page.locator(".message[data-from=customer]")).to_contain_text("parking")
