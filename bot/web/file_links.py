"""Addresses under which the pages of a business may open its pictures and files.

What lies with a channel gets an address that the business has signed, so nobody can make this process fetch anything
else. Such an address ends: `LASTS` is enough for a provider that fetches late and for a customer who opens a text message
days after it came; pages make theirs anew whenever they show it. It is the same for a whole day, so browsers keep the file.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import blake2b, sha256

from itsdangerous import BadData, URLSafeSerializer

from bot.events import Media
from bot.ports.clock import EPOCH, Clock

LASTS = timedelta(days=30)
STEM_BYTES = 16


def public_link(public_url: str, links: "FileLinks", media: Media) -> str:
    """Where a provider can fetch a file of ours; empty for a place on the map, and without a public address."""
    path = links.url(media)
    return f"{public_url.rstrip('/')}{path}" if public_url and path else ""


class FileLinks:
    """Addresses of pictures and files as the pages of one business may open them."""

    def __init__(self, secret: str, business: str, clock: Clock) -> None:
        self._business, self._clock = business, clock
        self._signer = URLSafeSerializer(secret, salt=f"files/{business}", signer_kwargs={"digest_method": sha256})
        self._key = hmac.digest(secret.encode(), f"files/{business}".encode(), "sha256")

    def url(self, media: Media) -> str:
        """Where a file is served; empty for a place on the map, which is no file."""
        if media.kind == "place":
            return ""
        if media.source:
            signed = self._signer.dumps([media.source, media.name, self._today() + LASTS.days])
            return f"/media/from/{self._business}/{signed}"
        return f"/chat/{media.shelf}/media/{media.name}" if media.shelf else f"/media/{media.name}"

    def read(self, signed: str) -> tuple[str, str] | None:
        """The source and the name behind an address; None for one that we did not sign, or that has ended."""
        try:
            source, name, last_day = self._signer.loads(signed)
        except (BadData, ValueError, TypeError):
            return None
        return (source, name) if self._today() <= last_day else None

    def _today(self) -> int:
        """The number of the day, in UTC."""
        return (self._clock.now() - EPOCH).days

    def stem(self, source: str, name: str) -> str:
        """The name under which the fetched file is kept, without its ending; as unguessable as a random one."""
        digest = blake2b(f"{source}\0{name}".encode(), digest_size=STEM_BYTES, key=self._key)
        return urlsafe_b64encode(digest.digest()).decode().rstrip("=")
