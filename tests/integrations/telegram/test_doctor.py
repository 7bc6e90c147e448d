"""How an account stands: what is wrong is found, with what to do, before a customer finds it."""

from collections.abc import Sequence

import pytest

from bot.ports.doctor import Doctored, Finding
from tests.integrations.kit import Remembers
from tests.integrations.telegram.conftest import SECRET, Connect
from tests.standins.telegram import TelegramServer

COMMANDS = {"en": {"menu": "show the menu"}}


def wrong(findings: Sequence[Finding]) -> list[str]:
    assert all(each.how for each in findings if not each.fine)
    return [each.what for each in findings if not each.fine]


async def test_a_sound_account_is_fine(api: TelegramServer, connect: Connect) -> None:
    """A good token, fetching, a group with topics and rights: nothing to mend, and nothing was changed."""
    staff = api.group("Staff", forum=True)
    telegram = connect(staff_group=staff.id)
    findings = await telegram.examine()

    assert isinstance(telegram, Doctored)
    assert wrong(findings) == []
    assert findings[0].what == "the token is that of @dragoman_test_bot"
    assert {each.method for each in api.record.calls()} == {"getme", "getwebhookinfo", "getchat", "getchatmember"}


async def test_connecting_sets_up_what_examining_misses(api: TelegramServer, connect: Connect) -> None:
    """A webhook that is not set yet is found; connecting sets it, and names the commands."""
    account = {"mode": "webhook", "secret": SECRET, "public_url": api.url, "commands": COMMANDS}
    telegram = connect(memory=Remembers(), **account)
    before = wrong(await telegram.examine())
    (told,) = await telegram.connect()

    assert before == ["updates are delivered to nobody"]
    assert told == Finding(fine=True, what=f"updates are delivered to {api.url}/webhooks/telegram/main")
    assert wrong(await telegram.examine()) == []
    assert len(api.record.calls("setMyCommands")) == 2


async def test_deliveries_to_somebody_else_are_found(api: TelegramServer, connect: Connect) -> None:
    """Another address, or one where we should fetch, means that we hear nothing."""
    other = connect(mode="webhook", secret=SECRET, public_url=f"{api.url}/other")
    await other.connect()

    assert wrong(await connect().examine()) == ["updates are delivered to another address than ours"]


async def test_kinds_that_are_kept_back_are_found(api: TelegramServer, connect: Connect) -> None:
    """A program that asks for messages only leaves us without buttons."""
    api.bot.updates.allow(["message"])
    bridged = connect(mode="bridge", secret=SECRET)
    (what,) = wrong(await bridged.examine())

    assert "callback_query" in what
    assert "message," not in what.replace("_message,", "")
    assert await bridged.connect() == [
        Finding(fine=True, what="nothing is to be set up: the other program holds the bot")
    ]


@pytest.mark.parametrize("rights", [(), ("can_manage_topics",)])
async def test_a_group_without_rights_is_found(api: TelegramServer, connect: Connect, rights: tuple[str, ...]) -> None:
    """Operators would have no topics: it says which rights are missing."""
    staff = api.group("Staff", forum=bool(rights), bot_status="administrator" if rights else "member")
    if rights:
        staff.promotes(api.bot, *rights)
    found = wrong(await connect(staff_group=staff.id).examine())

    assert any("delete messages" in each for each in found)
    assert any("manage topics" in each for each in found) is not bool(rights)
    assert any("no topics" in each for each in found) is not bool(rights)


async def test_what_cannot_be_asked_is_a_finding(api: TelegramServer, connect: Connect) -> None:
    """A refused token, a group that is not ours, nobody there: each is said in words, without the token."""
    group = wrong(await connect(staff_group=-1009).examine())
    api.bot.revoked = True
    token = wrong(await connect().examine()) + wrong(await connect().connect())
    nobody = wrong(await connect(api_url="http://127.0.0.1:9").examine())

    assert group == ["the operators' group: Telegram answers «Bad Request: chat not found»"]
    assert [each.partition(":")[0] for each in token] == ["the token", "the way of the updates"]
    assert nobody == ["Telegram cannot be reached"]
