"""What load balancers and orchestrators ask: does it live, may people be sent to it."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.ports.channel import Accept
from bot.runtime.pulse import DEAD, EVERY, Pulse
from bot.web import Site, build_app
from tests.contracts.schema import change
from tests.runtime.outage import Outage

Browser = TestClient[Any, Any]


class Troubled:
    """A listener whose account a person must mend."""

    token = "telegram/123456"
    trouble = "Telegram refuses its token 123456:AAF-abcdefghijklmnopqrstuvwxyz012345"

    async def listen(self, accept: Accept) -> None:
        """Nothing comes."""


async def ready(client: Browser) -> tuple[int, dict[str, Any]]:
    answer = await client.get("/ready")
    return answer.status, await answer.json()


@pytest.mark.req("F28")
async def test_a_process_is_ready_once_its_role_runs(client: Browser, site: Site) -> None:
    """Before the start nobody is sent to it, but it lives; after the start it is ready."""
    before, lives = await ready(client), (await client.get("/health")).status
    await site.engine.start()
    status, said = await ready(client)

    assert (before[0], before[1]["checks"]["engine"], lives) == (503, "it starts", 200)
    assert (status, said["status"], said["role"]) == (200, "ready", "all")
    assert set(said["checks"].values()) == {"ok"}


async def test_a_process_that_stops_is_not_ready_but_lives(client: Browser, site: Site) -> None:
    """From the signal on nobody new is sent to it, and nobody kills it before it has ended what it began."""
    await site.engine.start()
    site.engine.stop_soon()

    assert (await ready(client))[1]["checks"]["engine"] == "it stops"
    assert (await client.get("/health")).status == 200


async def test_without_its_database_a_process_is_not_ready(client: Browser, site: Site, outage: Outage) -> None:
    """It lives on, since a restart would not bring the database back."""
    await site.engine.start()
    outage.reads = -1
    status, said = await ready(client)
    health = (await client.get("/health")).status
    outage.reads = 0

    assert (status, said["checks"]["database"], health) == (503, "it cannot be reached", 200)


async def test_a_database_of_an_older_shape_is_told(client: Browser, site: Site) -> None:
    """A process that would work on tables that are not there yet is not sent anybody."""
    await site.engine.start()
    await change(site.store, "DELETE FROM migrations WHERE number > 1")
    status, said = await ready(client)

    assert status == 503
    assert said["checks"]["schema"].startswith("at 1, ")


async def test_an_account_that_is_broken_is_named_without_its_secret(site: Site) -> None:
    """The others go on, so the process is ready; who looks sees which account a person must mend."""
    site.engine.listeners = (Troubled(),)
    async with TestClient(TestServer(build_app(site))) as client:
        _, said = await ready(client)

    assert said["accounts"] == {"telegram/123456": "Telegram refuses its token ***"}


async def test_a_loop_that_stood_still_for_long_does_not_live(client: Browser, site: Site) -> None:
    """After ten seconds without a turn it is better started anew."""
    seconds = [0.0]
    site.watch.pulse = Pulse(lambda: seconds[0])
    site.watch.pulse.beat()
    good = await client.get("/health")
    seconds[0] = EVERY + DEAD
    bad = await client.get("/health")

    assert (good.status, bad.status) == (200, 503)
    assert (await bad.json())["reason"] == "the loop stands still"
