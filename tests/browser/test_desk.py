"""Customer and operator, each in their own window, at the same time."""

from asyncio.subprocess import Process
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.events import Operator, OperatorSaid
from tests.browser.operators import Desk, call_the_customer, engage, happens, newest_case
from tests.browser.test_hostile import HOSTILE, MARKUP
from tests.browser.visitors import PHONE, Visitors
from tests.browser.window import Window
from tests.crash.program import Program


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staffed(house: Program) -> Program:
    """The program, whose firm has an operator."""
    await engage(house)
    return house


async def desk_of(visitors: Visitors, program: Program, **options: object) -> Desk:
    """An operator who has logged in and reads English."""
    page = await (await visitors.browser(**options)).new_page()
    await page.goto(f"http://127.0.0.1:{program.port}/desk?lang=en")
    await page.goto(f"{page.url}?lang=en")
    desk = await Desk(page).logs_in()
    if await page.locator("#language-code").text_content() != "EN":
        await desk.speaks("en")
    return desk


async def asks_for_a_person(window: Window, program: Program) -> str:
    """Ask, and give the id of the case that it makes."""
    await window.says("HUMAN")
    return (await newest_case(program))[0]


@pytest.mark.req("F12", "A44")
async def test_a_customer_and_an_operator_side_by_side(visitors: Visitors, staffed: Program) -> None:
    """On the demo's front page a customer asks for a person, an operator sees it come, answers, and closes."""
    page = await (await visitors.browser(viewport={"width": 1500, "height": 900})).new_page()
    await page.goto(f"http://127.0.0.1:{staffed.port}/?lang=en")
    window = await Window(page, page.frame_locator("#customer")).opened()
    desk = await (await Desk(page, page.frame_locator("#operator")).logs_in()).speaks("en")
    case = await asks_for_a_person(window, staffed)
    await desk.opens(case)
    await desk.says("Hello, this is Ani.")
    person = window.inside.locator('.message[data-from="human"]')
    await expect(person.locator(".text")).to_have_text("Hello, this is Ani.")
    await window.writes("prices")
    await expect(desk.lines.last).to_contain_text("prices")
    said = await window.answers.count()
    await desk.inside.locator("#close").click()
    await desk.inside.locator("#ask-yes").click()
    await expect(desk.state).to_have_text("Closed.")
    await expect(window.answers.nth(said)).to_contain_text("Our team has closed this matter.")

    assert await person.locator(".author").text_content() == "Our team"
    assert await window.answers.count() == said + 1
    await expect(desk.field).to_be_disabled()
    await expect(desk.inside.locator("#aside")).to_have_text("This case is closed. Open it again to write.")


async def test_the_first_owner_begins_with_the_printed_address(visitors: Visitors, mortal: Program) -> None:
    """A new firm: the program prints an address, its owner chooses a login there and stands before an empty desk."""
    assert isinstance(mortal._process, Process)
    assert mortal._process.stdout is not None
    line = (await mortal._process.stdout.readline()).decode()
    address = line.rpartition("first time: ")[2].rstrip(")\n")
    page = await (await visitors.browser()).new_page()
    await page.goto(f"{address}?lang=en")
    for field, value in (("name", "Ani"), ("login", "ani"), ("password", "correct horse battery")):
        await page.locator(f'[name="{field}"]').fill(value)
    await page.locator("#go").click()
    await expect(page.locator(".empty-list")).to_be_visible()
    again = await page.goto(address)

    assert urlsplit(address).path.startswith("/desk/welcome/")
    assert again is not None
    assert again.status == 404


async def test_a_wrong_password_is_told_at_the_door(visitors: Visitors, staffed: Program) -> None:
    """Who mistypes reads one sentence and can try again where they are."""
    page = await (await visitors.browser()).new_page()
    await page.goto(f"http://127.0.0.1:{staffed.port}/desk/demo?lang=en")
    await page.locator('[name="login"]').fill("somebody")
    await page.locator('[name="password"]').fill("something else")
    await page.locator("#go").click()
    await expect(page.locator("#notice")).to_have_text("Login or password is wrong.")
    await Desk(page).logs_in()


async def test_hostile_words_are_words_at_the_desk(visitors: Visitors, staffed: Program) -> None:
    """Texts, names and notes full of markup stand in list, talk and card letter for letter, and run nowhere."""
    window = await visitors.arrive()
    for text in HOSTILE.values():
        await window.says(text)
    case = await asks_for_a_person(window, staffed)
    await call_the_customer(staffed, case, MARKUP)
    await window.writes(MARKUP)
    desk = await desk_of(visitors, staffed)
    await desk.opens(case)
    await desk.inside.locator("#note").fill(MARKUP)
    await desk.inside.locator("#noting button").click()
    await expect(desk.inside.locator(".note-text")).to_have_text(MARKUP)
    await desk.says(MARKUP)
    texts = await desk.inside.locator('.line[data-from="customer"] .line-text').all_text_contents()
    made = desk.inside.locator("#desk").locator("script, iframe, img[src='x'], b, object")
    links = await desk.inside.locator("#desk a").evaluate_all("all => all.map((one) => new URL(one.href).protocol)")

    assert MARKUP in texts
    assert await desk.inside.locator("#talk-name").text_content() == f"{MARKUP[:39]}…"
    assert await made.count() == 0
    assert set(links) <= {"http:", "https:", "tel:", "mailto:"}
    assert await desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_an_operator_changes_changes_for_the_customer(visitors: Visitors, staffed: Program) -> None:
    """A correction made in a staff group takes the place of the words; one taken back says so; also after a reload."""
    window = await visitors.arrive()
    await window.says("HUMAN")
    case, actor = await newest_case(staffed)
    ani = Operator("m1", "Ani")
    first, second = (
        OperatorSaid(case, ani, text, origin=origin) for text, origin in (("at five", "r/1"), ("oops", "r/2"))
    )
    await happens(staffed, actor, first, second)
    person = window.inside.locator('.message[data-from="human"]')
    await expect(person).to_have_count(2)
    await happens(
        staffed,
        actor,
        OperatorSaid(case, ani, "at six", (), "r/1", "r/1"),
        OperatorSaid(case, ani, "", (), "r/2", "r/2"),
    )
    for _ in range(2):
        await expect(person.nth(0).locator(".text")).to_have_text("at six")
        await expect(person.nth(0).locator(".edited")).to_have_text("edited")
        await expect(person.nth(1).locator(".bubble")).to_have_text("Message removed")
        await window.page.reload()
        await window.opened()

    await expect(person).to_have_count(2)
    await expect(person.nth(0).locator(".text")).to_have_text("at six")
    desk = await desk_of(visitors, staffed)
    await desk.opens(case)
    await expect(desk.inside.locator('.line[data-from="human"]').first).to_contain_text("edited")


async def test_the_desk_on_a_phone(visitors: Visitors, staffed: Program) -> None:
    """On a phone the list, the talk and the card follow each other, back leads back, and nothing is cut off."""
    window = await visitors.arrive()
    case = await asks_for_a_person(window, staffed)
    desk = await desk_of(visitors, staffed, **PHONE)
    wide = "document.documentElement.scrollWidth <= innerWidth"
    fits = [await desk.page.evaluate(wide)]
    await desk.opens(case)
    fits.append(await desk.page.evaluate(wide))
    await expect(desk.cases.first).to_be_hidden()
    await desk.page.locator("#to-card").click()
    await expect(desk.page.locator("#card")).to_contain_text(case)
    fits.append(await desk.page.evaluate(wide))
    await desk.page.locator("#to-talk").click()
    await desk.page.go_back()
    await expect(desk.cases.first).to_be_visible()

    assert fits == [True, True, True]


async def test_a_reply_in_two_lines(visitors: Visitors, staffed: Program) -> None:
    """Shift and Enter begin a line, Enter sends; what was begun for one customer waits there while another is read."""
    window, other = await visitors.arrive(), await visitors.arrive()
    case, second = await asks_for_a_person(window, staffed), await asks_for_a_person(other, staffed)
    desk = await desk_of(visitors, staffed)
    await desk.opens(case)
    await desk.field.fill("begun for the first")
    await desk.opens(second)
    await expect(desk.field).to_have_value("")
    await desk.opens(case)
    await expect(desk.field).to_have_value("begun for the first")
    await desk.field.press("Shift+Enter")
    await desk.field.press_sequentially("second line")
    await desk.field.press("Enter")

    person = window.inside.locator('.message[data-from="human"]')
    await expect(person).to_have_count(1)
    assert await person.locator(".text").text_content() == "begun for the first\nsecond line"


@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka"])
async def test_the_desk_in_every_language(visitors: Visitors, staffed: Program, language: str) -> None:
    """A colleague chooses their language, and no word of the desk's own is left in English."""
    desk = await desk_of(visitors, staffed)
    place = desk.inside.locator("[data-text], [data-label], [data-hint]")
    read = "all => all.map((one) => [one.dataset.text && one.textContent, one.ariaLabel, one.placeholder])"
    english = await place.evaluate_all(read)
    await desk.speaks(language)
    spoken = await place.evaluate_all(read)

    same = {word for before, after in zip(english, spoken, strict=True) for word in before if word and word in after}
    assert same == set()
