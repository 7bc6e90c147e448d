"""Everything that went in and out, in order: what a test reads, and what a journal keeps after a crash."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.standins.telegram.wire import Json, decode, encode


class Attempt(msgspec.Struct):
    """One time that an update was handed out: by poll, or by webhook with the status that came back (0: none)."""

    at: float
    way: str
    status: int


class Update(msgspec.Struct, tag="update"):
    """Something that happened, which a bot should be told."""

    at: float
    bot: int
    update_id: int
    kind: str
    raw: msgspec.Raw
    attempts: list[Attempt]
    taken: bool = False

    @property
    def body(self) -> Json:
        """The update as the bot gets it."""
        read: Json = decode(self.raw)
        return read


class Call(msgspec.Struct, tag="call"):
    """One call of a bot and what came of it.

    `done` says whether it took effect and `answered` whether the bot was told: the two differ when a connection was
    dropped. `way` is `http`, or `webhook` for a call in the answer to an update.
    """

    at: float
    bot: int
    method: str
    arguments: Json
    way: str
    done: bool
    answered: bool
    status: int
    answer: Any


Entry = Update | Call


class Record:
    """The entries, oldest first; only the newest `keep` when that is given. `journal` gets each as a line of JSON."""

    def __init__(self, keep: int | None = None, journal: Path | None = None) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._journal = journal.open("ab", buffering=0) if journal else None
        self.count = 0
        """How many there ever were since the last `clear`."""

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Note one; an update is written to the journal when it arises, its attempts are not."""
        self._entries.append(entry)
        self.count += 1
        if self._journal:
            self._journal.write(encode(entry) + b"\n")

    def calls(self, method: str = "") -> list[Call]:
        """The calls, or those of one method (upper and lower case are the same)."""
        wanted = method.lower()
        return [one for one in self if isinstance(one, Call) and (not wanted or one.method.lower() == wanted)]

    def updates(self, kind: str = "") -> list[Update]:
        """The updates, or those of one kind."""
        return [one for one in self if isinstance(one, Update) and (not kind or one.kind == kind)]

    def clear(self) -> None:
        """Forget them all; the journal keeps its lines."""
        self._entries.clear()
        self.count = 0

    def close(self) -> None:
        """Close the journal."""
        if self._journal:
            self._journal.close()
