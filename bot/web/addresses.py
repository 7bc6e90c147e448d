"""Where a request comes from: the peer, or what a proxy of ours says about it.

`X-Forwarded-For` is read from its right end, for that is what our own proxies wrote; what stands further left, anybody
can have made up.
"""

import ipaddress
from collections.abc import Iterable, Sequence

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

HOPS = 20  # entries of the header that are looked at


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks of a list like `10.0.0.0/8, 192.0.2.1`; raises `ValueError` for what is none."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def client_address(request: web.Request, trusted: Sequence[Network]) -> str:
    """The address of who asks: the peer, or the right-most forwarded one that is no proxy of ours."""
    peer = request.remote or ""
    if not trusted or not within(peer, trusted):
        return peer
    said = ",".join(request.headers.getall("X-Forwarded-For", ()))
    for hop in reversed(said.split(",")[-HOPS:]):
        found = parsed(hop.strip())
        if found is None:
            return peer
        if not any(found in network for network in trusted):
            return str(found)
    return peer


def within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    found = parsed(address)
    return found is not None and any(found in network for network in networks)


def is_here(address: str) -> bool:
    """Whether an address is of this machine; a local socket, which has none, is."""
    found = parsed(address)
    return not address if found is None else found.is_loopback


def network_of(address: str) -> str:
    """The network of an address, so that no single machine is written down; empty for what is no address."""
    found = parsed(address)
    if found is None:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def household(address: str) -> str:
    """What counts as one when connections are counted: an IPv4 address, or the 64 bits that a line is given."""
    found = parsed(address)
    if found is None or found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))


def parsed(address: str) -> Address | None:
    """The address; one of IPv4 that is written as IPv6 is the IPv4 one. None for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
