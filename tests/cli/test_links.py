"""`main.py links`: how conversations became one person's, long after the log is gone."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

import main
from bot.clock import SystemClock
from bot.records.customers import derived_id
from bot.records.links import Link, Unlink
from bot.store import open_store

THERE, HERE = "telegram/main/1", "webchat/main/a"
STAYS, LEAVES = derived_id("demo", THERE, 0), derived_id("demo", HERE, 0)


async def link_and_part(url: str) -> None:
    """A supervisor links two conversations, and the owner parts them an hour later."""
    store = await open_store(url, SystemClock())
    at = 1_795_000_000_000_000
    for change in (
        Link("demo", HERE, LEAVES, (), False, STAYS, "staff", at, first=THERE, by="m1"),
        Unlink("demo", HERE, STAYS, "m2", at + 3_600_000_000),
    ):
        await store.run(partial(change.apply), locks=change.locks)
    await store.close()


@pytest.mark.req("F19")
async def test_an_owner_reads_who_made_a_link_and_who_undid_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a link, with the members' ids and no words of anybody's."""
    url = f"sqlite:///{tmp_path / 'firm.db'}"
    await link_and_part(url)
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", url)
    printed = await asyncio.to_thread(CliRunner().invoke, main.cli, ["links", STAYS])
    since, until = "2026-11-18T11:06:40+00:00", "2026-11-18T12:06:40+00:00"

    assert printed.output.splitlines() == [
        "actor,since,until,means,linked_by,undone_by",
        f"{THERE},{since},,,,",
        f"{HERE},{since},{until},staff,m1,m2",
    ]
