"""Files of customers: a channel hands out those that its provider keeps, and reaches for nothing else."""

from contextlib import suppress

import pytest

from bot.net import Fetcher
from bot.ports.channel import Closes, Fetches
from bot.ports.files import NotFetched
from tests.contracts.channels.line import Still
from tests.contracts.channels.lines import LINES, those_with
from tests.edge.listener import inside

KEEP = [*those_with("picture"), "voice_twilio"]
NAMES = (
    "http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://[::1]:{port}/x", "//127.0.0.1:{port}/x",
    "@127.0.0.1:{port}/x", ".x@127.0.0.1:{port}/", "/../../@127.0.0.1:{port}/x", "file:///etc/passwd", "/etc/passwd",
    "../../../../etc/passwd", "x\r\nHost: 127.0.0.1:{port}\r\n\r\n", "x\0y", "x y", "", "x" * 5000, "ա" * 100,
)  # fmt: skip
"""What may stand where a provider names a file, if somebody else could write there."""


@pytest.mark.parametrize("channel", [name for name in KEEP if name != "webchat"])
async def test_the_name_of_a_file_leads_nowhere_else(clock: Still, channel: str) -> None:
    """An address inside the house, a path of a machine, nonsense: there is no such file, and nobody is asked for it."""
    line = LINES[channel](clock)
    line.files = Fetcher(seconds=5)
    async with inside() as listener, line:
        assert isinstance(line.channel, Fetches)
        for name in NAMES:
            with suppress(NotFetched):
                assert await line.channel.fetch(name.replace("{port}", str(listener.port))) is None
        if isinstance(line.channel, Closes):
            await line.channel.close()

        assert listener.touched == []
