"""One token, several processes: who fetches, who waits, and what a second deployment reads."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.scale.fleet import Fleet, fleet_on, until
from tests.standins import postgres
from tests.standins.telegram import TOKEN, TelegramServer


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram."""
    async with TelegramServer() as server:
        yield server


def settings(api: TelegramServer) -> dict[str, Any]:
    """A bot there."""
    return {"telegram_token": SecretStr(TOKEN), "telegram_api_url": api.url}


@pytest.mark.req("F22")
async def test_one_process_of_a_deployment_fetches_and_another_takes_over(fleet: Fleet, api: TelegramServer) -> None:
    """Two processes never fetch with one token at once; when the first ends, the second hears the customer."""
    one = await fleet.join(**settings(api))
    ann = api.person("Ann", language="en")
    ann.starts()
    await ann.hears(lambda seen: bool(seen.text), 30)
    two = await fleet.join("worker", **settings(api))
    await one.engine.stop()
    ann.says("menu")
    await until(lambda: two.engine.intake.figures.events > 0)

    assert [site.engine.troubles() for site in (one, two)] == [{}, {}]


@pytest.mark.req("F22")
async def test_a_second_deployment_with_the_same_token_says_what_to_do(
    fleet: Fleet, api: TelegramServer, postgres_template: tuple[str, str], tmp_path: Path,
    logged: list[MutableMapping[str, Any]],
) -> None:  # fmt: skip
    """Another database cannot know who fetches; Telegram does, and the process tells it in one line and at /ready."""
    other = await asyncio.to_thread(postgres.create_database, *postgres_template)
    await fleet.join(**settings(api))
    async with fleet_on(other, tmp_path / "other") as second:
        await second.join(**settings(api))
        sites = [*fleet.running, *second.running]
        await until(lambda: any(site.engine.troubles() for site in sites))
        told = next(site.engine.troubles() for site in sites if site.engine.troubles())

    assert list(told.values()) == [
        "another program fetches the updates of this account; stop it, or give this one its own token"
    ]
    assert TOKEN not in str(told)
    assert {each["log_level"] for each in logged if "another program fetches" in str(each["event"])} == {"error"}


async def test_only_processes_that_take_steps_fetch(fleet: Fleet, api: TelegramServer) -> None:
    """A process for pages or for sending leaves the token alone."""
    web = await fleet.join("web", **settings(api))
    sender = await fleet.join("sender", **settings(api))
    worker = await fleet.join("worker", **settings(api))
    ann = api.person("Ann", language="en")
    ann.starts()
    await ann.hears(lambda seen: bool(seen.text), 30)

    assert [site.engine.intake.figures.events > 0 for site in (web, sender, worker)] == [False, False, True]
    await until(lambda: sender.engine.sender.figures.outcomes["telegram", "sent"] >= 1)
    assert worker.engine.sender.figures.outcomes["telegram", "sent"] == 0
