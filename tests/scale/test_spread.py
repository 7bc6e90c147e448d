"""The schema can be spread by the business key: no key of it spans two firms."""

import re
from pathlib import Path

import asyncpg
import pytest

from tests.contracts.schema import OURS

DISTRIBUTE = Path("deploy/citus/distribute.sql").read_text("utf-8")

KEYS = """
SELECT t.relname::text, i.relname::text, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)
WHERE x.indisunique AND t.relnamespace = current_schema()::regnamespace GROUP BY 1, 2
"""
FOREIGN = "SELECT conname::text FROM pg_constraint WHERE contype = 'f'"
TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
GENERATED = """
SELECT column_name::text FROM information_schema.columns
WHERE table_schema = current_schema() AND (is_identity = 'YES' OR column_default LIKE 'nextval%')
"""


async def rows(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


@pytest.mark.req("F22")
async def test_every_key_holds_the_business(served: str) -> None:
    """A unique key without the firm in it would have to be looked up on every node."""
    found = {(table, index): columns for table, index, columns in await rows(served, KEYS) if table not in OURS}

    assert len(found) > 10
    assert [key for key, columns in found.items() if "business" not in columns] == []


async def test_nothing_in_the_schema_counts_for_all_firms_at_once(served: str) -> None:
    """No reference from table to table and no sequence stands in the way of spreading."""
    assert await rows(served, FOREIGN) == []
    assert await rows(served, GENERATED) == []


async def test_the_script_that_spreads_names_every_table_once(served: str) -> None:
    """A table that a migration adds is not forgotten: those of the schema itself are copied, all others spread."""
    spread = re.findall(r"create_distributed_table\('(\w+)', 'business'", DISTRIBUTE)
    copied = re.findall(r"create_reference_table\('(\w+)'\)", DISTRIBUTE)
    tables = {row[0] for row in await rows(served, TABLES)}

    assert sorted([*spread, *copied]) == sorted(tables)
    assert set(copied) == OURS
