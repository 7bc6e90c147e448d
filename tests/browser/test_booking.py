"""A visit is booked on the real page, by every way of answering, in every language."""

import pytest
from playwright.async_api import expect

from bot.texts import t
from tests.browser.clinic import LANGUAGES, YES, Visit, clinic, fresh_phone, goes_to_the_summary, said, visits
from tests.browser.visitors import Visitors
from tests.crash.program import Program


@pytest.mark.req("A17")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_visit_is_booked_by_buttons(visitors: Visitors, house: Program, language: str) -> None:
    """Buttons lead to a visit that stands in the calendar, and to none before the customer agrees."""
    window, phone = await visitors.arrive(language), fresh_phone()
    await goes_to_the_summary(window, phone)
    before = visits(house, phone)
    answer = await window.presses(0)

    assert before == []
    assert visits(house, phone) == [Visit("booked", "Ani", next(iter(clinic().services)))]
    assert answer.startswith(said(t("You are booked."), language))
    await expect(window.page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_visit_is_booked_by_typing(visitors: Visitors, house: Program, language: str) -> None:
    """Whoever prefers to write never needs a button: names, days and yes are understood as the language writes them."""
    window, phone = await visitors.arrive(language), fresh_phone()
    firm = clinic()
    await window.says(said(firm.menu.places["main"].items[0].label, language))
    await window.says(said(firm.services["consultation"].name, language))
    await window.says(said(firm.branches["komitas"].name, language))
    await window.says(said(firm.specialists["mariam"].name, language))
    time = await window.labels.first.text_content()
    await window.says(time or "")
    await window.says("Ani Petrosyan")
    await window.says(phone)
    answer = await window.says(YES[language])

    assert answer.startswith(said(t("You are booked."), language))
    assert time is not None
    assert time in answer
    assert visits(house, phone) == [Visit("booked", "Ani Petrosyan", "consultation")]


async def test_numbers_answer_like_buttons(visitors: Visitors, house: Program) -> None:
    """A digit typed into the field takes the choice that stands at that place."""
    window, phone = await visitors.arrive(), fresh_phone()
    for number in ("1", "2", "1", "1"):  # cleaning: one specialist does it, so nobody asks who
        await window.says(number)
    await window.says("Ani")
    await window.says(phone)
    await window.says("1")

    assert visits(house, phone) == [Visit("booked", "Ani", "hygiene")]


async def test_an_answer_is_changed_from_the_summary(visitors: Visitors, house: Program) -> None:
    """From the summary the name alone is asked again, and the visit stands under the new one."""
    window, phone = await visitors.arrive(), fresh_phone()
    await goes_to_the_summary(window, phone, name="Anni")
    await window.presses(1)
    await window.presses(window.choices.filter(has_text="Name"))
    summary = await window.says("Ani")
    await window.presses(0)

    assert "Anni" not in summary
    assert visits(house, phone) == [Visit("booked", "Ani", "consultation")]


async def test_the_way_back_is_quieter_than_the_answers(visitors: Visitors) -> None:
    """A choice that leads back stands out less than those that answer, and is read aloud without its sign."""
    window = await visitors.arrive()
    await window.presses(0)
    await window.presses(0)
    back = window.choices.last

    assert (await back.text_content() or "").startswith("‹")
    await expect(back).to_have_class("choice aside")
    await expect(back).to_have_accessible_name((await back.text_content() or "").removeprefix("‹ "))
    assert await window.presses(back) == said(t("What would you like to book?"), "en")


async def test_a_double_tap_is_one_press(visitors: Visitors) -> None:
    """An unsteady finger that presses a button twice has pressed it once."""
    window = await visitors.arrive()
    await window.choices.first.dblclick()
    await expect(window.answers).to_have_count(2)
    await window.says("1")

    assert await window.own.count() == 2


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
async def test_the_language_is_changed_in_the_middle(visitors: Visitors, house: Program, language: str) -> None:
    """The open question is asked again in the new language, and what was answered stays answered."""
    window, phone = await visitors.arrive("en"), fresh_phone()
    await window.presses(0)
    await window.presses(1)
    asked = await window.switches_to(language)
    await expect(window.page.locator("html")).to_have_attribute("lang", language)
    for _ in range(2):
        await window.presses(0)
    await window.says("Ani")
    summary = await window.says(phone)
    await window.presses(0)

    assert said(t("Which branch?"), language) in asked
    assert said(clinic().services["hygiene"].name, language) in summary
    assert visits(house, phone) == [Visit("booked", "Ani", "hygiene")]


async def test_an_old_button_still_means_something(visitors: Visitors, house: Program) -> None:
    """A button of a question that is long over gets a sensible answer, and does not touch the visit."""
    window, phone = await visitors.arrive(), fresh_phone()
    await goes_to_the_summary(window, phone)
    await window.presses(0)
    answer = await window.presses(window.answers.nth(2).locator(".choice").nth(1))

    assert answer.startswith(said(t("That question has been answered or has run out."), "en"))
    assert await window.choices.count() > 0
    assert visits(house, phone) == [Visit("booked", "Ani", "consultation")]
    assert await window.presses(window.answers.first.locator(".choice").nth(2)) != answer
