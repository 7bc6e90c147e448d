"""One whole run: a crowd, the kills, orderly stops between, one last start, and the audit."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.crash.audit import Audit, Findings, opened
from tests.crash.load import Crowd, Reaper, crowd
from tests.crash.program import Program
from tests.crash.telegram.crowd import TelegramCrowd, telegram_crowd
from tests.standins import postgres

PROMISES = (
    "lost", "reordered", "doubled messages", "doubled bookings", "booking and word differ", "calendar",
    "handled twice", "not shown", "shown twice", "unsent", "parked", "stuck", "half done", "refused",
)  # fmt: skip
TELEGRAM_PROMISES = ("doubled cases", "lost relays", "doubled relays")
WAYS = ("sqlite", "postgres", "telegram-polling", "telegram-webhook")
"""Web chat on either database, and Telegram on SQLite in either way that updates come."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the same seed kills at the same moments and lets the same people in."""

    way: str
    kills: int
    messages: int
    seed: int
    people: int = 24
    stops: int = 3

    @property
    def on_telegram(self) -> bool:
        """Whether people write in Telegram."""
        return self.way.startswith("telegram")


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
        yield f"{plan.way}, seed {plan.seed}: {ends}"
        yield f"  {'messages sent':<26}{findings.messages}"
        yield f"  {'answers':<26}{findings.answers}"
        yield f"  {'bookings':<26}{findings.bookings}"
        if plan.on_telegram:
            yield f"  {'relays, both ways':<26}{findings.relays}"
            doubled = f"{findings.doubled}; relays {findings.doubled_relays}, topics {findings.doubled_topics}"
            yield f"  {'doubled answers':<26}{doubled} (each was on its way when the program ended)"
        yield f"  {'steps that were repeated':<26}{findings.failed_steps} after an error of their own"
        if self.recoveries:
            figures = f"median {median(self.recoveries):.2f} s, longest {max(self.recoveries):.2f} s"
            yield f"  {'start to first answer':<26}{figures}"
        yield f"  {'exit codes of SIGTERM':<26}{', '.join(map(str, self.exit_codes)) or 'none asked'}"
        for promise in (*PROMISES, *(TELEGRAM_PROMISES if plan.on_telegram else ())):
            yield f"  {promise:<26}{findings.broken[promise]}"
        yield from (f"  ! {sentence}" for sentence in findings.sentences[:40])


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database of a way while the block lasts; empty for SQLite, a file of the program's own."""
    if kind != "postgres":
        yield ""
        return
    with postgres.server() as server:
        yield postgres.create_database(server)


def ends_of(plan: Plan, draw: random.Random) -> list[str]:
    """In which order the lives of the program end: by a kill or by a stop."""
    ends = ["kill"] * plan.kills + ["stop"] * plan.stops
    draw.shuffle(ends)
    return ends


def gathering(plan: Plan, folder: Path, database_url: str) -> AbstractAsyncContextManager[Crowd | TelegramCrowd]:
    """The program and its people, who have not come yet."""
    if plan.on_telegram:
        return telegram_crowd(folder, plan.way.removeprefix("telegram-"), plan.seed, plan.people)
    return crowd(folder, database_url, plan.seed, plan.people)


async def carry_out(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Do it all; the program's log and files stay in `folder`."""
    exit_codes, draw, findings = [], random.Random(plan.seed), Findings()
    async with gathering(plan, folder, database_url) as people:
        program = people.program
        await program.start()
        try:
            reaper = Reaper(program, draw, people.lives)
            people.gather()
            for kind in ends_of(plan, draw):
                if kind == "kill":
                    await reaper.kill_once()
                else:
                    await asyncio.sleep(draw.uniform(0.2, 1))
                    exit_codes.append(await _orderly_stop(program, findings))
            await people.leave(plan.messages)
            exit_codes.append(await program.stop())
        finally:
            await program.kill()
        await _audit(people, findings)
    return Outcome(plan, findings, plan.kills, program.starts, tuple(exit_codes), tuple(people.recoveries))


async def _orderly_stop(program: Program, findings: Findings) -> int:
    """SIGTERM in the middle of the load; what stands in the database then is whole."""
    code = await program.stop()
    store = await opened(program.database_url)
    await Audit(store, findings).at_rest()
    await store.close()
    await program.start()
    return code


async def _audit(people: Crowd | TelegramCrowd, findings: Findings) -> None:
    store = await opened(people.program.database_url)
    audit = Audit(store, findings)
    await audit.at_rest()
    await people.check(audit)
    await store.close()
    for sentence in people.stuck:
        findings.add("stuck", sentence)
