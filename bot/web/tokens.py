"""Who a visitor of the web chat is: a random address, signed by us, kept by their browser."""

import secrets
from datetime import timedelta
from functools import partial

from itsdangerous import BadSignature, TimestampSigner

from bot.ports.store import Query, Script, Store, insert

VALID = timedelta(days=180)
SECRET = "webchat_secret"  # noqa: S105  the name of the setting, not the secret


class Tokens:
    """Makes and reads visitors' tokens of one business."""

    def __init__(self, secret: str, business: str) -> None:
        self._signer = TimestampSigner(secret, salt=f"webchat/{business}")

    def issue(self) -> str:
        """A token for a visitor nobody has seen before: 128 random bits, signed."""
        return self._signer.sign(secrets.token_urlsafe(16)).decode()

    def address(self, token: str) -> str | None:
        """The visitor's address, or None for a token that is forged, cut or older than `VALID`."""
        try:
            return self._signer.unsign(token, max_age=int(VALID.total_seconds())).decode()
        except (BadSignature, UnicodeError):
            return None


async def secret_of(store: Store, business: str) -> str:
    """The business's signing secret; made at the first start and kept in the database."""
    return await store.run(partial(_secret, business, secrets.token_urlsafe(32)))


def _secret(business: str, fresh: str) -> Script[str]:
    yield insert("settings", ("business", "name", "value"), [(business, SECRET, fresh)], "ON CONFLICT DO NOTHING")
    rows = yield Query("SELECT value FROM settings WHERE business = ? AND name = ?", (business, SECRET))
    value: str = rows[0][0]
    return value
