"""Fetching updates: nothing is confirmed before it is accepted, and nothing stops the listening for good."""

import asyncio

import pytest

from bot.events import Opened, Pressed, RoomSaid, Said
from bot.replies import Choice, Message, Speak
from integrations.channels.telegram import Telegram
from tests.integrations.kit import Remembers
from tests.integrations.telegram.conftest import Connect, Hasty, Inbox
from tests.integrations.telegram.test_sending import say
from tests.standins.telegram import DropAfter, Outage, Refuse, TelegramServer, TooMany


async def listen_until(telegram: Telegram, inbox: Inbox, count: int) -> None:
    """Listen until so many events have come, then end as a process does."""
    task = asyncio.create_task(telegram.listen(inbox.accept))
    try:
        await inbox.until(count)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.req("F1")
async def test_updates_come_in_their_order(api: TelegramServer, telegram: Telegram, inbox: Inbox) -> None:
    """What was written before the bot started is heard too, first things first."""
    ani = api.person("Ani", language="hy")
    ani.starts("promo_7")
    ani.says("one")
    ani.says("two")
    await listen_until(telegram, inbox, 3)

    assert isinstance(inbox.events[0], Opened)
    assert [each.text for each in inbox.events[1:] if isinstance(each, Said)] == ["one", "two"]


async def test_what_could_not_be_written_comes_again(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, clock: Hasty
) -> None:
    """While the disk is full nothing is confirmed; with room again everything is there, once."""
    inbox.broken = 3
    api.person("Ani").starts()
    await listen_until(telegram, inbox, 1)

    assert len(inbox.events) == 1
    assert clock.waits.count(1) == 3


async def test_a_process_that_dies_after_accepting_makes_no_second_event(
    api: TelegramServer, telegram: Telegram, connect: Connect, inbox: Inbox
) -> None:
    """What was accepted but not confirmed is delivered again to the next process, and has the same key."""
    ani = api.person("Ani")
    ani.starts()
    dying = asyncio.Event()

    async def accept_and_die(envelopes: object) -> None:
        await inbox.accept(envelopes)  # type: ignore[arg-type]
        if inbox.envelopes:
            dying.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(telegram.listen(accept_and_die))
    await asyncio.wait_for(dying.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    ani.says("hello")
    await listen_until(connect(), inbox, 2)

    assert [type(each) for each in inbox.events] == [Opened, Said]
    assert len(api.record.updates()[0].attempts) == 2


@pytest.mark.parametrize("fault", [TooMany(1), Outage(502), DropAfter(), Refuse(401, "Unauthorized"), Refuse(400, "?")])
async def test_listening_goes_on_after_trouble(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, fault: TooMany
) -> None:
    """Whatever Telegram answers for a while, the customer is heard in the end."""
    api.faults.once("getUpdates", fault, times=3)
    api.person("Ani").starts()
    await listen_until(telegram, inbox, 1)

    assert len(inbox.events) == 1


async def test_another_program_with_our_token_is_named_once(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """An owner who starts the bot twice reads one clear line, and this one goes on when the other ends."""
    api.faults.once("getUpdates", Refuse(409, "Conflict: terminated by other getUpdates request"), times=3)
    api.person("Ani").starts()
    await listen_until(telegram, inbox, 1)

    written = capsys.readouterr()
    assert (written.out + written.err).count("another program fetches the updates") == 1


async def test_a_webhook_set_elsewhere_is_taken_away_and_what_waits_is_kept(
    api: TelegramServer, telegram: Telegram, inbox: Inbox
) -> None:
    """A firm that comes from webhooks to polling loses nothing that was written meanwhile."""
    ani = api.person("Ani")
    ani.starts()
    api.bot.updates.webhook = None
    await listen_until(telegram, inbox, 1)

    assert api.record.calls("deleteWebhook")[0].arguments["drop_pending_updates"] is False


async def test_a_pressed_button_is_acknowledged(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, listening: asyncio.Task[None]
) -> None:
    """The hourglass on the button goes away once the press is safe."""
    ani = api.person("Ani")
    ani.starts()
    await inbox.until(1)
    await say(telegram, ani, Message("Menu", (Choice("0", "Book", Speak("menu")),)))
    press = ani.presses("Book")
    await asyncio.wait_for(press.answered(), 10)  # type: ignore[union-attr]

    assert isinstance(inbox.events[-1], Pressed)
    assert (inbox.events[-1].message, inbox.events[-1].choice) == (7, "0")


async def test_an_update_that_cannot_be_read_does_not_hold_up_the_next(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """One broken update is stepped over, with a line in the log that holds nothing of it."""
    ani = api.person("Ani")
    ani.sends({"text": {"secret": 1}})
    ani.sends({"photo": [{"file_id": 5}]})
    ani.says("hello")
    await listen_until(telegram, inbox, 1)

    assert [each.text for each in inbox.events if isinstance(each, Said)] == ["hello"]
    written = capsys.readouterr()
    assert (written.out + written.err).count("cannot be read") == 2
    assert "secret" not in written.out + written.err


async def test_our_username_is_learned(api: TelegramServer, telegram: Telegram, inbox: Inbox) -> None:
    """In a group with several bots only commands with our name are ours."""
    staff = api.group("Staff", forum=True)
    staff.says(staff.owner, "/take@dragoman_test_bot")
    staff.says(staff.owner, "/take@other_bot")
    await listen_until(telegram, inbox, 2)

    assert [each.text for each in inbox.events if isinstance(each, RoomSaid)] == ["/take", "/take@other_bot"]


COMMANDS = {"hy": {"menu": "ցանկ"}, "en": {"menu": "the menu"}}


async def test_commands_are_named_once(api: TelegramServer, connect: Connect, inbox: Inbox) -> None:
    """A slash shows what there is, in the customer's language; a second start does not say it again, a change does."""
    memory = Remembers()
    ani = api.person("Ani")
    for count, commands in enumerate([COMMANDS, COMMANDS, {"en": COMMANDS["en"]}], start=1):
        ani.says(f"number {count}")
        await listen_until(connect(memory=memory, commands=commands), inbox, count)

    given = [(each.arguments.get("language_code", ""), each.arguments["scope"]["type"]) for each in
             api.record.calls("setMyCommands")]  # fmt: skip
    assert given == [(each, "all_private_chats") for each in ("", "hy", "en", "", "en")]


async def test_a_staff_group_has_commands_of_its_own(api: TelegramServer, connect: Connect, inbox: Inbox) -> None:
    """Operators see their commands in their group, and customers do not."""
    staff = api.group("Staff", forum=True)
    staff.says(staff.owner, "hello")
    telegram = connect(memory=Remembers(), staff_group=staff.id, staff_commands={"en": {"take": "you answer"}})
    await listen_until(telegram, inbox, 1)

    scopes = [each.arguments["scope"] for each in api.record.calls("setMyCommands")]
    assert scopes == [{"type": "chat", "chat_id": staff.id}] * 2
