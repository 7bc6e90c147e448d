"""Proof that a delivery is Meta's, and the answer to a subscription that we asked for.

Source: Meta's page "Webhooks, getting started": HMAC-SHA256 of the raw body, with the secret of the app as its key.
"""

import hmac
from collections.abc import Mapping

from bot.ports.channel import Answer, Inbound, NotSigned

HEADER = "X-Hub-Signature-256"
PREFIX = "sha256="


def signed(body: bytes, header: str, secret: str) -> bool:
    """Whether `header` (that of `X-Hub-Signature-256`) signs the body as it arrived. An empty secret signs nothing."""
    if not secret or not header.startswith(PREFIX):
        return False
    right = hmac.digest(secret.encode(), body, "sha256").hex()
    return hmac.compare_digest(right.encode(), header.removeprefix(PREFIX).encode("utf-8", "replace"))


def must_be_signed(inbound: Inbound, secret: str) -> None:
    """Raises `NotSigned` for a delivery without its proof."""
    if not signed(inbound.body, inbound.headers.get(HEADER.lower(), ""), secret):
        raise NotSigned


def subscription(query: Mapping[str, str], verify_token: str) -> Answer | None:
    """The answer that repeats the challenge; None for who does not know `verify_token`."""
    if query.get("hub.mode") != "subscribe" or not verify_token:
        return None
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, verify_token.encode()):
        return None
    return Answer(query.get("hub.challenge", "").encode("utf-8", "replace"), "text/plain")
