"""A few words that are kept between two runs of the program, by name: what an outside system was told already."""

from functools import partial

from bot.ports.store import Query, Script, Store, insert


class Memory:
    """Keeps words of one business in its settings."""

    def __init__(self, store: Store, business: str) -> None:
        self._store, self._business = store, business

    async def get(self, name: str) -> str | None:
        """What was kept under this name. Raises `StoreUnavailable`."""
        return await self._store.read(partial(_get, self._business, name))

    async def set(self, name: str, value: str) -> None:
        """Keep it in place of what was there. Raises `StoreUnavailable`."""
        await self._store.run(partial(_set, self._business, name, value))


def _get(business: str, name: str) -> Script[str | None]:
    rows = yield Query("SELECT value FROM settings WHERE business = ? AND name = ?", (business, name))
    return rows[0][0] if rows else None


def _set(business: str, name: str, value: str) -> Script[None]:
    tail = "ON CONFLICT (business, name) DO UPDATE SET value = excluded.value"
    yield insert("settings", ("business", "name", "value"), [(business, name, value)], tail)
