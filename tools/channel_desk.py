"""Takes the picture of the web desk with a customer of WhatsApp: `python -m tools.channel_desk`.

The program is the real one, WhatsApp and Telegram are the stand-ins of the tests. Only the age of what was said is made
up: nobody waits a day for a picture.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from bot.clock import SystemClock
from bot.desk import staffing
from bot.ports.clock import micros
from bot.ports.store import Query, Script
from bot.records import Role, passwords
from bot.store import open_store
from tests.crash.program import Program
from tests.standins.meta import APP_SECRET, TOKEN, GraphServer
from tests.standins.meta.whatsapp import ACCOUNT, NUMBER, WhatsAppPart
from tests.standins.telegram import TOKEN as TELEGRAM_TOKEN
from tests.standins.telegram import TelegramServer
from tools.browser import FLAGS, find_browser
from tools.running import ROOT

PICTURE = ROOT / "docs" / "pictures" / "desk-window.png"
SIZE = (1280, 800)
PHONE = "37491123456"
LOGIN, PASSWORD = "ani", "correct horse battery"  # of a bot that lives as long as its picture takes
VERIFY = "a-word-of-our-own"
SECRETS = {"CLINIC_TOKEN": TOKEN, "CLINIC_APP_SECRET": APP_SECRET, "CLINIC_VERIFY_TOKEN": VERIFY}
ACCOUNTS = """
  - id: main
    channel: whatsapp_cloud
    secrets: {{token: CLINIC_TOKEN, app_secret: CLINIC_APP_SECRET, verify_token: CLINIC_VERIFY_TOKEN}}
    settings: {{phone_number_id: '{number}', business_account_id: '{account}', api_url: '{url}'}}
"""
TEMPLATES = """
relay: {names: {whatsapp_cloud: team_message}, languages: [en]}
own:
  visit_moved:
    label: {hy: Այցը տեղափոխված է, ru: Визит перенесён, uz: Tashrif ko‘chirildi, ka: ვიზიტი გადატანილია, en: Visit moved}
    names: {whatsapp_cloud: visit_moved}
    languages: [en]
    values: [name, new_day, new_time]
    text: {en: 'Hello {{1}}! Your visit is now on {{2}} at {{3}}.'}
  documents:
    label: {hy: Փաստաթղթեր, ru: Документы, uz: Hujjatlar, ka: საბუთები, en: What to bring}
    names: {whatsapp_cloud: what_to_bring}
    languages: [en]
    values: [name]
    text: {en: 'Hello {{1}}! Please bring your X-ray and your passport to the visit.'}
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A house with an operator, and one customer who writes in two messengers."""

    program: Program

    @property
    def desk(self) -> str:
        """Where the operator works."""
        return f"http://127.0.0.1:{self.program.port}/desk/demo?lang=en"

    async def ages(self, span: timedelta) -> None:
        """All that was said was said so much earlier."""

        def script() -> Script[None]:
            for told in ("UPDATE messages SET at = at - ?", "UPDATE cases SET opened_at = opened_at - ?"):
                yield Query(told, (span // timedelta(microseconds=1),))

        store = await open_store(self.program.database_url, SystemClock())
        await store.run(script)
        await store.close()


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Nare has asked for a person on WhatsApp; the phone that she shared in Telegram shows that she is the same."""
    async with GraphServer() as graph, TelegramServer() as telegram:
        whatsapp = WhatsAppPart(graph)
        program = Program(folder, settings={
            **SECRETS, "DRAGOMAN_BUSINESS": str(clinic(folder, graph.url)), "DRAGOMAN_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "DRAGOMAN_TELEGRAM_API_URL": telegram.url, "DRAGOMAN_PUBLIC_URL": "https://chat.example.com",
        })  # fmt: skip
        await program.start()
        try:
            await hire(program)
            whatsapp.number_hook = f"http://127.0.0.1:{program.port}/webhooks/whatsapp_cloud/main"
            at_telegram = telegram.person("Nare", language="en")
            at_telegram.starts()
            await at_telegram.hears("Nur Dental")
            at_telegram.shares_contact(f"+{PHONE}")
            await at_telegram.hears(1)
            nare = whatsapp.person(PHONE, "Nare Petrosyan")
            await nare.says("Hello, can I bring an X-ray of last year?")
            await nare.says("HUMAN")
            yield Stage(program)
        finally:
            await program.kill()


def clinic(folder: Path, graph_url: str) -> Path:
    """The demo clinic with an account of WhatsApp, two templates, and staff who speak English."""
    made = folder / "demo"
    shutil.copytree(ROOT / "businesses" / "demo", made)
    content = (made / "business.yaml").read_text("utf-8").replace("staff: {", "staff: {language: en, ")
    content += ACCOUNTS.format(number=NUMBER, account=ACCOUNT, url=graph_url).removeprefix("\n")
    (made / "business.yaml").write_text(content, "utf-8")
    (made / "templates.yaml").write_text(TEMPLATES, "utf-8")
    return made


async def hire(program: Program) -> None:
    """Give the firm an operator."""
    store = await open_store(program.database_url, SystemClock())
    now = micros(SystemClock().now())
    await store.run(partial(staffing.add, "demo", "Ani", LOGIN, Role.OPERATOR, now))
    await store.run(partial(staffing.set_password, "demo", LOGIN, passwords.stored(PASSWORD), now))
    await store.close()


async def sit_down(browser: Browser, stage: Stage, *, size: tuple[int, int] = SIZE, dark: bool = False) -> Page:
    """The operator's browser with the case open."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, device_scale_factor=1.5,
                                        color_scheme="dark" if dark else "light")  # fmt: skip
    page = await context.new_page()
    await page.goto(stage.desk)
    await page.locator('[name="login"]').fill(LOGIN)
    await page.locator('[name="password"]').fill(PASSWORD)
    await page.locator("#go").click()
    await page.locator(".case").first.click()
    await expect(page.locator("#talk-state")).to_contain_text("Waits")
    return page


async def choose_template(page: Page) -> None:
    """Open the picker, and fill in half of it."""
    await page.locator("#template").click()
    await page.locator("#template-menu button").first.click()
    await page.locator("#late-values input").first.fill("Friday 27 November")


async def picture() -> None:
    """The window has closed, and a template is being filled in."""
    with tempfile.TemporaryDirectory(prefix="dragoman-desk-") as folder:
        async with staged(Path(folder)) as stage, async_playwright() as playwright:
            await stage.ages(timedelta(days=1))
            browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            page = await sit_down(browser, stage)
            await choose_template(page)
            await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
            print(f"Took {PICTURE}")


if __name__ == "__main__":
    asyncio.run(picture())
