"""Whatever stands in a body, the answer is no fault of ours, and the house goes on."""

from io import BytesIO
from itertools import islice
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.web import Site
from tests.edge.bodies import RECIPES, crafted
from tests.edge.targets import Target, targets
from tests.web.test_webhooks import client, site  # noqa: F401  an account that is delivered to

Browser = TestClient[Any, Any]


@pytest.fixture
async def known(client: Browser, site: Site) -> list[Target]:  # noqa: F811  the fixtures
    return await targets(client, site)


@pytest.mark.req("G5")
async def test_no_crafted_body_is_a_fault_of_ours(client: Browser, known: list[Target]) -> None:  # noqa: F811
    """Too deep, too long, NaN, doubled keys, broken characters, to every route that reads JSON: taken or refused."""
    statuses = set()
    for target in known:
        for body in islice(crafted(4, target.plain), 2 * len(RECIPES)):
            async with client.post(target.path, data=BytesIO(body), headers=target.headers) as answer:
                assert answer.status < 500, (target.path, body[:80])
                statuses.add(answer.status)
        async with client.post(target.path, data=target.plain, headers=target.headers) as answer:
            assert answer.status in target.taken, target.path

    assert {400, 413} <= statuses
