"""Opens the database that a URL names, migrated and ready."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.store.migrating import migrate, shipped
from bot.store.sqlite import SqliteStore


class AlreadyRunning(Exception):
    """Another process runs on this database file."""


def sqlite_path(url: str) -> Path | None:
    """The file of a `sqlite:///…` URL, None for any other URL."""
    scheme, _, rest = url.partition(":///")
    return Path(rest) if scheme == "sqlite" else None


async def open_store(url: str, clock: Clock, *, as_it_is: bool = False) -> Store:
    """Open `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://…` and migrate it, unless `as_it_is`.

    Raises `StoreUnavailable` when it cannot be used, `MigrationProblem` when its history is not ours.
    """
    path = sqlite_path(url)
    store: Store
    if path is not None:
        store, dialect = SqliteStore(path), "sqlite"
    else:
        store, dialect = await _open_postgres(url), "postgres"
    if as_it_is:
        return store
    try:
        await migrate(store, shipped(dialect), now=micros(clock.now()))
    except BaseException:
        await store.close()
        raise
    return store


async def _open_postgres(url: str) -> Store:
    try:
        from bot.store.postgres import PostgresStore
    except ImportError as error:
        raise StoreUnavailable("PostgreSQL needs the extra: pip install dragoman[postgres]") from error
    return await PostgresStore.connect(url)


@contextmanager
def sole_owner(url: str) -> Iterator[None]:
    """Hold the database file for this process; raises `AlreadyRunning` when another process has it.

    Raises `StoreUnavailable` when its folder cannot be written to.

    PostgreSQL is shared by design, so for it nothing is held.
    """
    path = sqlite_path(url)
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreUnavailable(f"the database file {path} cannot be used: {error}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(
                f"another process runs on {path}; stop it first, or set DRAGOMAN_DATABASE_URL"
            ) from error
        yield
    finally:
        os.close(handle)
