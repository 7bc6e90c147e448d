"""What tables a database has, read from the database itself, so that a test meets every column there will ever be."""

from typing import Any

from bot.ports.store import Query, Row, Script, Store

OURS = frozenset({"migrations", "personal_columns"})
"""Tables that describe the schema and hold nothing of any business."""

SQLITE = (
    "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c"
    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
)
POSTGRES = (
    "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns"
    " WHERE table_schema = current_schema()"
)


async def columns(store: Store, url: str) -> list[tuple[str, str, str]]:
    """Every (table, column, TEXT or INTEGER), sorted."""
    found = await ask(store, SQLITE if url.startswith("sqlite") else POSTGRES)
    return sorted((table, column, kind.upper().replace("BIGINT", "INTEGER")) for table, column, kind in found)


async def ask(store: Store, sql: str, *params: Any) -> list[Row]:
    """The rows of one statement that only reads."""

    def script() -> Script[list[Row]]:
        return (yield Query(sql, params))

    return await store.read(script)


async def change(store: Store, sql: str, *params: Any) -> list[Row]:
    """Run one statement in a transaction of its own."""

    def script() -> Script[list[Row]]:
        return (yield Query(sql, params))

    return await store.run(script)
