"""Where pictures and files lie."""

import re
from typing import NamedTuple, Protocol

import msgspec

PORT = "files"
"""The port that keeps what a channel will not keep for long."""

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "text/plain": "txt",
    "application/octet-stream": "bin",
}
UNKNOWN = "application/octet-stream"
"""The type of what is not recognised: it is saved, never shown."""
TYPES = {extension: mime for mime, extension in EXTENSIONS.items()}
NAME = re.compile(r"[A-Za-z0-9_-]{22}\.(" + "|".join(TYPES) + ")")
"""The name of a kept file: what is unguessable of it, and the ending of its type."""


class Keep(msgspec.Struct, frozen=True, tag="keep"):
    """Fetch these files, each the account that it lies with and its name there, and keep them.

    What came of it reaches the conversation that they were sent in as a `JobFinished`.
    """

    files: tuple[tuple[str, str], ...]


class Erase(msgspec.Struct, frozen=True, tag="erase"):
    """Have these files, each the account that it lies with and its name there, erased there once they are kept here.

    What came of it reaches the conversation as a `JobFinished`.
    """

    files: tuple[tuple[str, str], ...]


class Stored(NamedTuple):
    """A file of ours: its bytes and the type that they were recognised as."""

    body: bytes
    mime: str


class MediaStore(Protocol):
    """Keeps files under random names; what a file was called elsewhere is never a path here.

    Every call raises `OSError` when the store cannot be used now.
    """

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        """Keep a file, for good when this returns, and give its name: unguessable, safe in a URL and a path.

        With `stem` (22 characters of base64 that are unguessable themselves) the name is that and the type's ending,
        and keeping it again changes nothing.
        """

    async def get(self, name: str) -> Stored | None:
        """The file of this name, or None."""

    async def find(self, stem: str) -> Stored | None:
        """The file that was kept with this stem, or None."""
