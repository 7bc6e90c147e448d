"""How Twilio signs what it delivers: an own reading of its page on the security of webhooks."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

Pairs = Sequence[tuple[str, str]]


def form_signature(url: str, pairs: Pairs, token: str, *, kind: str = "sha1") -> str:
    """Of a posted form: the address without its fragment, then each name with its values, in the order of names."""
    whole = url.split("#", 1)[0]
    by_name: dict[str, set[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, set()).add(value)
    for name in sorted(by_name):
        whole += "".join(name + value for value in sorted(by_name[name]))
    return _digest(whole, token, kind)


def url_signature(url: str, token: str) -> str:
    """Of a GET, and of a body that is vouched for in the address."""
    return _digest(url.split("#", 1)[0], token, "sha1")


def json_delivery(url: str, body: bytes, token: str) -> tuple[str, str]:
    """The address of a delivery of JSON, and its signature."""
    joined = f"{url}{'&' if '?' in url else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
    return joined, url_signature(joined, token)


def signed_form(url: str, pairs: Pairs, token: str, repeat: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a delivery; each try of one delivery has the same `repeat`."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": form_signature(url, pairs, token),
        "I-Twilio-Idempotency-Token": repeat,
        "User-Agent": "TwilioProxy/1.1",
    }
    return urlencode(pairs).encode(), headers


def with_shared_key(url: str, pairs: Pairs, secret: str) -> Mapping[str, str]:
    """The headers of a delivery that is signed with a shared key."""
    return {
        "X-Twilio-Signature": form_signature(url, pairs, secret, kind="sha256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_01,algorithm=HMAC_SHA256",
    }


def _digest(text: str, key: str, kind: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), getattr(hashlib, kind)).digest()).decode()
