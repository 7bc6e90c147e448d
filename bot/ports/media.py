"""Where pictures and files lie."""

from typing import NamedTuple, Protocol


class Stored(NamedTuple):
    """A file of ours: its bytes and the type that they were recognised as."""

    body: bytes
    mime: str


class MediaStore(Protocol):
    """Keeps files under random names; what a file was called elsewhere is never a path here."""

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        """Keep a file, on disk when this returns, and give its name: unguessable, safe in a URL and a path.

        With `stem` (22 characters of base64 that are unguessable themselves) the name is that and the type's ending,
        and keeping it again changes nothing.
        """

    async def get(self, name: str) -> Stored | None:
        """The file of this name, or None."""
