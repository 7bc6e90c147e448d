"""The ORM's models against the schema that the migrations make."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest
from tortoise.models import Model

from bot.events import Envelope, Said
from bot.ports.clock import micros
from bot.ports.store import Query, Script, Store
from bot.store import inbox, open_store
from bot.store.models import OpenCase, ParkedEvent, Quarantined, Rejection, Visit
from bot.store.reading import open_cases, parked_events, reading
from tests.conftest import Now


@pytest.mark.parametrize("model", [ParkedEvent, OpenCase, Visit, Rejection, Quarantined])
async def test_a_model_names_the_columns_of_its_table(store: Store, database_url: str, model: type[Model]) -> None:
    """What an owner reads in a list is what the database holds: no column is missing, none is invented."""
    table = model._meta.db_table

    def columns() -> Script[set[str]]:
        if database_url.startswith("sqlite"):
            rows = yield Query(f"SELECT name FROM pragma_table_info('{table}')")
        else:
            rows = yield Query(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = ?", (table,)
            )
        return {row[0] for row in rows}

    assert set(model._meta.fields_map) == await store.read(columns)


async def test_a_parked_event_is_read_through_its_model(store: Store, database_url: str) -> None:
    """An owner who lists parked events sees the conversation, the number and the reason."""
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    envelope = Envelope("demo", "webchat/main/a", "k", now, Said("hello"))
    await store.run(partial(inbox.accept, [envelope], micros(now)))

    def park() -> Script[None]:
        yield Query("UPDATE inbox SET state = 'parked', error = 'ValueError: no'")

    await store.run(park)
    async with reading(database_url):
        (event,) = await parked_events("demo")
        others = await parked_events("salon")

    assert (event.actor, event.seq, event.error, event.at) == ("webchat/main/a", 1, "ValueError: no", now)
    assert others == []


def test_what_the_models_read_cannot_be_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A report never changes a customer's matter: on SQLite its connection cannot write at all."""
    url = f"sqlite:///{tmp_path_factory.mktemp('orm') / 'x.db'}"

    async def attempt() -> None:
        await (await open_store(url, Now())).close()
        async with reading(url):
            assert await open_cases("demo") == []
            await OpenCase.filter(id="x").delete()

    with pytest.raises(Exception, match="readonly"):
        asyncio.run(attempt())
