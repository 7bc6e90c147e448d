"""The real program on Telegram: a customer books by buttons, and a kill in the middle costs her nothing."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.crash.audit import Audit, Findings, opened
from tests.crash.program import Program, words_of_a_start
from tests.standins.telegram import TOKEN, Group, Person, Seen, TelegramServer

pytestmark = [pytest.mark.whole, pytest.mark.timeout(180)]

SECRET = "a-Secret_of_the_webhook"
BOOKED = "You are booked"
CONFIRM = "Yes, that is right"


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram, which lives longer than the program."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both ways in which updates come."""
    return str(request.param)


@pytest.fixture
def staff(api: TelegramServer) -> Group:
    """The operators' group."""
    return api.group("Staff", forum=True)


@pytest.fixture
async def program(api: TelegramServer, mode: str, staff: Group, tmp_path: Path) -> AsyncIterator[Program]:
    """The program with an account of Telegram, running."""
    program = Program(tmp_path / "program")
    program.settings = {
        "DRAGOMAN_TELEGRAM_TOKEN": TOKEN,
        "DRAGOMAN_TELEGRAM_API_URL": api.url,
        "DRAGOMAN_TELEGRAM_MODE": mode,
        "DRAGOMAN_STAFF_GROUP_ID": str(staff.id),
    }
    if mode == "webhook":
        address = {
            "DRAGOMAN_PUBLIC_URL": f"http://127.0.0.1:{program.port}",
            "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
        program.settings = {**program.settings, **address}
    await program.start()
    yield program
    await program.kill()


def answer(ani: Person, question: Seen) -> None:
    """Do what is asked: press the first button, type a name, share the phone."""
    if "your name" in question.text:
        ani.says("Ani Petrosyan")
    elif "phone number" in question.text:
        ani.shares_contact()
    else:
        ani.presses(question.labels[0])


async def book(ani: Person, program: Program, *, kill_at: tuple[str, ...] = ()) -> Seen:
    """Open the bot and answer its questions until the visit is booked; at some of them the program is killed first."""
    ani.starts("promo_7")
    await ani.hears("Nur Dental")
    ani.presses("Book a visit")
    heard = {""}
    while True:
        question = await ani.hears(lambda seen: seen.text not in heard, within_seconds=60)
        heard.add(question.text)
        if BOOKED in question.text:
            return question
        answer(ani, question)
        if any(part in question.text for part in kill_at):
            await program.kill()
            await program.start()


async def visits(program: Program) -> list[tuple[str, str]]:
    store = await opened(program.database_url)
    rows = await Audit(store, Findings()).rows("SELECT id, status FROM bookings")
    await store.close()
    return [(str(row[0]), str(row[1])) for row in rows]


@pytest.mark.req("F1")
async def test_a_customer_books_by_buttons(api: TelegramServer, program: Program) -> None:
    """She opens a link, presses her way through, shares her phone, and has one visit."""
    ani = api.person("Ani", language="en")
    told = await book(ani, program)
    assert await program.stop() == 0

    (visit,) = await visits(program)
    assert visit[0] in told.text
    assert visit[1] == "booked"
    assert all(call.status == 200 for call in api.record.calls())


@pytest.mark.req("F27")
async def test_a_kill_in_the_middle_costs_nothing(api: TelegramServer, program: Program) -> None:
    """The program dies twice with her answer on its way: she is asked on, and has one visit."""
    ani = api.person("Ani", language="en")
    told = await book(ani, program, kill_at=("Whom would you like", "Is everything right"))
    assert await program.stop() == 0

    (visit,) = await visits(program)
    assert (visit[0] in told.text, visit[1]) == (True, "booked")
    assert sum(BOOKED in each.text for each in ani.screen) <= 2


async def test_the_log_holds_no_token_and_no_words(api: TelegramServer, program: Program) -> None:
    """Also with trouble on the way neither secrets nor what a customer wrote reach the log."""
    ani = api.person("Ani", language="en")
    ani.starts()
    await ani.hears("Nur Dental")
    ani.says("my very private question")
    await ani.hears(1)
    ani.blocks()
    ani.unblocks()
    ani.says("menu")
    await ani.hears(1)
    await program.stop()

    log = program.log.read_text("utf-8")
    assert TOKEN.partition(":")[2] not in log
    assert SECRET not in log
    assert "private question" not in log


async def too_large(url: str, headers: dict[str, str]) -> int:
    """The status for a body of a byte more than is taken."""
    body = io.BytesIO(b"x" * (1024 * 1024 + 1))
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("mode", ["webhook"], indirect=True)
async def test_only_telegram_gets_in_by_the_webhook(api: TelegramServer, program: Program) -> None:
    """Forged, unsigned, too large and unknown deliveries change nothing, and learn nothing."""
    url = f"http://127.0.0.1:{program.port}/webhooks/telegram/main"
    name = "X-Telegram-Bot-Api-Secret-Token"
    forged = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "hi"}
    body = json.dumps({"update_id": 5, "message": forged}).encode()
    given = [
        (await api.forge(url, body))[0],
        (await api.forge(url, body, {name: "wrong"}))[0],
        (await api.forge(url, body, {name: "\u00e9"}))[0],
        (await api.forge(url, b"x" * (1024 * 1024), {name: SECRET}))[0],
        await too_large(url, {name: SECRET}),
        (await api.forge(f"{url}x", body, {name: SECRET}))[0],
        (await api.forge(url, b"{", {name: SECRET}))[0],
        (await api.forge(url, body, {name: SECRET}))[0],
    ]
    await program.stop()

    assert given == [401, 401, 401, 200, 413, 404, 200, 200]
    store = await opened(program.database_url)
    rows = await Audit(store, Findings()).rows("SELECT dedupe_key FROM inbox WHERE dedupe_key LIKE 'telegram:%'")
    await store.close()
    assert [row[0] for row in rows] == ["telegram:main:5"]


async def test_a_start_that_cannot_be_says_everything(tmp_path: Path) -> None:
    """Webhook mode without a secret, an address and a good token does not start, and names all three."""
    settings = {"DRAGOMAN_TELEGRAM_TOKEN": "5:secret-oops", "DRAGOMAN_TELEGRAM_MODE": "webhook"}
    code, words = await words_of_a_start(Program(tmp_path, settings=settings))

    assert code == 1
    assert words.startswith("Error: These settings cannot be used:\n")
    for name in ("DRAGOMAN_TELEGRAM_TOKEN", "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET", "DRAGOMAN_PUBLIC_URL"):
        assert name in words
    assert "oops" not in words
