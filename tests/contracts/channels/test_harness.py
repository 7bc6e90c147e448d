"""The rules of the shelves can fail: what they forbid is seen."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import STANDINS, here, unmet
from tests.standins.meta import GraphServer
from tests.standins.meta import Outage as MetaOutage
from tests.standins.playmobile import PlayMobileServer
from tests.standins.telegram import Outage, TelegramServer
from tests.standins.twilio import Outage as TwilioOutage
from tests.standins.twilio import TwilioServer
from tests.standins.twilio.voice_api import VoiceApi
from tests.standins.viber import ViberServer

LAID: dict[type, tuple[Callable[[Any], object], Callable[[Any], object]]] = {
    GraphServer: (lambda api: api.faults.once("messages", MetaOutage()), lambda api: api.faults.take("messages")),
    TelegramServer: (lambda api: api.faults.once("getMe", Outage()), lambda api: api.faults.take("getme", None)),
    TwilioServer: (lambda api: api.faults.once("Content", TwilioOutage()), lambda api: api.faults.take("/v1/Content")),
    ViberServer: (lambda api: api.statuses.append(12), lambda api: api.statuses.popleft()),
    PlayMobileServer: (lambda api: api.codes.append("406"), lambda api: api.codes.popleft()),
    VoiceApi: (lambda api: api.faults.append("after"), lambda api: api.faults.pop()),
}


@pytest.mark.parametrize("kind", STANDINS, ids=lambda kind: str(kind.__name__))
async def test_what_is_laid_out_is_seen_until_it_is_met(kind: type) -> None:
    """A fault of any stand-in that nothing meets would fail the test that laid it out."""
    api, (lay, meet) = kind(), LAID[kind]
    before = unmet(api)
    lay(api)
    laid = unmet(api)
    meet(api)

    assert (before, len(laid), unmet(api)) == ([], 1, [])


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        (("127.0.0.1", 80), True), (("::1", 80, 0, 0), True), (("localhost", 80), True), (b"/run/x.sock", True),
        ((b"127.0.0.1", 80), True), (("192.0.2.1", 443), False), (("10.0.0.1", 80), False), (("::2", 80, 0, 0), False),
        (("api.telegram.org", 443), False), (("localhost.example.com", 80), False),
    ],
)  # fmt: skip
def test_whoever_is_not_on_this_machine_is_elsewhere(address: Any, *, ours: bool) -> None:
    """Numbers and names of the loopback are here, and nothing else is."""
    assert here(address) is ours


def test_another_machine_is_not_reached(nothing_leaves: list[str]) -> None:
    """Neither its name is looked up nor a line opened, and the test that tried would fail."""
    with pytest.raises(socket.gaierror):
        socket.create_connection(("api.telegram.org", 443))
    with socket.socket() as line, pytest.raises(ConnectionRefusedError):
        line.connect(("192.0.2.1", 443))

    assert nothing_leaves == ["'api.telegram.org'", "('192.0.2.1', 443)"]
    nothing_leaves.clear()
