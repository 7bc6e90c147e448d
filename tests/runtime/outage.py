"""A database that is out of reach when it is told to be; what is behind it is a real store."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from bot.ports.store import Script, Store, StoreUnavailable

T = TypeVar("T")


class Outage:
    """The `Store`, with its next `writes` and `reads` refused; a negative number refuses until further notice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes = 0
        self.reads = 0

    async def run(self, script: Callable[[], Script[T]], *, locks: Iterable[str] = (), **more: Any) -> T:
        if self.writes:
            self.writes -= 1
            raise StoreUnavailable("the server is away")
        return await self._store.run(script, locks=locks, **more)

    async def read(self, script: Callable[[], Script[T]]) -> T:
        if self.reads:
            self.reads -= 1
            raise StoreUnavailable("the server is away")
        return await self._store.read(script)

    async def close(self) -> None:
        await self._store.close()
