"""One whole run: a crowd, the kills, orderly stops between, one last start, and the audit."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp

from tests.crash.audit import Audit, Findings, opened
from tests.crash.load import Crowd, Reaper
from tests.crash.program import Program
from tests.standins import postgres

PROMISES = (
    "lost", "reordered", "doubled messages", "doubled bookings", "booking and word differ", "calendar",
    "handled twice", "not shown", "shown twice", "unsent", "parked", "stuck", "half done", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the same seed kills at the same moments and lets the same people in."""

    database: str
    kills: int
    messages: int
    seed: int
    people: int = 24
    stops: int = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan."""

    plan: Plan
    findings: Findings
    kills: int
    starts: int
    exit_codes: tuple[int, ...]
    recoveries: tuple[float, ...]

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not self.findings.broken and not any(self.exit_codes)

    def lines(self) -> Iterator[str]:
        """The outcome as people read it."""
        plan, findings = self.plan, self.findings
        ends = f"{self.kills} kills, {len(self.exit_codes)} orderly stops, {self.starts} starts"
        yield f"{plan.database}, seed {plan.seed}: {ends}"
        yield f"  {'messages sent':<26}{findings.messages}"
        yield f"  {'answers':<26}{findings.answers}"
        yield f"  {'bookings':<26}{findings.bookings}"
        yield f"  {'steps that were repeated':<26}{findings.failed_steps} after an error of their own"
        if self.recoveries:
            figures = f"median {median(self.recoveries):.2f} s, longest {max(self.recoveries):.2f} s"
            yield f"  {'start to first answer':<26}{figures}"
        yield f"  {'exit codes of SIGTERM':<26}{', '.join(map(str, self.exit_codes)) or 'none asked'}"
        for promise in PROMISES:
            yield f"  {promise:<26}{findings.broken[promise]}"
        yield from (f"  ! {sentence}" for sentence in findings.sentences[:40])


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database while the block lasts; empty for SQLite, a file of the program's own."""
    if kind == "sqlite":
        yield ""
        return
    with postgres.server() as server:
        yield postgres.create_database(server)


def ends_of(plan: Plan, draw: random.Random) -> list[str]:
    """In which order the lives of the program end: by a kill or by a stop."""
    ends = ["kill"] * plan.kills + ["stop"] * plan.stops
    draw.shuffle(ends)
    return ends


async def carry_out(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Do it all; the program's log and files stay in `folder`."""
    program = Program(folder, database_url)
    await program.start()
    exit_codes, draw = [], random.Random(plan.seed)
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            crowd = Crowd(program, http, plan.seed, plan.people)
            reaper = Reaper(program, draw)
            crowd.gather()
            findings = Findings()
            for kind in ends_of(plan, draw):
                if kind == "kill":
                    await reaper.kill_once()
                else:
                    await asyncio.sleep(draw.uniform(0.2, 1))
                    exit_codes.append(await _orderly_stop(program, findings))
            await crowd.leave(plan.messages)
        exit_codes.append(await program.stop())
    finally:
        await program.kill()
    findings = await _audit(program, crowd, findings)
    return Outcome(plan, findings, plan.kills, program.starts, tuple(exit_codes), tuple(crowd.recoveries))


async def _orderly_stop(program: Program, findings: Findings) -> int:
    """SIGTERM in the middle of the load; what stands in the database then is whole."""
    code = await program.stop()
    store = await opened(program.database_url)
    await Audit(store, findings).at_rest()
    await store.close()
    await program.start()
    return code


async def _audit(program: Program, crowd: Crowd, findings: Findings) -> Findings:
    store = await opened(program.database_url)
    audit = Audit(store, findings)
    await audit.at_rest()
    await audit.everything(crowd.pages)
    await store.close()
    for sentence in crowd.stuck:
        findings.add("stuck", sentence)
    return findings
