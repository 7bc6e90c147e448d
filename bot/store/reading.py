"""Lists for people, read through the ORM on a connection that cannot write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from tortoise import Tortoise

from bot.ports.clock import micros
from bot.store.models import OpenCase, ParkedEvent, Process, Visit
from bot.store.opening import sqlite_path

MOST = 200


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[None]:
    """Have the models read the database of this URL while the block lasts."""
    path = sqlite_path(url)
    orm_url = f"sqlite://{path}?query_only=1" if path else url.replace("postgresql://", "asyncpg://", 1)
    await Tortoise.init(db_url=orm_url, modules={"models": ["bot.store.models"]})
    try:
        yield
    finally:
        await Tortoise.close_connections()


async def parked_events(business: str) -> list[ParkedEvent]:
    """What failed for good, oldest first."""
    return await ParkedEvent.filter(business=business, state="parked").order_by("accepted_at").limit(MOST)


async def open_cases(business: str) -> list[OpenCase]:
    """What waits for people, oldest first."""
    return await OpenCase.filter(business=business, closed_at=None).order_by("opened_at").limit(MOST)


async def coming_visits(business: str, since: datetime) -> list[Visit]:
    """The visits that stand from an instant on, soonest first."""
    return (
        await Visit.filter(business=business, status="booked", starts_at__gte=micros(since))
        .order_by("starts_at")
        .limit(MOST)
    )


async def processes() -> list[Process]:
    """The processes on this database, by name; one that died is among them until another has missed it."""
    return await Process.all().order_by("id").limit(MOST)
