"""Proof of who opened a page: the `initData` of a Mini App, and what the login widget hands over.

Both are signed with the bot's token (Telegram's pages «Mini Apps» and «Login Widget»). A page inside the messenger that talks
to a server of the firm sends its `initData` along, and only what passes here says who is there. What such a page sends by
`sendData` arrives as a customer's words and proves nothing but who sent it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import msgspec

from integrations.channels.telegram.updates import User

FRESH = timedelta(hours=1)
AHEAD = timedelta(minutes=1)  # clocks differ
MOST_CHARS = 16_384


class NotProved(Exception):
    """What was handed over does not prove anything; the text says why, without what it held."""


class Visitor(msgspec.Struct, frozen=True):
    """Who opened the page, when, and the other fields as they came, of which `start_param` is the page's deep link."""

    user: User
    at: datetime
    fields: Mapping[str, str]


def check_init_data(init_data: str, token: str, now: datetime, *, fresh: timedelta = FRESH) -> Visitor:
    """Who opened a Mini App, out of its `initData`; raises `NotProved`, also when it is older than `fresh`."""
    fields = _fields(init_data)
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    at = _signed(fields, key, now, fresh)
    try:
        user = msgspec.json.decode(fields["user"], type=User)
    except (KeyError, msgspec.DecodeError, RecursionError):
        raise NotProved("it names no user") from None
    return Visitor(user, at, fields)


def check_login(fields: Mapping[str, str], token: str, now: datetime, *, fresh: timedelta = FRESH) -> Visitor:
    """Who logged in by the login widget, out of the fields of its callback; raises as `check_init_data`."""
    at = _signed(fields, hashlib.sha256(token.encode()).digest(), now, fresh)
    names = {name: fields.get(name, "") for name in ("first_name", "last_name", "username")}
    try:
        user = msgspec.convert({"id": int(fields["id"]), **names}, User)
    except (KeyError, ValueError):
        raise NotProved("it names no user") from None
    return Visitor(user, at, dict(fields))


def _fields(init_data: str) -> dict[str, str]:
    """The fields of a query; a name that stands twice could mean either, so it proves nothing."""
    if len(init_data) > MOST_CHARS:
        raise NotProved("it is too long")
    try:
        pairs: Sequence[tuple[str, str]] = parse_qsl(
            init_data, keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError:
        raise NotProved("it is no query") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise NotProved("a field stands there twice")
    return fields


def _signed(fields: Mapping[str, str], key: bytes, now: datetime, fresh: timedelta) -> datetime:
    """When it was signed; all fields but the hash are, in the order of their names."""
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    wanted = hmac.digest(key, lines.encode("utf-8", "surrogatepass"), "sha256").hex()
    given = fields.get("hash", "").encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(given, wanted.encode()):
        raise NotProved("its hash is not ours")
    try:
        at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        raise NotProved("it bears no date") from None
    if not now - fresh <= at <= now + AHEAD:
        raise NotProved("it is too old, or of the future")
    return at
