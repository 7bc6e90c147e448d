"""A backup is whole, private, and comes back only where it harms nobody."""

import json
import os
import stat
import tarfile
from functools import partial
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.ports.clock import micros
from bot.ports.store import Store
from bot.store import fence, open_store
from bot.store.archive import BackupProblem, Manifest
from bot.store.backup import back_up
from bot.store.opening import AlreadyRunning, sole_owner, sqlite_path
from bot.store.restoring import restore
from tests.conftest import Now
from tests.contracts.schema import OURS, ask, change, columns
from tests.standins import postgres

pytestmark = pytest.mark.req("G18")

AWKWARD = 'a "quoted", comma;\nline\\N \\. — Ա'


@pytest.fixture
def other_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the same kind."""
    if sqlite_path(database_url) is not None:
        return f"sqlite:///{tmp_path / 'other' / 'test.db'}"
    return postgres.create_database(request.getfixturevalue("postgres_template")[0])


async def filled(store: Store) -> None:
    """Somebody has written, and something waits to be sent."""
    await change(
        store, "INSERT INTO actors (business, actor, seq, state) VALUES ('salon', 'webchat/main/a', 7, ?)", AWKWARD
    )
    await change(
        store,
        "INSERT INTO outbox (business, key, line, actor, port, kind, lane, created_at, position, due_at)"
        " VALUES ('salon', 'webchat/main/a#1.0', 'l', 'webchat/main/a', 'webchat', 'question', 0, 1, 1, 1)",
    )


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that holds something of a business."""
    store = await open_store(url, Now())
    tables = sorted({table for table, *_ in await columns(store, url)} - OURS)
    found = {table: sorted(tuple(row) for row in await ask(store, f"SELECT * FROM {table}")) for table in tables}
    await store.close()
    return found


async def put_back(file: Path, url: str, *, force: bool = False) -> Manifest:
    return await restore(file, url, SystemClock(), firms=["salon"], media=file.parent / "media back", force=force)


async def test_what_was_backed_up_comes_back(store: Store, database_url: str, other_url: str, tmp_path: Path) -> None:
    """Every row of a database that is in use stands in the restored one, and around it a fence."""
    await filled(store)
    manifest = await back_up(database_url, tmp_path / "one.backup", Now())
    await put_back(tmp_path / "one.backup", other_url)

    restored, original = await contents(other_url), await contents(database_url)
    fences = [row for row in restored["settings"] if row[1] == "fence"]
    assert restored | {"settings": []} == original | {"settings": []}
    assert len(fences) == 1
    assert manifest.tables["actors"] == 1


async def test_a_backup_is_for_its_owners_eyes_only(store: Store, database_url: str, tmp_path: Path) -> None:
    """The file, which holds what customers said, can be read by nobody else, and nothing is left beside it."""
    before = names_in(tmp_path)
    await back_up(database_url, tmp_path / "one.backup", Now())

    assert stat.S_IMODE((tmp_path / "one.backup").stat().st_mode) == 0o600
    assert names_in(tmp_path) - before == {"one.backup"}


async def test_pictures_go_with_it_when_asked_for(
    store: Store, database_url: str, other_url: str, tmp_path: Path
) -> None:
    """Pictures come back beside those that are there; a file that is not whole yet stays out."""
    media = tmp_path / "media"
    media.mkdir()
    (media / "picture.png").write_bytes(b"png")
    (media / ".half.png").write_bytes(b"p")
    await back_up(database_url, tmp_path / "one.backup", Now(), media=media)
    await put_back(tmp_path / "one.backup", other_url)

    assert [(each.name, each.read_bytes()) for each in (tmp_path / "media back").iterdir()] == [("picture.png", b"png")]


async def test_a_damaged_backup_touches_nothing(
    store: Store, database_url: str, other_url: str, tmp_path: Path
) -> None:
    """One byte of a table that is not as it was written, or an end that is missing, is found before anything is changed."""
    await filled(store)
    file = tmp_path / "one.backup"
    await back_up(database_url, file, Now())
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"quoted", b"qooted"))
    with pytest.raises(BackupProblem, match="damaged"):
        await put_back(file, other_url)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupProblem, match=r"not a whole one|ends before|damaged"):
        await put_back(file, other_url)

    assert (await contents(other_url))["actors"] == []


async def test_a_stranger_in_the_archive_is_refused(tmp_path: Path) -> None:
    """A tar file that somebody has put a path into is not unpacked."""
    evil = tmp_path / "evil.backup"
    words = json.dumps({"program": "", "dialect": "sqlite", "schema": 1, "taken_at": 1, "at": "", "tables": {},
                        "files": {"../../owned": {"size": 0, "sha256": ""}}}).encode()  # fmt: skip
    (tmp_path / "manifest.json").write_bytes(words)
    with tarfile.open(evil, "w") as tar:
        tar.add(tmp_path / "manifest.json", "manifest.json")
        tar.add(tmp_path / "manifest.json", "../../owned")

    with pytest.raises(BackupProblem, match="does not list"):
        await put_back(evil, f"sqlite:///{tmp_path / 'x.db'}")


async def test_a_database_that_holds_somebody_is_not_replaced_by_accident(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """Restoring over a house that has customers wants a word more."""
    await filled(store)
    await back_up(database_url, tmp_path / "one.backup", Now())

    with pytest.raises(BackupProblem, match=r"--force|stop every process"):
        await put_back(tmp_path / "one.backup", database_url)


async def test_by_force_the_old_file_is_kept(tmp_path: Path) -> None:
    """What --force replaces lies beside the new file, under a name that says until when it was used."""
    url = f"sqlite:///{tmp_path / 'firm.db'}"
    store = await open_store(url, Now())
    await back_up(url, tmp_path / "empty.backup", Now())
    await filled(store)
    await store.close()
    await put_back(tmp_path / "empty.backup", url, force=True)

    (old,) = [name for name in names_in(tmp_path) if name.startswith("firm.db.before-") and name.endswith("Z")]
    assert (await contents(f"sqlite:///{tmp_path / old}"))["actors"] != []
    assert (await contents(url))["actors"] == []


async def test_a_file_in_use_is_never_replaced(tmp_path: Path) -> None:
    """While the bot runs on a file, not even --force takes it away."""
    url = f"sqlite:///{tmp_path / 'firm.db'}"
    await (await open_store(url, Now())).close()
    await back_up(url, tmp_path / "one.backup", Now())

    with sole_owner(url), pytest.raises(AlreadyRunning):
        await put_back(tmp_path / "one.backup", url, force=True)


async def test_a_backup_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """An older release says that it does not know the schema, instead of failing later."""
    url = f"sqlite:///{tmp_path / 'firm.db'}"
    store = await open_store(url, Now())
    await change(store, "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (99, 'x', 'x', 0)")
    await store.close()
    await back_up(url, tmp_path / "one.backup", Now())

    with pytest.raises(BackupProblem, match="at migration 99"):
        await put_back(tmp_path / "one.backup", f"sqlite:///{tmp_path / 'other.db'}")


async def test_a_backup_of_yesterdays_release_comes_up_to_date(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    """A copy from before the newest migrations gets them before its first start."""
    from bot.store.migrating import roll_back, shipped

    store = await open_store(database_url, Now())
    await filled(store)
    known = shipped("sqlite" if sqlite_path(database_url) else "postgres")
    while (await roll_back(store, known)).number > 4:  # type: ignore[union-attr]
        pass
    manifest = await back_up(database_url, tmp_path / "one.backup", Now())
    await store.close()
    await put_back(tmp_path / "one.backup", other_url)

    assert manifest.schema == 3
    assert [row[1] for row in (await contents(other_url))["actors"]] == ["webchat/main/a"]


async def test_a_database_restored_by_other_means_can_be_fenced(store: Store) -> None:
    """After PostgreSQL's own recovery the fence is put up by hand, around every firm that is in it."""
    await filled(store)
    now = micros(Now().now())
    names = await store.run(partial(fence.put_up, now - 1, now, ["barber"]))

    assert names == ["barber", "salon"]
    assert set(await store.read(fence.standing)) == {"barber", "salon"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_told(store: Store, database_url: str, tmp_path: Path) -> None:
    """Nothing half written stays when there is no place for it."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)

    with pytest.raises(OSError, match="denied"):
        await back_up(database_url, locked / "one.backup", Now())
