"""The proof that a delivery comes from Play Mobile, which signs nothing.

So the address that it is given holds a key (`?key=…`), or names a user and the key in front of the house
(`https://any:KEY@…`), which comes as Basic authorization. Where it shows the account's own login, that is a proof too.
"""

import hmac
from base64 import b64decode
from binascii import Error
from urllib.parse import parse_qs, urlsplit

from bot.ports.channel import Inbound

STATUS = "/status"  # one firm's adapter has this put behind the address for reports


class Proof:
    """Knows the key and the login of one account."""

    def __init__(self, key: str, login: str, password: str) -> None:
        self._key, self._named = key.encode(), f"{login}:{password}".encode()

    def holds(self, inbound: Inbound) -> bool:
        """Whether a delivery has it."""
        asked = parse_qs(urlsplit(inbound.url).query).get("key", [])
        if len(asked) == 1 and self._same(asked[0].removesuffix(STATUS).encode("utf-8", "replace"), self._key):
            return True
        named = _named(inbound.headers.get("authorization", ""))
        return self._same(named.partition(b":")[2], self._key) or self._same(named, self._named)

    def _same(self, given: bytes, wanted: bytes) -> bool:
        return hmac.compare_digest(given, wanted)


def _named(header: str) -> bytes:
    """The user and password of Basic authorization; empty for anything else."""
    scheme, _, value = header.partition(" ")
    try:
        return b64decode(value.strip(), validate=True) if scheme.casefold() == "basic" else b""
    except (Error, ValueError):
        return b""
