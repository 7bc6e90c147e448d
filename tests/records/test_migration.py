"""The tables of the records can be made and taken back."""

from bot.ports.store import Query, Script, Store
from bot.store.migrating import migrate, roll_back, shipped


def marked() -> Script[set[str]]:
    rows = yield Query("SELECT table_name FROM personal_columns")
    return {row[0] for row in rows}


async def test_the_tables_can_be_taken_back_and_made_again(store: Store, database_url: str) -> None:
    """An operator who goes back a version and forward again has whole tables and no mark of one that is gone."""
    migrations = shipped(database_url.split(":", maxsplit=1)[0].replace("postgresql", "postgres"))
    records = [migration for migration in migrations if migration.number <= 2]
    while (undone := await roll_back(store, migrations)) is not None and undone.number > 2:
        pass
    without = await store.read(marked)
    again = await migrate(store, records, now=0)

    assert undone is not None
    assert undone.name == "records"
    assert not without & {"customers", "bookings", "cases"}
    assert [migration.name for migration in again] == ["records"]
    assert await store.read(marked) >= {"customers", "bookings", "cases"}
