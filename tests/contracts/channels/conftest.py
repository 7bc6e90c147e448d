"""The rules of the list: time stands still, nothing leaves the machine, nothing is laid out in vain, no secret shows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.ports.channel import Closes
from tests.contracts.channels.line import Line, Still
from tests.contracts.channels.lines import LINES
from tests.harness import all_is_met, nothing_leaves

__all__ = ["all_is_met", "nothing_leaves"]

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Still:
    """Monday noon in Tbilisi, for ever."""
    return Still(NOW)


@pytest.fixture(params=LINES)
async def line(
    request: pytest.FixtureRequest, clock: Still, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Line]:
    """Each channel in turn, with a customer."""
    async with LINES[request.param](clock) as made:
        yield made
        assert list(made.unused()) == []
        if isinstance(made.channel, Closes):
            await made.channel.close()
    told = "\n".join([*capfd.readouterr(), caplog.text, repr(made.channel)])
    assert [name for name, secret in made.secrets.items() if secret in told] == []
