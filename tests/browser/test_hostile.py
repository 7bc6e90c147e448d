"""What customers write is text, whatever it looks like."""

from unicodedata import normalize

import pytest
from playwright.async_api import expect

from tests.browser.clinic import Visit, fresh_phone, goes_to_the_summary, visits
from tests.browser.visitors import PHONE, Visitors
from tests.browser.window import SEND_PLAINLY
from tests.crash.program import Program

MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>"
LONG = "абв где " * 625
HOSTILE = {
    "markup": MARKUP,
    "an address that runs": "javascript:alert(document.domain) data:text/html,<script>alert(1)</script>",
    "a link that breaks out": 'https://a.example/"onmouseover="alert(1) <b>bold</b>',
    "turned writing": "photo\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe \N{RIGHT-TO-LEFT ISOLATE}abc",
    "right to left": "مرحبا hello שלום 123",
    "combining marks": "Z" + "\N{COMBINING ACUTE ACCENT}" * 300,
    "one long word": "W" * 3000,
    "line breaks": "a\n\n\n\nb\n" + "• c\n" * 40,
    "a template": "{name} {{ 7*7 }} ${7*7} %s",
    "nothing to see": "\N{ZERO WIDTH SPACE}\N{WORD JOINER}.",
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_text_shows_as_text(visitors: Visitors, kind: str) -> None:
    """It stands in the log letter for letter, makes no element, opens nothing, widens nothing, and is answered."""
    window = await visitors.arrive(**PHONE)
    text = HOSTILE[kind]
    answer = await window.says(text)
    made = window.inside.locator("#log").locator("script, iframe, img, b, object, svg a")
    links = await window.inside.locator("#log a").evaluate_all("all => all.map((one) => new URL(one.href).protocol)")

    assert answer
    assert await window.own.locator(".text").text_content() == normalize("NFC", text.strip())
    assert await made.count() == 0
    assert set(links) <= {"http:", "https:", "tel:", "mailto:"}
    assert await window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_hostile_names_are_said_back_as_text(visitors: Visitors, house: Program) -> None:
    """A name full of markup stands in the summary and in the calendar as it was written, and runs nowhere."""
    window, phone, name = await visitors.arrive(), fresh_phone(), f"{MARKUP} {{x}}"
    summary = await goes_to_the_summary(window, phone, name=name)
    await window.presses(0)

    assert name in summary
    assert await window.inside.locator("#log").locator("script, img").count() == 0
    assert visits(house, phone) == [Visit("booked", name, "consultation")]


async def test_a_text_that_is_too_long_is_not_cut(visitors: Visitors) -> None:
    """A pasted text beyond the limit stays whole in the field, says by how much, and leaves only when it fits."""
    window = await visitors.arrive()
    await window.field.fill(LONG)
    await expect(window.inside.locator("#counter")).to_contain_text("-1000")
    await expect(window.inside.locator("#send")).to_be_disabled()
    await window.field.press("Enter")
    await expect(window.field).to_have_value(LONG)
    await window.says(LONG[:4000])

    assert await window.own.locator(".text").all_text_contents() == [LONG[:4000].strip()]


async def test_five_thousand_characters_from_elsewhere_are_shown_whole(visitors: Visitors) -> None:
    """Longer text than the page would send (another client may) stands in the log whole and is answered."""
    window = await visitors.arrive(**PHONE)
    await window.page.evaluate(SEND_PLAINLY, LONG)
    await expect(window.messages).to_have_count(3)

    assert await window.own.locator(".text").text_content() == LONG
    assert await window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_links_open_outside_and_tell_nothing(visitors: Visitors) -> None:
    """Addresses and mailboxes can be opened; the marks of the sentence are not part of them."""
    window = await visitors.arrive()
    await window.says("See (https://a.example/x_(y)), write to anna@b.example! Or tel:+37410000101.")
    links = window.own.locator("a")
    found = await links.evaluate_all("all => all.map((one) => [one.href, one.target, one.rel])")

    assert found == [
        ["https://a.example/x_(y)", "_blank", "noopener noreferrer"],
        ["mailto:anna@b.example", "", "noopener noreferrer"],
        ["tel:+37410000101", "", "noopener noreferrer"],
    ]
