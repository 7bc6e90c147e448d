"""Nothing that is secret or personal can be read in logs, figures, traces, health, lists, or columns that are not marked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientError
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.chat import Chat
from bot.console.parked import parked as parked_command
from bot.desk import staffing
from bot.events import Event, Said
from bot.ports.accounts import Problems, read_account
from bot.ports.accounts import Written as Account
from bot.ports.channel import Outcome, PerhapsSent, Retry, Undeliverable
from bot.ports.clock import micros
from bot.ports.store import Store
from bot.records import Role, passwords
from bot.tracing import Traces
from bot.web import Site, build_app
from integrations.channels.telegram import CHANNELS
from tests.contracts.schema import ask, columns
from tests.ops.canaries import PERSONAL, SECRETS, hits
from tests.ops.conftest import Written
from tests.runtime.ear import Ear
from tests.runtime.house import House
from tests.runtime.outage import Outage
from tests.standins.telegram import Refuse, TelegramServer
from tests.web.operator import Operator
from tests.web.visitor import Visitor

Browser = TestClient[Any, Any]

pytestmark = [pytest.mark.req("G13"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

BOT, HOOK, METRICS = SECRETS[:3]
PASSWORD = SECRETS[17]
VARIABLES = {
    "DRAGOMAN_TELEGRAM_TOKEN": BOT, "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": HOOK, "DRAGOMAN_METRICS_TOKEN": METRICS,
    "STRIPE_KEY": SECRETS[3], "REPORTS_URL": f"postgresql://reader:{SECRETS[4]}@db/reports",
    "DRAGOMAN_REDIS_URL": f"redis://:{SECRETS[5]}@cache", "WHATSAPP_TOKEN": SECRETS[6], "META_SECRET": SECRETS[7],
    "TWILIO_TOKEN": SECRETS[8], "SMTP_PASSWORD": SECRETS[9], "SESSION_SECRET": SECRETS[10], "HOOK_SECRET": SECRETS[11],
    "S3_KEY": SECRETS[12], "CRM_TOKEN": SECRETS[13], "GIT_TOKEN": SECRETS[14], "SLACK_TOKEN": SECRETS[15],
    "HTTPS_PROXY_URL": f"http://u:{SECRETS[16]}@proxy", "OPENAI_KEY": SECRETS[18], "CALENDAR_CREDENTIALS": SECRETS[19],
}  # fmt: skip


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram, which refuses what is to be sent, and quotes it."""
    async with TelegramServer() as server:
        server.faults.always("sendMessage", Refuse(400, f'Bad Request: cannot parse "{PERSONAL[0]}" of {SECRETS[0]}'))
        yield server


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, api: TelegramServer) -> None:
    """The secrets, where a deployment has them; set before the logs are set up."""
    address = {
        "DRAGOMAN_TELEGRAM_API_URL": api.url, "DRAGOMAN_TELEGRAM_MODE": "webhook",
        "DRAGOMAN_PUBLIC_URL": "https://chat.example.com", "DRAGOMAN_CONTACT_MESSAGES": "0",
        "DRAGOMAN_ADDRESS_MESSAGES": "0",
    }  # fmt: skip
    for name, value in {**VARIABLES, **address}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def traces() -> InMemorySpanExporter:
    """Where traces go."""
    return InMemorySpanExporter()


@pytest.fixture
def site(site: Site, traces: InMemorySpanExporter) -> Site:
    """The clinic with its account in Telegram, watched in every way."""
    engine = site.engine
    engine.intake.traces = engine.stepper.traces = engine.sender.traces = Traces(traces, at_once=True)
    site.watch.token = METRICS
    return site


def ascii_of(canary: str) -> str:
    """What of it a header carries."""
    return canary.encode("ascii", "ignore").decode()


async def visits(client: Browser) -> str:
    """Visitors write each canary by call and socket, and ask for what is not there; gives the last actor."""
    for canary in (*PERSONAL, *SECRETS):
        visitor = await Visitor(client).arrives()
        await visitor.writes(canary)
        line = await visitor.connects()
        await line.socket.send_json({"type": "say", "id": "s", "text": f"I am {canary}"})
        await line.next("accepted")
        await line.socket.send_str('{"type": "say", "id": "s", "text": ' + canary)
        await line.socket.close()
        await client.post("/chat/demo/messages", data=f'{{"text": {canary}', headers=visitor.proof)
        await client.get(
            "/chat/demo/messages", params={"after": canary}, headers={"Authorization": f"Bearer {ascii_of(canary)}"}
        )
        await client.get(f"/media/{canary}", params={"token": canary})
        await client.get("/metrics", headers={"Authorization": f"Bearer {ascii_of(canary)}"})
    return "webchat"


async def delivers(client: Browser) -> None:
    """Telegram brings each canary as text, name and contact, whole and broken, signed and not."""
    for number, canary in enumerate((*PERSONAL, *SECRETS), start=1):
        person = {"id": 9000 + number, "first_name": canary[:60], "last_name": canary, "username": "u"}
        message = {
            "message_id": number, "date": 0, "chat": {"id": 9000 + number, "type": "private"}, "from": person,
            "text": canary, "contact": {"phone_number": canary, "first_name": canary, "user_id": 9000 + number},
        }  # fmt: skip
        update = json.dumps({"update_id": number, "message": message}).encode()
        odd = json.dumps({"update_id": canary, "message": {"text": canary}}).encode()
        for body in (update, odd, canary.encode(), update[:-9]):
            for secret in (HOOK, canary):
                headers = {"X-Telegram-Bot-Api-Secret-Token": ascii_of(secret)}
                await client.post("/webhooks/telegram/main", data=body, headers=headers)


async def works(client: Browser, site: Site) -> None:
    """An operator logs in, rightly and wrongly, searches, answers and notes."""
    now = micros(site.clock.now())
    await site.store.run(partial(staffing.add, "demo", "Eva", "eva", Role.OPERATOR, now))
    await site.store.run(partial(staffing.set_password, "demo", "eva", passwords.stored(PASSWORD), now))
    ours = {"X-Desk": "1"}
    for password in (PASSWORD, SECRETS[3], PERSONAL[0]):
        await client.post("/desk/demo/login", json={"login": "eva", "password": password}, headers=ours)
    visitor = await Visitor(client).arrives()
    await visitor.writes("HUMAN")
    operator = await Operator(client, site).arrives()
    case = ""
    while not case:
        case = next((each["id"] for each in await operator.cases()), "")
    await operator.does(case, "take")
    for canary in (*PERSONAL[::5], *SECRETS[::4]):
        await operator.cases(canary)
        await operator.does(case, "say", text=canary)
        await operator.does(case, "note", text=canary)
        await operator.does(canary, "take")
        await operator.gets(f"cases/{canary}")


async def breaks(client: Browser, outage: Outage) -> None:
    """The database goes away, a task is lost, the line speaks no HTTP, a start fails."""
    visitor = await Visitor(client).arrives()
    outage.writes = outage.reads = -1
    for canary in PERSONAL[::10]:
        await client.post("/chat/demo/messages", json={"type": "say", "id": "x", "text": canary}, headers=visitor.proof)
    outage.writes = outage.reads = 0
    loop = asyncio.get_running_loop()
    for canary in (*PERSONAL, *SECRETS):
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": ValueError(f"{canary!r}")}
        )
        structlog.get_logger().info("a press was not acknowledged", reason=f'not for "{canary}"')
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"GET /{SECRETS[3]} HTTP/9.9\r\n{SECRETS[4]}: \x01\r\n\r\n".encode())
    await reader.read()
    writer.close()
    with suppress(Problems):
        written = Account("demo", "telegram", "main", {"token": "BOT", "webhook_secret": "HOOK"}, {"mode": "webhook"})
        read_account(written, CHANNELS["telegram"], {"BOT": f"not{BOT}", "HOOK": f"{HOOK} !"}, "")


async def watches(client: Browser) -> str:
    """What is shown to those who watch."""
    shown = [
        await client.get(path, headers={"Authorization": f"Bearer {METRICS}"})
        for path in ("/metrics", "/ready", "/health")
    ]
    assert [each.status for each in shown] == [200, 200, 200]
    return "\n".join([await each.text() for each in shown])


async def said(store: Store) -> str:
    """All that customers wrote, where it belongs."""
    return "\n".join(row[0] for row in await ask(store, "SELECT body FROM messages WHERE author = 'customer'"))


async def unmarked(store: Store, url: str) -> str:
    """Every text of the database that is not marked as personal, and the errors, which are."""
    rows = await ask(store, "SELECT table_name, column_name FROM personal_columns")
    personal = {(table, column) for table, column in rows if column != "error"}
    found = []
    for table, column, kind in await columns(store, url):
        if kind == "TEXT" and (table, column) not in personal:
            found += [
                f"{table}.{column}: {row[0]}" for row in await ask(store, f"SELECT DISTINCT {column} FROM {table}")
            ]
    return "\n".join(found)


async def test_the_house_keeps_to_itself_what_it_is_told(
    logged: Written, site: Site, outage: Outage, database_url: str, traces: InMemorySpanExporter
) -> None:  # fmt: skip
    """Seventy canaries go through chat, messenger, desk and faults, at the lowest level of the log: none is seen again."""
    async with TestClient(TestServer(build_app(site))) as client:
        await site.engine.start()
        await visits(client)
        await delivers(client)
        await works(client, site)
        await breaks(client, outage)
        shown = await watches(client)
    await site.engine.stop()
    spans = "\n".join(each.to_json() for each in traces.get_finished_spans())

    assert set(hits(await said(site.store))) >= set(PERSONAL)
    assert {"a message was given up", "a delivery cannot be read"} <= {each["event"] for each in logged.entries}
    assert len(logged.entries) > 100
    assert len(spans) > 10_000
    assert hits(logged.getvalue()) == []
    assert hits(shown) == []
    assert hits(spans) == []
    assert hits(await unmarked(site.store, database_url)) == []


async def choke(chat: Chat, event: Event) -> None:
    """A handler whose faults repeat what was said, in every way that there is."""
    if isinstance(event, Said):
        try:
            raise LookupError(f"no {event.text} here")
        except LookupError as error:
            raise ValueError(f"cannot file {event.text!r}, that is {event.text}\nof {event.text}") from error


async def test_what_is_parked_and_given_up_does_not_repeat_what_was_said(
    logged: Written, store: Store, database_url: str, traces: InMemorySpanExporter, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Faults of handlers and refusals of providers reach log, error columns and lists without the words they are about."""
    outcomes: list[Outcome | Exception] = [
        Undeliverable("refused", f'Bad Request: "{PERSONAL[3]}"'), Retry(timedelta(seconds=1), f"called {SECRETS[0]}"),
        PerhapsSent(f"at https://x/bot{SECRETS[0]}/send"), ClientError(f"to '{PERSONAL[12]}'"),
    ]  # fmt: skip
    house = House(store, choke, ear=Ear(*outcomes))
    engine = house.engine
    engine.intake.traces = engine.stepper.traces = engine.sender.traces = Traces(traces, at_once=True)
    for number, canary in enumerate((*PERSONAL, *SECRETS)):
        await house.hears(canary, f"visitor{number}")
    await house.waits(timedelta(minutes=3))
    folder = tmp_path / house.slug
    folder.mkdir()
    monkeypatch.setenv("DRAGOMAN_BUSINESS", str(folder))
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", database_url)
    listed = (await asyncio.to_thread(CliRunner().invoke, parked_command, ["list"])).output.splitlines()
    parked = await house.rows("SELECT COUNT(*) FROM inbox WHERE state = 'parked'")

    assert parked == [(len(PERSONAL) + len(SECRETS),)]
    assert len(listed) == len(PERSONAL) + len(SECRETS)
    assert all("ValueError: cannot file" in line for line in listed)
    assert hits("\n".join(listed)) == []
    assert hits(logged.getvalue()) == []
    assert hits("\n".join(each.to_json() for each in traces.get_finished_spans())) == []
    assert hits(await unmarked(store, database_url)) == []
