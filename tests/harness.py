"""The rules of every shelf that talks to stand-ins: nothing leaves the machine, and nothing is laid out in vain.

A shelf keeps them by importing the two fixtures into its `conftest.py`.
"""

import socket
from collections.abc import Callable, Iterator
from functools import wraps
from ipaddress import ip_address
from typing import Any

import pytest

from tests.standins.meta import GraphServer
from tests.standins.playmobile import PlayMobileServer
from tests.standins.telegram import TelegramServer
from tests.standins.twilio import TwilioServer
from tests.standins.twilio.voice_api import VoiceApi
from tests.standins.viber import ViberServer

STANDINS: tuple[type, ...] = (GraphServer, PlayMobileServer, TelegramServer, TwilioServer, ViberServer, VoiceApi)


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whoever opens a connection to another machine, or asks for its address, fails the test; those that were tried."""
    went: list[str] = []

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
    yield went
    assert went == []


def here(address: Any) -> bool:
    """Whether an address is on this machine; what is no address of the internet is."""
    if not isinstance(address, tuple):
        return True
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    try:
        return host is None or ip_address(host).is_loopback
    except ValueError:
        return bool(host == "localhost")


@pytest.fixture(autouse=True)
def all_is_met(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fault or an answer that a test lays out with a stand-in, and that nothing meets, fails the test."""
    made: list[Any] = []
    for each in STANDINS:
        monkeypatch.setattr(each, "__init__", noted(each.__init__, made))  # type: ignore[misc]
    yield
    assert [fault for each in made for fault in unmet(each)] == []


def noted(init: Callable[..., None], made: list[Any]) -> Callable[..., None]:
    """The same beginning, of which a note is made."""

    @wraps(init)
    def begin(self: Any, *args: Any, **more: Any) -> None:
        made.append(self)
        init(self, *args, **more)

    return begin


def unmet(standin: Any) -> list[object]:
    """What was laid out for once and still lies there."""
    laid = standin.faults
    waiting = list(laid.left) if hasattr(laid, "left") else list(laid)
    return [*waiting, *getattr(standin, "statuses", ()), *getattr(standin, "codes", ())]
