"""Passes: a customer takes their matter to another messenger by a link that says who they are.

A pass is signed by the firm's own secret, holds for an hour and says nothing but the customer's id. It fits what every
messenger gives back of a link: 64 characters of A-Z, a-z, 0-9, _ and - (Telegram, deep linking: `start`). Who opens it
is taken for that customer, as is whoever has their phone in hand; so it is shown to nobody else and works once.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from bot.ports.store import Query, Script

VALID = timedelta(hours=1)
SECRET = "webchat_secret"  # noqa: S105  the name of the setting, not the secret
PASS = re.compile(r"(?<![A-Za-z0-9_-])go-[A-Za-z0-9_-]{38}(?![A-Za-z0-9_-])")
MAC_BYTES = 16
CUSTOMER = re.compile(r"c[0-9a-f]{16}")


def firm_secret(business: str) -> Script[str]:
    """What the firm signs with; empty before its first start."""
    rows = yield Query("SELECT value FROM settings WHERE business = ? AND name = ?", (business, SECRET))
    return str(rows[0][0]) if rows else ""


def issue(secret: str, business: str, customer: str, now: datetime) -> str:
    """A pass for a customer, 41 characters; raises `ValueError` for an id that is none of ours."""
    if not secret or not CUSTOMER.fullmatch(customer):
        raise ValueError("a pass needs the firm's secret and a customer's id")
    told = bytes.fromhex(customer[1:]) + int((now + VALID).timestamp()).to_bytes(4)
    return f"go-{urlsafe_b64encode(told + _mac(secret, business, told)).decode().rstrip('=')}"


def found_in(text: str) -> str:
    """The pass that a text holds, as it stands; empty for none."""
    found = PASS.search(text)
    return found[0] if found else ""


def holder(secret: str, business: str, token: str, now: datetime) -> str:
    """The id of the customer of a pass; empty for one that is forged, another firm's, or over."""
    if not secret or not PASS.fullmatch(token):
        return ""
    raw = urlsafe_b64decode(f"{token[3:]}==")
    told, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, business, told)):
        return ""
    until = int.from_bytes(told[8:])
    return f"c{told[:8].hex()}" if now.timestamp() < until else ""


def _mac(secret: str, business: str, told: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"pass\0" + business.encode() + b"\0" + told, sha256)[:MAC_BYTES]
