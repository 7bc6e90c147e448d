"""Takes the pictures of the docs from a bot that really runs: `python -m tools.pictures`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import FLAGS, find_browser
from tools.running import ROOT, running_bot

FOLDER = ROOT / "docs" / "pictures"
WIDE = (1100, 860)
PHONE = (390, 860)
LOGIN, PASSWORD = "ani", "correct horse battery"  # of a bot that lives as long as its pictures take


def main() -> int:
    """Take them all."""
    found = find_browser()
    if found is None:
        print("There is no Chromium here to take pictures with.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, hired(folder) as chat:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        booking(open_chat(browser, f"{chat}?lang=en", WIDE), FOLDER / "chat.png")
        menu(open_chat(browser, f"{chat}?lang=hy", PHONE), FOLDER / "phone.png")
        desk(browser, chat)
        browser.close()
    return 0


@contextmanager
def hired(folder: str) -> Iterator[str]:
    """A running bot whose firm has one operator."""
    address = f"sqlite:///{folder}/dragoman.db"
    with running_bot(DATABASE_URL=address) as chat:
        for words, typed in (
            (("add", "Ani", "--login", LOGIN), ""),
            (("password", LOGIN), f"{PASSWORD}\n{PASSWORD}\n"),
        ):
            command = [sys.executable, "main.py", "staff", *words]
            environment = os.environ | {"DRAGOMAN_DATABASE_URL": address}
            subprocess.run(command, cwd=ROOT, env=environment, input=typed, text=True, check=True, capture_output=True)
        yield chat


def open_chat(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """A new visitor's page, greeted."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, device_scale_factor=1.5)
    page = context.new_page()
    page.goto(address)
    page.locator("[data-choice]").first.wait_for()
    return page


def booking(page: Page, picture: Path) -> None:
    """A booking in plain words, up to the free times."""
    say(page, "I need a filling on Friday afternoon", "Which branch")
    say(page, "Kentron", "Whom would you like to see?")
    say(page, "Anahit Sargsyan", "When would you like to come?")
    take(page, picture)


def menu(page: Page, picture: Path) -> None:
    """The menu on a phone."""
    take(page, picture)


def desk(browser: Browser, chat: str) -> None:
    """A customer who has asked for a person, and the operator who answers; wide, and on a phone."""
    customer = open_chat(browser, f"{chat}?lang=en", WIDE)
    say(customer, "I need a filling on Friday afternoon", "Which branch")
    say(customer, "HUMAN", "I have passed this on")
    say(customer, "I have a toothache since yesterday.", "rinse with warm salt water")
    page = browser.new_context(viewport={"width": 1280, "height": 800}, device_scale_factor=1.5).new_page()
    page.goto(f"{chat.replace('/chat/', '/desk/')}?lang=en")
    for field, value in (("login", LOGIN), ("password", PASSWORD)):
        page.locator(f'[name="{field}"]').fill(value)
    page.locator("#go").click()
    page.locator(".case").first.wait_for()
    page.locator("#language").click()
    page.locator('[data-language="en"]').click()
    page.locator(".case").first.click()
    page.locator("#note").fill("Prefers mornings.")
    page.locator("#noting button").click()
    page.locator(".note").wait_for()
    page.locator("#text").fill("Hello, this is Ani. We can see you today at 17:00 at Kentron. Does it suit you?")
    page.locator("#text").press("Enter")
    page.locator('.line[data-from="human"]').wait_for()
    take(page, FOLDER / "desk.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    take(page, FOLDER / "desk-phone.png")


def say(page: Page, words: str, answer: str) -> None:
    """Write, and wait until the bot has said `answer`."""
    page.locator("#text").fill(words)
    page.keyboard.press("Enter")
    page.get_by_text(answer).last.wait_for()


def take(page: Page, picture: Path) -> None:
    """Take the picture, as it is when nothing moves any more."""
    page.screenshot(path=picture, animations="disabled", caret="hide")
    print(f"Took {picture.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
