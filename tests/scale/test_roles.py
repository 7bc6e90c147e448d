"""Processes that share the work: who does what, and how they wake each other."""

import asyncio

import pytest

from bot.settings import SettingsProblem, load_settings
from bot.web import Site
from tests.scale.fleet import Fleet, answered, contact_of, lines, until


@pytest.mark.req("F22")
async def test_what_one_process_takes_in_another_answers_at_once(either: Fleet) -> None:
    """A visitor writes to a process that only serves pages; a worker that looks for nothing by itself answers."""
    web = await either.join("web")
    worker = await either.join("worker", patient=True)
    await either.connected()
    contact = await either.says(web, "ann", "menu")

    assert (await answered(web, contact))[0] == "menu"
    await until(lambda: worker.engine.stepper.figures.outcomes["demo", "done"] == 1)
    assert web.engine.stepper.figures.outcomes == {}


@pytest.mark.req("F22")
async def test_a_page_is_woken_by_whatever_process_has_the_answer(either: Fleet) -> None:
    """The page hangs on one process, the step is taken by another: the page hears of it without looking."""
    web = await either.join("web")
    await either.join("worker", patient=True)
    await either.connected()
    contact = contact_of(web, "ann")
    with web.hub.page(contact) as bell:
        await either.says(web, "ann", "menu")
        async with asyncio.timeout(30):
            while len(await lines(web, contact)) < 2:
                await bell.wait()
                bell.clear()

    assert len(await lines(web, contact)) >= 2


async def test_a_desk_hears_of_what_another_process_has_done(either: Fleet) -> None:
    """An operator's desk hangs on one process and sees what a worker has committed."""
    web = await either.join("web")
    heard: list[str] = []
    web.intake.watchers.append(heard.append)
    await either.join("worker")
    await either.connected()
    await either.says(web, "ann", "menu")
    await until(lambda: bool(heard))

    assert heard == ["demo"]


async def test_processes_find_the_work_without_any_line_between_them(fleet: Fleet) -> None:
    """With neither Redis nor a listener the worker looks by itself, so an answer is late and comes."""
    web = await fleet.join("web", started=False)
    web.engine.relay = None
    web.engine.wakeups.tell = None
    await fleet.start(web)
    await fleet.join("worker")
    contact = await fleet.says(web, "ann", "menu")

    assert len(await answered(web, contact)) >= 2


async def test_every_process_that_does_all_takes_its_own_visitors(either: Fleet) -> None:
    """Two equal processes: each answers who came to it, and nobody is answered twice."""
    one, two = await either.join(patient=True), await either.join(patient=True)
    await either.connected()
    people = [(site, await either.says(site, f"{n}", "menu")) for n, site in enumerate([one, two] * 10)]
    transcripts = [await answered(site, contact) for site, contact in people]

    assert [len(each) for each in transcripts] == [2] * 20
    await until(lambda: _done(one) + _done(two) == 20)
    assert min(_done(one), _done(two)) >= 5


def _done(site: Site) -> int:
    return site.engine.stepper.figures.outcomes["demo", "done"]


async def test_a_process_that_stops_says_so_at_once(fleet: Fleet) -> None:
    """From SIGTERM on the process is not ready and takes no step; its row is gone when it is."""
    one, two = await fleet.join(), await fleet.join()
    assert two.engine.peers is not None
    await two.engine.peers.beat()
    assert len(two.engine.peers.living) == 2
    one.engine.stop_soon()

    assert one.engine.stopping
    assert one.engine.stepper.offer(1) is None
    await one.engine.stop()
    await two.engine.peers.beat()
    assert [each.role for each in two.engine.peers.living] == ["all"]


@pytest.mark.parametrize("role", ["web", "worker", "sender"])
def test_one_process_does_everything_on_sqlite(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who splits the roles on SQLite reads what that needs, in one line."""
    monkeypatch.setenv("DRAGOMAN_ROLE", role)

    with pytest.raises(SettingsProblem, match=f"DRAGOMAN_ROLE +'{role}' needs PostgreSQL"):
        load_settings()


def test_a_password_in_a_wrong_setting_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of wrong settings may be pasted anywhere."""
    monkeypatch.setenv("DRAGOMAN_REDIS_URL", "http://:hunter2@cache")

    with pytest.raises(SettingsProblem, match="DRAGOMAN_REDIS_URL") as told:
        load_settings()
    assert "hunter2" not in str(told.value)
