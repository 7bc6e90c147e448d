"""Which addresses are of the public net.

Asked at the socket, after every name has been resolved and every way of writing a number has been understood, so
nothing that is written in a URL can get around it.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
TUNNELS = tuple(
    ipaddress.IPv6Network(each)
    for each in (
        "2001::/23",  # Teredo and other protocol assignments: an IPv4 address of anybody's choice is inside
        "2002::/16",  # 6to4, the same
    )
)
RELAY = ipaddress.IPv4Network("192.88.99.0/24")  # 6to4's


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address as a socket takes it is one that anybody in the net can reach."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        return found in GLOBAL_UNICAST and found.is_global and not any(found in each for each in TUNNELS)
    return found.is_global and not found.is_multicast and not found.is_reserved and found not in RELAY
