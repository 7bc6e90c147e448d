"""Whether anybody has written into a database since one looked last."""

import sqlite3
from types import TracebackType

from bot.store.opening import sqlite_path


class Changes:
    """Looks at the version that SQLite keeps of its data; a server is taken to change all the time."""

    def __init__(self, url: str) -> None:
        self._path = sqlite_path(url)
        self._connection: sqlite3.Connection | None = None
        self._version = 0

    def __enter__(self) -> "Changes":
        """Begin to look; the version is only good within one connection."""
        if self._path is not None and self._path.is_file():
            self._connection = sqlite3.connect(self._path, isolation_level=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._connection is not None:
            self._connection.close()

    def seen(self) -> bool:
        """Whether something has changed since the last call; the first time, yes."""
        if self._connection is None:
            return True
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        before, self._version = self._version, version
        return bool(version != before)
