"""The forms that things have on the wire."""

import hashlib
import hmac
import json
from typing import Any

Json = dict[str, Any]


def escaped(body: Json) -> bytes:
    """JSON as Meta delivers it: no spaces, and every letter beyond ASCII escaped."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def signature(body: bytes, secret: str) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
