"""One whole run: a crowd, the kills, orderly stops between, what goes wrong beneath, one last start, and the audit."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.audit import Audit, Findings, opened
from tests.crash.disk import small_disk
from tests.crash.faults import TIMES, DatabaseTrouble, DiskTrouble, RedisTrouble, Trouble, Troubles, valkey
from tests.crash.fleet import Fleet
from tests.crash.load import Crowd, crowd
from tests.crash.nursery import nursery
from tests.crash.outcome import Outcome
from tests.crash.plan import Plan
from tests.crash.program import Program
from tests.crash.reaper import Reaper
from tests.crash.recovery import Recovery
from tests.crash.telegram.crowd import TelegramCrowd, telegram_crowd
from tests.standins import postgres

DISK_MEGABYTES = 48
RESTING_SECONDS = 90
STARTING_SECONDS, BORN_SECONDS = 0.8, 0.08
"""How long a start takes about, by reading the code and by birth in the nursery."""


@contextmanager
def database(plan: Plan) -> Iterator[str]:
    """The URL of an empty database of a plan while the block lasts; empty for SQLite, a file of the program's own."""
    if not plan.on_postgres:
        yield ""
        return
    with postgres.server() as server:
        yield postgres.create_database(server)


def gathering(plan: Plan, fleet: Fleet, folder: Path) -> AbstractAsyncContextManager[Crowd | TelegramCrowd]:
    """The people, who have not come yet."""
    if plan.on_telegram:
        return telegram_crowd(fleet, plan.telegram_mode, plan.seed, plan.people, folder)
    return crowd(fleet, plan.seed, plan.people)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a run needs, put together."""

    plan: Plan
    fleet: Fleet
    people: Crowd | TelegramCrowd
    reaper: Reaper
    troubles: Troubles
    recovery: Recovery | None
    findings: Findings


@asynccontextmanager
async def scene(plan: Plan, folder: Path, database_url: str) -> AsyncIterator[Scene]:
    """The processes, which do not run yet, with all that stands around them; kills what runs in the end."""
    async with AsyncExitStack() as stack:
        born_in = await stack.enter_async_context(nursery()) if plan.born else None
        disk = stack.enter_context(small_disk(folder / "disk", DISK_MEGABYTES)) if "disk" in plan.faults else None
        fleet = Fleet.of(plan.size, folder, disk.database_url if disk else database_url, born_in)
        kinds: list[Trouble] = [DiskTrouble(disk, fleet)] if disk else []
        if "database" in plan.faults:
            trouble = await DatabaseTrouble.of(fleet.database_url)
            stack.push_async_callback(trouble.end)
            kinds.append(trouble)
        if "redis" in plan.faults:
            redis = await stack.enter_async_context(valkey())
            fleet.set({"DRAGOMAN_REDIS_URL": redis.url})
            kinds.append(RedisTrouble(redis))
        people = await stack.enter_async_context(gathering(plan, fleet, folder))
        recovery = Recovery(fleet.database_url) if plan.on_postgres else None
        starting = BORN_SECONDS if plan.born else STARTING_SECONDS
        reaper = Reaper(fleet, random.Random(plan.seed), plan.lives or people.lives, starting, recovery,
                        by_work=plan.lives is not None)  # fmt: skip
        try:
            troubles = Troubles(kinds, plan.seed, plan.times if plan.times is not None else TIMES)
            yield Scene(plan, fleet, people, reaper, troubles, recovery, Findings())
        finally:
            for each in fleet.programs:
                await each.kill()


async def carry_out(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Do it all; the logs and files of the processes stay in `folder`."""
    async with scene(plan, folder, database_url) as given:
        await asyncio.gather(*(each.start() for each in given.fleet.programs))
        given.people.gather()
        watching = [asyncio.create_task(given.reaper.look_after())]
        if given.recovery is not None:
            watching.append(asyncio.create_task(given.recovery.watch()))
        try:
            await asyncio.gather(_ends(given), given.troubles.run())
            await given.reaper.whole()
            await given.people.leave(plan.messages)
            await _rest(given)
        finally:
            await _cancelled(watching)
        await given.reaper.end()
        await _audit(given)
        return Outcome.of(given.plan, given.findings, given.fleet, given.reaper, given.troubles, given.people.recoveries,
                          given.recovery)  # fmt: skip


async def _ends(given: Scene) -> None:
    """The lives of the processes end, one after another, as the plan says."""
    for kind in given.plan.ends(given.reaper.draw):
        if kind != "stop":
            await given.reaper.act(kind, _nothing)
            continue
        async with given.troubles.calm:
            await given.reaper.act(kind, lambda program: _after_a_stop(given, program))


async def _nothing(program: Program) -> None:
    del program


async def _after_a_stop(given: Scene, program: Program) -> None:
    """SIGTERM in the middle of the load; what stands in the database then is whole."""
    store = await opened(given.fleet.database_url)
    audit = Audit(store, given.findings)
    await (audit.at_rest() if given.plan.size == 1 else audit.let_go_by(program.port))
    await store.close()


async def _rest(given: Scene) -> None:
    """Wait for what is still on its way: an order to a room may wait its turn when everybody has gone."""
    store = await opened(given.fleet.database_url)
    audit = Audit(store, given.findings)
    with suppress(TimeoutError):  # then the audit says what it was
        async with asyncio.timeout(RESTING_SECONDS):
            while await audit.is_busy():  # noqa: ASYNC110  a database rings no bell
                await asyncio.sleep(0.2)
    await given.people.go(audit)
    await store.close()


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


async def _audit(given: Scene) -> None:
    store = await opened(given.fleet.database_url)
    audit = Audit(store, given.findings)
    await audit.at_rest()
    await given.people.check(audit)
    await store.close()
    for sentence in given.people.stuck:
        given.findings.add("stuck", sentence)
    for sentence in given.reaper.fell:
        given.findings.add("fell", sentence)
