"""Two firms in one real process: two pages, two sets of visitors, nothing between them."""

import asyncio
import random
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.crash.page import UNAUTHORISED, Page
from tests.crash.program import ROOT, Program

pytestmark = pytest.mark.whole

PICTURE = b"\x89PNG\r\n\x1a\n" + b"not much of a picture"
FIRMS = ("demo", "salon")
SLOW = '''"""Waits for something that never comes."""

import asyncio

from bot.chat import Chat
from bot.dialog import Dialog, ask
from bot.texts import t


class Stuck(Dialog):
    """Holds its own step up."""

    word = ask.text(t("What is your name?"))

    async def done(self, chat: Chat) -> None:
        await asyncio.Event().wait()
'''


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """The program with the clinic, and the salon with a dialog of its own that never comes to an end."""
    firms = tmp_path / "firms"
    for firm in FIRMS:
        shutil.copytree(ROOT / "businesses" / firm, firms / firm)
    (firms / "salon" / "dialogs").mkdir()
    (firms / "salon" / "dialogs" / "stuck.py").write_text(SLOW, "utf-8")
    for file, old, new in (
        ("business.yaml", "dialogs: [booking,", "dialogs: [stuck, booking,"),
        ("triggers.yaml", "booking:\n", "stuck: {uz: [kutib turing]}\nbooking:\n"),
    ):
        path = firms / "salon" / file
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    started = Program(tmp_path / "program", settings={"DRAGOMAN_BUSINESSES": str(firms)})
    await started.start()
    yield started
    await started.kill()


@pytest.fixture
async def visit(program: Program, http: aiohttp.ClientSession) -> AsyncIterator[Callable[[str], Page]]:
    """Makes visitors' pages of a firm."""
    made: list[Page] = []

    def open_page(firm: str) -> Page:
        address = program.chat.replace("/demo", f"/{firm}")
        made.append(Page(http, address, random.Random(len(made)), by_socket=len(made) % 2 == 0))
        return made[-1]

    yield open_page
    for each in made:
        await each.close()


async def cases_of(program: Program, firm: str) -> str:
    """What `main.py cases` shows the owner of one firm while the program runs."""
    environment = program.environment() | {"DRAGOMAN_BUSINESS": str(ROOT / "businesses" / firm)}
    environment.pop("DRAGOMAN_BUSINESSES")
    command = (sys.executable, "main.py", "cases")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=PIPE)
    output, _ = await process.communicate()
    return output.decode()


async def say(page: Page, text: str, hears: str) -> str:
    """Say something and wait for the answer that has these words."""
    answer = await page.answer_to(page.say(text), lambda said: hears in said)
    return str(answer["text"])


@pytest.mark.req("F22")
async def test_each_firm_has_its_page_and_its_visitors(
    program: Program, visit: Callable[[str], Page], http: aiohttp.ClientSession
) -> None:
    """Each page has the firm's own name and logo and answers as that firm; what is said there is read there only."""
    clinic, salon = visit("demo"), visit("salon")
    await clinic.open()
    await salon.open()
    await say(clinic, "prices", "Teeth cleaning")
    await say(salon, "narxlar", "Gel-lakli manikyur")
    texts = {}
    for firm, page in zip(FIRMS, (clinic, salon), strict=True):
        async with http.get(page.chat) as answer:
            texts[firm] = await answer.text()
        async with http.get(f"{page.chat}/media/logo.svg") as answer:
            texts[f"{firm} logo"] = await answer.text()

    assert "Oydin" in texts["salon"]
    assert "Oydin" not in texts["demo"]
    assert "Oydin" in texts["salon logo"]
    assert "Nur Dental" in texts["demo logo"]
    assert "manikyur" not in "".join(each["text"] for each in clinic.shown)
    assert "Teeth" not in "".join(each["text"] for each in salon.shown)


@pytest.mark.req("F22")
async def test_a_token_of_one_firm_opens_nothing_of_the_other(
    program: Program, visit: Callable[[str], Page], http: aiohttp.ClientSession
) -> None:
    """By call or by socket, to read, to write or to send a picture: the other firm does not know this visitor; a restart
    changes nothing of that."""
    clinic, salon = visit("demo"), visit("salon")
    await clinic.open()
    await salon.open()
    await program.kill()
    await program.start()
    refused = {}
    for page, other in ((clinic, salon), (salon, clinic)):
        head = {"Authorization": f"Bearer {page.token}"}
        async with http.get(f"{page.chat}/messages", headers=head) as answer:
            assert answer.status == 200
        async with http.get(f"{other.chat}/messages", headers=head) as answer:
            refused[page.chat, "read"] = answer.status
        async with http.post(
            f"{other.chat}/messages", json={"type": "say", "id": "1", "text": "x"}, headers=head
        ) as answer:
            refused[page.chat, "write"] = answer.status
        async with http.post(f"{other.chat}/images", data=PICTURE, headers=head) as answer:
            refused[page.chat, "picture"] = answer.status
        async with http.ws_connect(f"{other.chat}/socket") as line:
            await line.send_json({"type": "hello", "token": page.token, "after": 0})
            await line.receive()
            refused[page.chat, "socket"] = line.close_code or 0

    assert set(refused.values()) == {401, UNAUTHORISED}
    assert len(refused) == 8


@pytest.mark.req("F22")
async def test_a_picture_for_one_firm_stands_in_its_transcript_alone(
    program: Program, visit: Callable[[str], Page], http: aiohttp.ClientSession
) -> None:
    """Where a picture lies is known only from the conversation it was sent in."""
    clinic, salon = visit("demo"), visit("salon")
    await clinic.open()
    await salon.open()
    head = {"Authorization": f"Bearer {salon.token}", "X-Client-Id": "p1"}
    async with http.post(f"{salon.chat}/images", data=PICTURE, headers=head) as answer:
        place = (await answer.json())["seq"]
        assert answer.status == 202
    await salon.sees(place)
    await say(clinic, "prices", "Teeth cleaning")
    (picture,) = [each for each in salon.shown if each.get("media")]

    assert picture["seq"] == place
    assert [each for each in clinic.shown if each.get("media")] == []


@pytest.mark.req("F22")
async def test_a_step_that_hangs_at_one_firm_holds_up_nobody_of_the_other(
    program: Program, visit: Callable[[str], Page]
) -> None:
    """While a customer of the salon waits for an answer that does not come, one of the clinic asks for a person and is
    served; each owner's list shows their own."""
    salon, clinic = visit("salon"), visit("demo")
    await salon.open()
    await clinic.open()
    await say(salon, "kutib turing", "Ismingiz")
    stuck = salon.say("Malika")
    await salon.accepted(stuck)
    await say(clinic, "human", "our team")
    listed = {firm: await cases_of(program, firm) for firm in FIRMS}

    assert [each for each in salon.shown if each["seq"] > stuck.seq and each["from"] == "bot"] == []
    assert "Nobody waits." not in listed["demo"]
    assert "Nobody waits." in listed["salon"]
