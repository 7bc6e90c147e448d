"""The rules of the list: time stands still, nothing leaves the machine, nothing is laid out in vain, no secret shows."""

import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from bot.ports.channel import Closes
from tests.contracts.channels.line import Line, Still
from tests.contracts.channels.lines import LINES

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever opens a connection to another machine, or asks for its address, fails the test."""
    went: list[str] = []

    def here(address: Any) -> bool:
        if not isinstance(address, tuple):
            return True
        try:
            return ip_address(address[0]).is_loopback
        except ValueError:
            return bool(address[0] == "localhost")

    def guarded(name: str) -> None:
        real = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not here(address):
                went.append(repr(address))
                raise ConnectionRefusedError
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    guarded("connect")
    guarded("connect_ex")
    real_look = socket.getaddrinfo

    def look(host: Any, *rest: Any, **more: Any) -> Any:
        if not here((host,)):
            went.append(repr(host))
            raise socket.gaierror("names of others are not asked for in a test")
        return real_look(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look)
    yield
    assert went == []


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
