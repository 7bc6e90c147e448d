"""Parked events on the command line, on either database."""

import asyncio
import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

import main
from bot.store import open_store
from tests.conftest import Now
from tests.contracts.schema import ask, change

Shell = Callable[..., Result]
NAME = "webchat/main/a#3"


@pytest.fixture
def shell(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on a database in which two events are parked."""
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", database_url)

    async def fill() -> None:
        store = await open_store(database_url, Now())
        for seq in (3, 4):
            await change(
                store,
                "INSERT INTO inbox (business, actor, seq, dedupe_key, body, lane, accepted_at, state, error, attempts)"
                " VALUES ('demo', 'webchat/main/a', ?, ?, '{\"type\": \"said\", \"text\": \"secret\"}', 0,"
                " 1795428000000000, 'parked', 'KeyError: x', 5)",
                seq, f"k{seq}",
            )  # fmt: skip
        await store.close()

    asyncio.run(fill())
    return lambda *words: CliRunner().invoke(main.cli, ["parked", *words])


def states(url: str) -> list[tuple[object, ...]]:
    async def read() -> list[tuple[object, ...]]:
        store = await open_store(url, Now())
        rows = await ask(store, "SELECT seq, state, error FROM inbox ORDER BY seq")
        await store.close()
        return [tuple(row) for row in rows]

    return asyncio.run(read())


def test_a_program_can_read_the_list(shell: Shell) -> None:
    """The list as JSON names each event, its time and error, and not what the customer wrote."""
    listed = json.loads(shell("list", "--json").output)

    assert [each["name"] for each in listed] == [NAME, "webchat/main/a#4"]
    assert (listed[0]["error"], listed[0]["attempts"], listed[0]["at"]) == (
        "KeyError: x",
        5,
        "2026-11-23T10:00:00+00:00",
    )
    assert "secret" not in shell("list", "--json").output


def test_one_event_is_shown_with_all_that_is_known(shell: Shell) -> None:
    """Who asks for one event sees what it was."""
    assert json.loads(shell("show", NAME, "--json").output)["event"]["text"] == "secret"
    assert "secret" in shell("show", NAME).output
    assert "webchat/main/b#1 is not parked" in shell("show", "webchat/main/b#1").output


def test_all_go_back_to_work_at_once(shell: Shell, database_url: str) -> None:
    """After the cause is mended one word replays everything."""
    replayed = shell("replay", "--all")

    assert replayed.output == f"{NAME} is back at work.\nwebchat/main/a#4 is back at work.\n"
    assert [row[1] for row in states(database_url)] == ["waiting", "waiting"]
    assert shell("replay", "--all").output == "Nothing is parked.\n"


def test_an_event_is_dropped_with_a_reason(shell: Shell, database_url: str) -> None:
    """What nobody will replay is put away, and why stands beside its error."""
    dropped = shell("drop", NAME, "--reason", "a test of ours")

    assert dropped.output == f"{NAME} is dropped.\n"
    assert states(database_url)[0] == (3, "done", "KeyError: x (dropped: a test of ours)")
    assert shell("drop", NAME, "--reason", "again").exit_code == 1
    assert shell("drop", NAME).exit_code == 2


def test_a_name_that_is_none_is_refused(shell: Shell) -> None:
    """Who mistypes a name reads how one looks."""
    assert "it looks like webchat/main/Zk3#41" in shell("replay", "41").output
    assert "name events, or say --all" in shell("replay").output
