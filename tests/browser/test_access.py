"""The chat without a mouse, without eyes, without daylight, on a narrow screen."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.texts import t
from bot.web.pages import strings
from tests.browser.clinic import LANGUAGES, Visit, fresh_phone, goes_to_the_summary, said, visits
from tests.browser.visitors import PHONE, SMALL_PHONE, Visitors
from tests.browser.window import Window
from tests.crash.program import Program

AXE_SETTING = "DRAGOMAN_TEST_AXE"
SCREENS: dict[str, dict[str, Any]] = {"desktop": {}, "phone": PHONE, "small phone": SMALL_PHONE}
TOUCHABLE_PX = 36

CUT = """() => [...document.querySelectorAll("#chat *")].filter((one) => {
  const style = getComputedStyle(one);
  const mayBeCut = ["H1", "P", "SPAN"].includes(one.tagName) && style.textOverflow === "ellipsis";
  return one.checkVisibility() && !mayBeCut && !one.matches(".reading-only, textarea")
    && style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 200))"""

SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"

UNREADABLE = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const flat = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    colors.forEach((color) => { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); });
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (color) => {
    const share = (part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = color.map(share);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return layers;
  };
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  return [...document.querySelectorAll("#chat *")].filter((one) => one.checkVisibility() && hasText(one)).map((one) => {
    const layers = behind(one);
    const back = light(flat(layers)), ink = light(flat([...layers, getComputedStyle(one).color]));
    const ratio = (Math.max(back, ink) + 0.05) / (Math.min(back, ink) + 0.05);
    return [ratio, one.className || one.id, one.textContent.slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
}"""

NAMELESS = """() => [...document.querySelectorAll("button, textarea, img, [role=group], [role=menu], [role=region]")]
  .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden="true"]'))
  .filter((one) => !one.ariaLabel && !one.alt && !one.textContent.trim()).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_cut_off(visitors: Visitors, language: str, screen: str) -> None:
    """No text is cut and nothing leads sideways, at any step of a booking, in any language, on any screen."""
    window = await visitors.arrive(language, **SCREENS[screen])
    cut = await too_wide(window)
    for place in (2, 3, 4):
        await window.presses(place)
        cut += await too_wide(window)
        await window.commands("main_menu")
    await goes_to_the_summary(window, fresh_phone(), name="Աննա-Մարիա Տեր-Պետրոսյան")
    cut += await too_wide(window)
    await window.presses(0)

    assert cut + await too_wide(window) == []


async def too_wide(window: Window) -> list[str]:
    """The elements that show less than they hold, and the page itself if it can be moved sideways."""
    found: list[str] = await window.page.evaluate(CUT)
    return found + (["the page"] if await window.page.evaluate(SIDEWAYS) > 0 else [])


async def test_buttons_are_large_enough_for_a_finger(visitors: Visitors) -> None:
    """On a phone no button is too small to be hit."""
    window = await visitors.arrive("ka", **SMALL_PHONE)
    await goes_to_the_summary(window, fresh_phone())
    buttons = window.inside.locator("button:visible")
    boxes = [await button.bounding_box() for button in await buttons.all()]

    assert [box for box in boxes if box and min(box["width"], box["height"]) < TOUCHABLE_PX] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read(visitors: Visitors, scheme: str) -> None:
    """By day and by night every word stands out from what is behind it (WCAG AA, 4.5 to 1)."""
    window = await visitors.arrive(color_scheme=scheme, reduced_motion="reduce")
    await window.presses(2)
    await window.commands("main_menu")
    await goes_to_the_summary(window, fresh_phone())
    await window.presses(0)
    await window.inside.locator("#language").click()

    assert await window.page.evaluate(UNREADABLE) == []


async def test_a_visit_is_booked_by_keyboard_alone(visitors: Visitors, house: Program) -> None:
    """Tab reaches every choice, Enter takes it, digits answer too; the mouse is never touched."""
    window, phone = await visitors.arrive(), fresh_phone()
    keyboard = window.page.keyboard
    await expect(window.field).to_be_focused()
    await reach(window, "Book a visit", "Shift+Tab")
    await keyboard.press("Enter")
    await expect(window.answers).to_have_count(2)
    await reach(window, "Consultation", "Tab")
    await keyboard.press("Space")
    await expect(window.answers).to_have_count(3)
    await reach(window, "", "Tab", to="#text")
    for number, typed in enumerate(("1", "1", "1", "Ani", phone, "1"), start=4):
        await keyboard.type(typed)
        await keyboard.press("Enter")
        await expect(window.answers).to_have_count(number)

    assert visits(house, phone) == [Visit("booked", "Ani", "consultation")]


async def reach(window: Window, label: str, key: str, *, to: str = ".choice") -> None:
    """Press a key until the focus stands on a button of that label, or on `to`."""
    for _ in range(60):
        await window.page.keyboard.press(key)
        focused = window.inside.locator(f"{to}:focus")
        if await focused.count() and (not label or label in await focused.inner_text()):
            return
    pytest.fail(f"{key} never came to {label or to}")


async def test_the_language_menu_works_by_keyboard(visitors: Visitors) -> None:
    """Arrows walk through the languages, Enter takes one, Escape leaves; the focus comes back to the button."""
    window = await visitors.arrive()
    button, keyboard = window.inside.locator("#language"), window.page.keyboard
    await button.focus()
    await keyboard.press("ArrowDown")
    await keyboard.press("Escape")
    await expect(window.inside.locator("#language-menu")).to_be_hidden()
    await expect(button).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Home")
    await keyboard.press("Enter")

    await expect(window.page.locator("html")).to_have_attribute("lang", "hy")
    await expect(button).to_be_focused()
    await expect(window.answers).to_have_count(2)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_screen_reader_finds_its_way(visitors: Visitors, language: str) -> None:
    """The log announces what comes, every control has a name, every choice is a button in a named group."""
    window = await visitors.arrive(language)
    await window.presses(0)
    log = window.inside.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    group = log.get_by_role("group").last
    await expect(group).to_have_accessible_name(strings()[language]["choices"])
    nameless = await window.page.evaluate(NAMELESS)

    assert nameless == []
    assert await group.get_by_role("button").count() == await window.choices.count()


async def test_a_pressed_choice_keeps_the_focus_and_is_marked(visitors: Visitors) -> None:
    """Whoever presses a choice by keyboard is not thrown to the top of the page, and hears that it is pressed."""
    window = await visitors.arrive()
    choice = window.choices.first
    question = window.answers.first.locator(".choice").first
    await choice.focus()
    await window.page.keyboard.press("Enter")
    await expect(window.answers).to_have_count(2)

    await expect(question).to_be_focused()
    await expect(question).to_have_attribute("aria-pressed", "true")


async def test_the_keyboard_of_a_phone_follows_the_question(visitors: Visitors) -> None:
    """Asked for a phone number, a phone shows digits and offers the owner's number; afterwards letters again."""
    window = await visitors.arrive(**PHONE)
    await goes_to_the_summary(window, fresh_phone())
    await window.commands("back")

    await expect(window.answers.last).to_contain_text(said(t("What is your phone number?"), "en"))
    await expect(window.field).to_have_attribute("inputmode", "tel")
    await expect(window.field).to_have_attribute("autocomplete", "tel")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(visitors: Visitors, scheme: str) -> None:
    """The accessibility rules that machines can check hold, by day and by night."""
    rules = axe()
    if rules is None:
        pytest.skip(f"axe-core is not here: {AXE_SETTING} may name its axe.min.js")
    window = await visitors.arrive(color_scheme=scheme, reduced_motion="reduce")
    await goes_to_the_summary(window, fresh_phone())

    assert await violations(window.page, rules.read_text("utf-8")) == []


def axe() -> Path | None:
    """The file of axe-core: the one that the environment names, or that of an installed package."""
    if named := os.environ.get(AXE_SETTING):
        return Path(named)
    package = find_spec("axe_playwright_python")
    places = package.submodule_search_locations if package else None
    return Path(places[0]) / "axe.min.js" if places else None


async def violations(page: Page, rules: str) -> list[Any]:
    """What axe has to say about a page: rule, help, the elements."""
    await page.evaluate(rules)
    found: list[Any] = await page.evaluate(
        """async () => (await axe.run()).violations
          .map(({ id, help, nodes }) => [id, help, nodes.map((node) => node.html.slice(0, 160))])"""
    )
    return found
