"""The schema goes up and down on databases that hold something, once, whoever starts first."""

import asyncio
from dataclasses import replace

import pytest

from bot.ports.store import Store
from bot.store import open_store
from bot.store.migrating import Migration, MigrationProblem, migrate, roll_back, shipped
from bot.store.sqlite import SqliteStore
from tests.conftest import Now
from tests.contracts.schema import OURS, ask, change, columns
from tests.standins import postgres


@pytest.fixture
def migrations(database_url: str) -> tuple[Migration, ...]:
    return shipped(database_url.partition(":")[0].replace("postgresql", "postgres"))


async def fill(store: Store, url: str) -> dict[str, int]:
    """Put a row into every table that is empty, and count what each holds."""
    tables: dict[str, dict[str, object]] = {}
    for table, column, kind in await columns(store, url):
        tables.setdefault(table, {})[column] = "{}" if kind == "TEXT" else 1
    counts = {}
    for table, row in tables.items():
        if table in OURS:
            continue
        if await ask(store, f"SELECT COUNT(*) FROM {table}") == [(0,)]:
            await change(store, f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                         *row.values())  # fmt: skip
        counts[table] = (await ask(store, f"SELECT COUNT(*) FROM {table}"))[0][0]
    return counts


async def undo_all(store: Store, migrations: tuple[Migration, ...]) -> None:
    while await roll_back(store, migrations) is not None:
        pass


async def test_every_migration_can_be_taken_back(
    store: Store, database_url: str, migrations: tuple[Migration, ...]
) -> None:
    """Going all the way down leaves nothing of ours behind, and going up again gives the same tables."""
    before = await columns(store, database_url)
    await undo_all(store, migrations)

    assert {table for table, *_ in await columns(store, database_url)} == {"migrations"}
    assert [each.number for each in await migrate(store, migrations, now=0)] == [each.number for each in migrations]
    assert await columns(store, database_url) == before


async def test_a_database_in_use_keeps_its_rows(
    store: Store, database_url: str, migrations: tuple[Migration, ...]
) -> None:
    """Each step of the schema, forth and back and forth, loses no row of the tables that it did not make."""
    await undo_all(store, migrations)
    held: dict[str, int] = {}
    for n in range(1, len(migrations) + 1):
        await migrate(store, migrations[:n], now=0)
        assert held.items() <= (await fill(store, database_url)).items()
        await roll_back(store, migrations[:n])
        assert held.items() <= (await fill(store, database_url)).items()
        await migrate(store, migrations[:n], now=0)
        held = await fill(store, database_url)

    assert len(held) > 10


async def test_migrating_again_changes_nothing(store: Store, migrations: tuple[Migration, ...]) -> None:
    """A second start finds the schema as it should be."""
    assert await migrate(store, migrations, now=0) == []


async def test_a_migration_that_was_edited_after_it_ran_is_found(
    store: Store, migrations: tuple[Migration, ...]
) -> None:
    """Whoever changes a file that has already run reads which one."""
    edited = (replace(migrations[0], up=migrations[0].up + "\n"), *migrations[1:])

    with pytest.raises(MigrationProblem, match="0001 core was changed"):
        await migrate(store, edited, now=0)


async def test_an_old_program_refuses_a_newer_database(store: Store, migrations: tuple[Migration, ...]) -> None:
    """After a downgrade of the program alone, it says what it found and touches nothing."""
    with pytest.raises(MigrationProblem, match=rf"at migration {migrations[-1].number}, this program knows"):
        await migrate(store, migrations[:-1], now=0)


async def test_a_migration_that_breaks_in_the_middle_leaves_nothing(
    store: Store, database_url: str, migrations: tuple[Migration, ...]
) -> None:
    """A faulty file fails at start, and neither its tables nor its number stay."""
    number = migrations[-1].number + 1
    broken = Migration(number, "broken", "CREATE TABLE half (n INTEGER); INSERT INTO nowhere VALUES (1);", "")
    with pytest.raises(Exception, match="nowhere"):
        await migrate(store, [*migrations, broken], now=0)

    assert "half" not in {table for table, *_ in await columns(store, database_url)}
    assert await ask(store, "SELECT MAX(number) FROM migrations") == [(migrations[-1].number,)]


async def test_six_processes_that_start_at_once_migrate_once(postgres_template: tuple[str, str]) -> None:
    """A rolling start on an empty PostgreSQL: every process comes up, each migration ran once."""
    url = await asyncio.to_thread(postgres.create_database, postgres_template[0])
    stores = await asyncio.gather(*(open_store(url, Now()) for _ in range(6)))
    rows = await ask(stores[0], "SELECT number FROM migrations ORDER BY number")
    await asyncio.gather(*(store.close() for store in stores))

    assert [row[0] for row in rows] == [each.number for each in shipped("postgres")]


async def test_both_databases_have_the_same_tables(store: Store, database_url: str) -> None:
    """Tables and columns are the same on SQLite and PostgreSQL, so scripts are written once."""
    memory = SqliteStore(None)
    await migrate(memory, shipped("sqlite"), now=0)

    assert await columns(store, database_url) == await columns(memory, "sqlite:")
    await memory.close()
