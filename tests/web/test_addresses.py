"""Whose address a request has when proxies stand in between."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.web.addresses import client_address, household, network_of, networks_of

OURS = networks_of("10.0.0.0/8, 2001:db8::/32")


class Wire:
    """The transport of a made-up request."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._peer, 5) if name == "peername" else default


@pytest.mark.parametrize(("peer", "forwarded", "seen"), [
    ("203.0.113.9", [], "203.0.113.9"),
    ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
    ("10.0.0.2", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
    ("10.0.0.2", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
    ("10.0.0.2", ["198.51.100.1, 10.0.0.7"], "198.51.100.1"),
    ("10.0.0.2", ["1.1.1.1, nonsense"], "10.0.0.2"),
    ("10.0.0.2", ["1.1.1.1, "], "10.0.0.2"),
    ("10.0.0.2", ["10.0.0.3, 10.0.0.4"], "10.0.0.2"),
    ("10.0.0.2", [], "10.0.0.2"),
    ("10.0.0.2", ["1.1.1.1," * 5000 + "198.51.100.1"], "198.51.100.1"),
    ("::ffff:10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
    ("2001:db8::5", ["2a00::1"], "2a00::1"),
])  # fmt: skip
def test_only_our_own_proxies_are_believed(peer: str, forwarded: list[str], seen: str) -> None:
    """What counts is the right-most address that is no proxy of ours; whatever else the header says, anybody may write."""
    from multidict import CIMultiDict

    headers = CIMultiDict([("X-Forwarded-For", each) for each in forwarded])
    request = make_mocked_request("GET", "/", headers, transport=Wire(peer))

    assert client_address(request, OURS) == seen


def test_without_trusted_proxies_nobody_is_believed() -> None:
    """A header alone makes no address."""
    request = make_mocked_request("GET", "/", {"X-Forwarded-For": "198.51.100.1"}, transport=Wire("10.0.0.2"))

    assert client_address(request, ()) == "10.0.0.2"


@pytest.mark.parametrize(("address", "network", "house"), [
    ("203.0.113.77", "203.0.113.0/24", "203.0.113.77"), ("2a00:1:2:3:4::5", "2a00:1:2::/48", "2a00:1:2:3::/64"),
    ("::ffff:203.0.113.77", "203.0.113.0/24", "::ffff:203.0.113.77"), ("", "", ""), ("nonsense", "", "nonsense"),
])  # fmt: skip
def test_what_is_written_down_names_no_machine(address: str, network: str, house: str) -> None:
    """A rejection notes a network; connections are counted by the part of an address that one line is given."""
    assert network_of(address) == network
    assert household(address) == house


@pytest.mark.parametrize("text", ["x", "10.0.0.0/99", "10.0.0.1 10.0.0.2"])
def test_a_list_of_networks_that_is_none_is_refused(text: str) -> None:
    """A typing error in the setting is found at the start."""
    with pytest.raises(ValueError, match=r"\S"):
        networks_of(text)
