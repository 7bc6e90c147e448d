"""Files that lie with others: fetched by an address that a customer or a provider gave."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class NotFetched(Exception):
    """The file was not fetched; the text says why, without the address. With `again` a later try may bring it."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file, and what the other side says that it is."""

    body: bytes
    kind: str


class Files(Protocol):
    """Fetches them, within limits of size, time and reach."""

    async def fetch(self, url: str, *, hosts: Collection[str] = (), headers: dict[str, str] | None = None) -> Fetched:
        """Fetch one file; raises `NotFetched`.

        With `hosts` every address on the way must be of one of them, or of a name below it. `headers` (a provider's key)
        are shown to the first host only.
        """
