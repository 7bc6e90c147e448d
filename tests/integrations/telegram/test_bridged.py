"""An account that another program holds: we take what it hands on, say what we say, and touch nothing of its own."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.events import Pressed
from bot.ports.channel import Inbound, NotSigned
from bot.replies import Choice, Message, Speak
from integrations.channels.telegram import Telegram
from tests.integrations.kit import Remembers
from tests.integrations.telegram.conftest import SECRET, Connect, Inbox
from tests.integrations.telegram.test_sending import say
from tests.standins.telegram import TelegramServer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
COMMANDS = {"en": {"menu": "show the menu"}}
GROUP = -1001234567890


@pytest.fixture
def bridged(connect: Connect) -> Telegram:
    """The account, with commands and a group that it would have of its own."""
    return connect(mode="bridge", secret=SECRET, commands=COMMANDS, staff_group=GROUP, memory=Remembers())


def press(data: str, chat: int = 5) -> Inbound:
    """A press as the bridge hands it on."""
    where = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
    note = {"message_id": 9, "date": 1, "chat": where}
    query = {"id": "77", "from": {"id": 5, "first_name": "Ani"}, "data": data, "message": note}
    body = json.dumps({"update_id": 1, "callback_query": query}).encode()
    return Inbound("clinic", "main", body, NOW, {"x-telegram-bot-api-secret-token": SECRET})


@pytest.mark.req("F2")
async def test_nothing_of_the_other_program_is_touched(api: TelegramServer, bridged: Telegram, inbox: Inbox) -> None:
    """We ask for our name: no fetching, no webhook, no list of commands."""
    listening = asyncio.create_task(bridged.listen(inbox.accept))
    async with asyncio.timeout(10):
        while not api.record.calls("getMe"):  # noqa: ASYNC110  the record tells nobody
            await asyncio.sleep(0.01)
    polled = api.bot.updates.webhook, api.bot.updates.allowed
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    ani = api.person("Ani")
    ani.starts()
    await say(bridged, ani, Message("Hello", (Choice("0", "Book", Speak("menu")),)))

    assert {each.method for each in api.record.calls()} == {"getme", "sendmessage"}
    assert polled == (None, frozenset())
    assert ani.screen[-1].labels == ("Book",)


def test_only_the_bridge_gets_in(bridged: Telegram) -> None:
    """Whoever does not know the secret is not listened to."""
    delivery = press("42.yes")
    with pytest.raises(NotSigned):
        bridged.receive(Inbound("clinic", "main", delivery.body, NOW, {}))


@pytest.mark.parametrize(
    ("data", "chat", "events", "acknowledged"),
    [
        ("42.yes", 5, 1, True),
        ("b:42:yes", 5, 0, False),
        ("price", 5, 0, False),
        ("case.take:1", GROUP, 1, True),
        ("vote", -100777, 1, False),
    ],
)
def test_buttons_of_the_other_program_are_its_own(
    bridged: Telegram, data: str, chat: int, events: int, acknowledged: bool
) -> None:
    """A press of our button is ours, to hear and to acknowledge; one of theirs is not answered «no longer works»."""
    delivery = bridged.receive(press(data, chat))

    assert len(delivery.envelopes) == events
    assert bool(delivery.answer.body) is acknowledged
    if data == "42.yes":
        (envelope,) = delivery.envelopes
        assert isinstance(envelope.event, Pressed)
