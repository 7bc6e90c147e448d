"""What both databases promise to scripts: each is one transaction, whole or not at all, and nobody else's affair."""

import asyncio
import sqlite3
from collections import Counter
from functools import partial

import pytest

from bot.ports.store import ClaimRefused, Conflict, Query, Script, Store, StoreUnavailable
from bot.store import open_store
from bot.store.sqlite import SqliteStore
from tests.conftest import Now
from tests.contracts.schema import ask, change


class Broken(Exception):
    """What a faulty script raises."""


@pytest.fixture
async def jar(store: Store) -> Store:
    """A store with a table of numbers."""
    await change(store, "CREATE TABLE jar (n BIGINT PRIMARY KEY)")
    return store


def put(n: int, then: Exception | None = None) -> Script[int]:
    yield Query("INSERT INTO jar (n) VALUES (?)", (n,))
    if then is not None:
        raise then
    return n


async def kept(store: Store) -> list[int]:
    return [row[0] for row in await ask(store, "SELECT n FROM jar ORDER BY n")]


async def test_a_script_that_fails_takes_nobody_with_it(jar: Store) -> None:
    """Of fifty steps that commit together one breaks: it leaves nothing, the other forty-nine stand."""
    results = await asyncio.gather(
        *(jar.run(partial(put, n, Broken() if n == 7 else None)) for n in range(50)), return_exceptions=True
    )

    assert [n for n, each in enumerate(results) if isinstance(each, Broken)] == [7]
    assert await kept(jar) == [n for n in range(50) if n != 7]


async def test_a_statement_the_database_rejects_undoes_its_own_script_only(jar: Store) -> None:
    """A second row under one key fails the script that brought it, from its first statement on."""

    def twice() -> Script[None]:
        yield from put(100)
        yield from put(3)

    results = await asyncio.gather(
        jar.run(lambda: put(3)), jar.run(twice), jar.run(lambda: put(4)), return_exceptions=True
    )

    assert isinstance(results[1], Exception)
    assert await kept(jar) == [3, 4]


async def test_everybody_gets_their_own_result(jar: Store) -> None:
    """Two hundred callers at once are each handed what their own script found."""
    results = await asyncio.gather(*(jar.run(partial(put, n)) for n in range(200)))

    assert results == list(range(200))
    assert await kept(jar) == list(range(200))


@pytest.mark.parametrize("decision", [ClaimRefused("seat"), Conflict("anna")])
async def test_what_the_database_decided_reaches_the_caller(jar: Store, decision: Exception) -> None:
    """A refused claim and a row that moved on are told to the step as such, with nothing kept."""
    with pytest.raises(type(decision)) as told:
        await jar.run(lambda: put(1, decision))

    assert told.value is decision
    assert await kept(jar) == []


@pytest.mark.parametrize("brief", [True, False])
async def test_what_is_refused_apart_does_not_have_the_others_run_again(jar: Store, *, brief: bool) -> None:
    """Of sixty at once a third is refused; the others run once, in one transaction or another, and are kept."""
    runs: Counter[int] = Counter()

    def script(n: int) -> Script[int]:
        runs[n] += 1
        return put(n, ClaimRefused("seat") if n % 3 == 0 else None)

    ended = await asyncio.gather(
        *(jar.run(partial(script, n), brief=brief, apart=n % 3 == 0) for n in range(60)), return_exceptions=True
    )

    assert [isinstance(each, ClaimRefused) for each in ended] == [n % 3 == 0 for n in range(60)]
    assert sorted(await kept(jar)) == [n for n in range(60) if n % 3]
    assert set(runs.values()) == {1}


async def test_one_that_fails_beside_one_that_was_refused_is_told_its_own_error(jar: Store) -> None:
    """When all are run once more, nobody keeps what was said to them the first time."""
    refusals = iter([True, False])

    def sometimes() -> Script[int]:
        return put(1, ClaimRefused("seat") if next(refusals, False) else None)

    ended = await asyncio.gather(
        jar.run(partial(put, 0)), jar.run(sometimes, apart=True), jar.run(lambda: put(2, Conflict("anna"))),
        return_exceptions=True,
    )  # fmt: skip

    assert ended[0] == 0
    assert isinstance(ended[2], Conflict)
    assert (await kept(jar)) == ([0] if isinstance(ended[1], ClaimRefused) else [0, 1])


async def test_a_read_sees_what_was_committed_before_it(jar: Store) -> None:
    """Whoever was told that something is written finds it there at once."""
    for n in range(20):
        await jar.run(partial(put, n))

        assert (await kept(jar))[-1] == n


async def test_scripts_that_name_one_lock_follow_each_other(jar: Store) -> None:
    """Forty steps count up from what they read, at once; none of them counts from an old figure."""

    def next_number() -> Script[int]:
        rows = yield Query("SELECT COALESCE(MAX(n), 0) FROM jar")
        return (yield from put(rows[0][0] + 1))

    results = await asyncio.gather(*(jar.run(next_number, locks=["jar"]) for _ in range(40)))

    assert sorted(results) == list(range(1, 41))


async def test_locks_taken_crosswise_do_not_stand_in_each_others_way(jar: Store) -> None:
    """Scripts that name the same two things in another order all end."""
    await asyncio.gather(*(jar.run(partial(put, n), locks=["a", "b"] if n % 2 else ["b", "a"]) for n in range(60)))

    assert len(await kept(jar)) == 60


async def test_closing_ends_what_is_queued(jar: Store, database_url: str) -> None:
    """A process that is told to stop still writes everything it has accepted."""
    tasks = [asyncio.create_task(jar.run(partial(put, n))) for n in range(50)]
    await asyncio.sleep(0)
    await jar.close()
    opened = await open_store(database_url, Now())
    found = await kept(opened)
    await opened.close()

    assert await asyncio.gather(*tasks) == list(range(50))
    assert found == list(range(50))


async def test_a_closed_store_says_that_it_is_closed(jar: Store) -> None:
    """After the end nothing hangs and nothing is taken in: the caller is told to come again."""
    await jar.close()

    with pytest.raises(StoreUnavailable):
        await jar.run(lambda: put(1))
    with pytest.raises(StoreUnavailable):
        await ask(jar, "SELECT 1")


async def test_who_comes_while_it_closes_is_not_left_waiting(jar: Store) -> None:
    """A step that ends while the store is closing is told so, instead of waiting for ever."""
    closing = asyncio.create_task(jar.close())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        with pytest.raises(StoreUnavailable):
            await jar.run(lambda: put(1))
        await closing
    await jar.close()


async def test_a_locked_file_is_an_outage_and_passes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """While another program holds the database file nothing is kept and the caller may try again."""
    path = tmp_path_factory.mktemp("locked") / "bot.db"
    store = SqliteStore(path, inline=True)
    await change(store, "PRAGMA user_version = 0")
    await change(store, "CREATE TABLE jar (n BIGINT PRIMARY KEY)")
    store._writer.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await store.run(lambda: put(1))
    other.execute("ROLLBACK")
    other.close()
    await store.run(lambda: put(1))

    assert await kept(store) == [1]
    await store.close()


async def test_brief_and_other_scripts_keep_their_order(jar: Store) -> None:
    """What is asked for at once is written in that order, whether it is brief or not, and a broken one leaves nothing."""
    results = await asyncio.gather(
        *(jar.run(partial(put, n, Broken() if n in (8, 9) else None), brief=n % 4 < 2) for n in range(40)),
        return_exceptions=True,
    )

    assert [n for n, each in enumerate(results) if isinstance(each, Broken)] == [8, 9]
    assert [n for n in results if isinstance(n, int)] == await kept(jar)
    assert len(await kept(jar)) == 38


async def test_nobody_waits_on_the_loop_for_another_program(tmp_path_factory: pytest.TempPathFactory) -> None:
    """While another program writes into the file a brief script waits for it aside, and the bot goes on meanwhile."""
    path = tmp_path_factory.mktemp("held") / "bot.db"
    store = SqliteStore(path)
    await change(store, "CREATE TABLE jar (n BIGINT PRIMARY KEY)")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(store.run(lambda: put(1), brief=True))
    for _ in range(20):
        await asyncio.sleep(0)  # with the wait on the loop, one of these would end in an outage

    assert await kept(store) == []
    assert not writing.done()
    other.execute("ROLLBACK")
    other.close()
    assert await writing == 1
    assert await kept(store) == [1]
    await store.close()


async def test_a_full_disk_is_an_outage_and_passes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """When the disk is full nothing half stays, and the bot goes on as soon as there is room."""
    store = SqliteStore(tmp_path_factory.mktemp("full") / "bot.db", inline=True)
    await change(store, "CREATE TABLE jar (n BIGINT PRIMARY KEY, t TEXT)")
    pages = store._writer.execute("PRAGMA page_count").fetchone()[0]
    store._writer.execute(f"PRAGMA max_page_count = {pages}")

    def big() -> Script[None]:
        yield from put(1)
        yield Query("UPDATE jar SET t = ?", ("x" * 100_000,))

    with pytest.raises(StoreUnavailable, match="full"):
        await store.run(big)
    assert await kept(store) == []
    store._writer.execute("PRAGMA max_page_count = 100000")
    await store.run(big)

    assert await kept(store) == [1]
    await store.close()


async def test_a_server_that_drops_its_connections_is_found_again(jar: Store, database_url: str) -> None:
    """After PostgreSQL has been restarted under it, the bot is told of an outage at most, and then goes on."""
    if database_url.startswith("sqlite"):
        pytest.skip("a file has no connections")
    await ask(
        jar,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    outages = []
    for n in range(20):
        try:
            await jar.run(partial(put, n))
        except StoreUnavailable as outage:
            outages.append(outage)

    assert len(await kept(jar)) == 20 - len(outages)
    assert len(outages) < 20


async def test_a_file_that_cannot_be_opened_is_said_in_a_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An operator who names a folder for the database reads what is wrong and with which file."""
    folder = tmp_path_factory.mktemp("folder")

    with pytest.raises(StoreUnavailable, match="cannot be used") as told:
        await open_store(f"sqlite:///{folder}", Now())
    assert str(folder) in str(told.value)


async def test_a_commit_survives_a_power_cut(store: Store, database_url: str) -> None:
    """Both databases are asked to have a commit on disk before they say that it is done."""
    (row,) = await ask(store, "PRAGMA synchronous" if database_url.startswith("sqlite") else "SHOW synchronous_commit")

    assert row[0] in {2, "on"}
