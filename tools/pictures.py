"""Takes the pictures of the docs from a bot that really runs: `python -m tools.pictures`."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import FLAGS, find_browser
from tools.running import ROOT, running_bot

FOLDER = ROOT / "docs" / "pictures"
WIDE = (1100, 860)
PHONE = (390, 860)


def main() -> int:
    """Take them all."""
    found = find_browser()
    if found is None:
        print("There is no Chromium here to take pictures with.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_bot() as chat, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        booking(open_chat(browser, f"{chat}?lang=en", WIDE), FOLDER / "chat.png")
        menu(open_chat(browser, f"{chat}?lang=hy", PHONE), FOLDER / "phone.png")
        browser.close()
    return 0


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
