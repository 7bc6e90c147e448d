"""Pictures and files in a bucket, over `obstore` (the object_store library of Apache Arrow, one wheel).

A file lies under what is unguessable of its name, and its type stands beside it: so it is found with or without its
ending by one request.
"""

import secrets
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from bot.ports.media import EXTENSIONS, NAME, TYPES, Stored
from integrations.media.s3.place import Place

CONNECT = timedelta(seconds=5)
ANSWER = timedelta(seconds=20)
RETRY = timedelta(seconds=10)
PROBE = "is-it-there"
NO_BUCKET = "names a bucket that does not exist"
NEEDS = "the key needs s3:GetObject, s3:PutObject and s3:ListBucket there"


class BucketAway(OSError):
    """The bucket cannot be used now. The text holds no secrets."""


class Bucket:
    """The `MediaStore` on a bucket."""

    def __init__(self, store: S3Store, prefix: str = "") -> None:
        self._store, self._prefix = store, prefix

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        """See `MediaStore.put`; raises `KeyError` for a type that we do not keep."""
        stem = stem or secrets.token_urlsafe(16)
        name = f"{stem}.{EXTENSIONS[mime]}"
        try:
            # In one request: what is there is whole, whenever the process dies.
            await obstore.put_async(
                self._store, f"{self._prefix}{stem}", body, attributes={"Content-Type": mime}, use_multipart=False
            )
        except (BaseError, FileNotFoundError) as error:
            raise _away(error) from None
        return name

    async def get(self, name: str) -> Stored | None:
        """See `MediaStore.get`."""
        found = NAME.fullmatch(name)
        if found is None:
            return None
        stored = await self.find(name.partition(".")[0])
        return stored if stored is not None and stored.mime == TYPES[found.group(1)] else None

    async def find(self, stem: str) -> Stored | None:
        """See `MediaStore.find`."""
        try:
            found = await obstore.get_async(self._store, f"{self._prefix}{stem}")
            body = bytes(await found.bytes_async())
        except FileNotFoundError as error:  # what obstore raises for an answer 404
            if _no_bucket(error):
                raise _away(error) from None
            return None
        except BaseError as error:
            raise _away(error) from None
        mime = found.attributes.get("Content-Type", "")
        return Stored(body, mime) if mime in EXTENSIONS else None

    async def trouble(self) -> str:
        """What a person must mend before anything can be kept here; empty when nothing. Raises `BucketAway`."""
        try:
            await obstore.get_async(self._store, f"{self._prefix}{PROBE}")
        except (PermissionDeniedError, UnauthenticatedError):
            return f"is refused: the key is wrong, or {NEEDS}"
        except FileNotFoundError as error:
            return NO_BUCKET if _no_bucket(error) else ""
        except BaseError as error:
            raise _away(error) from None
        return ""


def open_bucket(place: Place, key_id: str, secret: str) -> Bucket:
    """The store on a bucket; nothing is asked of it yet."""
    more: dict[str, Any] = {"endpoint": place.endpoint, "virtual_hosted_style_request": False} if place.endpoint else {}
    store = S3Store(
        place.bucket,
        region=place.region,
        access_key_id=key_id,
        secret_access_key=secret,
        client_options={
            "connect_timeout": CONNECT, "timeout": ANSWER, "allow_http": place.endpoint.startswith("http://"),
        },
        retry_config={"max_retries": 2, "retry_timeout": RETRY},
        **more,
    )  # fmt: skip
    return Bucket(store, place.prefix)


def _no_bucket(error: FileNotFoundError) -> bool:
    """A missing file and a missing bucket have one status; the code in the answer to a GET tells them apart."""
    return "NoSuchBucket" in str(error)


def _away(error: Exception) -> BucketAway:
    """The kind of the error alone: what the other side answers may name keys."""
    return BucketAway(f"the bucket cannot be used: {type(error).__name__}")
