"""How a process reaches the others on its database, put together from the settings."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from bot.ports.rates import Rates
from bot.ports.store import Store
from bot.runtime.rates import Buckets
from bot.runtime.relay import Relay
from bot.settings import Settings, SettingsProblem
from bot.store.opening import sqlite_path
from bot.store.processes import house_name

if TYPE_CHECKING:
    from bot.runtime.engine import Engine
    from bot.runtime.house import House

NO_REDIS = "DRAGOMAN_REDIS_URL needs the extra: pip install dragoman[redis]"


async def relay_between(settings: Settings, store: Store, worker: str) -> Relay | None:
    """The line to the other processes: over Redis where it is set up, else over PostgreSQL; none on SQLite."""
    if sqlite_path(settings.database_url) is not None:
        return None
    if url := settings.redis_url.get_secret_value():
        from bot.redis import RedisWire

        name = await store.run(partial(house_name, secrets.token_hex(8)))
        return Relay(RedisWire(url, f"dragoman:{name}"), worker=worker)
    from bot.store.notify import NotifyWire

    return Relay(NotifyWire(settings.database_url), worker=worker)


def shared_rates(settings: Settings, stack: AsyncExitStack) -> Rates | None:
    """Buckets that all processes take from, where there is Redis; `stack` hangs up. Raises `SettingsProblem`."""
    if not (url := settings.redis_url.get_secret_value()):
        return None
    try:
        from bot.redis import SharedRates
    except ImportError as error:
        raise SettingsProblem(NO_REDIS) from error
    rates = SharedRates(url, Buckets())
    stack.push_async_callback(rates.close)
    return rates


def follow_content(engine: "Engine", houses: "Mapping[str, House]") -> None:
    """Read a business's folder anew when another process has."""
    following: set[asyncio.Task[object]] = set()

    def follow(slug: str) -> None:
        if slug in houses:
            task: asyncio.Task[object] = asyncio.create_task(houses[slug].reload())
            following.add(task)
            task.add_done_callback(following.discard)

    if engine.peers is not None:
        engine.peers.on_content = follow
