"""Ends processes at moments that the seed decides, and has them begin again, as a supervisor does.

A process alone is waited for until it is there again. Where there are several, the others go on meanwhile, and may be
killed as well; now and then one stays away until the others have taken over what it held.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.crash.fleet import Fleet
from tests.crash.program import Program
from tests.crash.recovery import Recovery

EARLY = 0.15  # how often a process that has just been killed is killed again while it starts
AWAY_SECONDS = 60  # a guard against waiting for ever for others to take over, not a figure to reach
LOOK_SECONDS = 0.2
TICK_SECONDS = 0.01
MOST_LIFE_SECONDS = 10.0  # of one that has nothing to do


@dataclass
class Reaper:
    """`lives` says how many seconds there are between two kills, `starting` how many a start takes.

    With `by_work` they are seconds that the process which is to be killed has worked, so that a busy machine, on which it
    hardly gets to do anything, makes a run longer, not emptier.

    `fell` holds a sentence for each process that ended although nobody had asked it to.
    """

    fleet: Fleet
    draw: random.Random
    lives: tuple[float, float]
    starting: float
    recovery: Recovery | None = None
    by_work: bool = False
    kills: int = 0
    fell: list[str] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reviving: dict[int, asyncio.Task[None]] = {}
        self._away: set[int] = set()

    async def act(self, kind: str, after_a_stop: Callable[[Program], Awaitable[None]]) -> None:
        """Do one thing of the schedule."""
        match kind:
            case "kill":
                program = await self._chosen()
                await self._pass(program)
                await self._kill(program)
                await self._perhaps_early(program)
            case "kill and stay away":
                program = await self._chosen()
                await self._pass(program)
                await self._kill(program, away=True)
            case "kill all":
                await self.whole()
                await self._pass(self.fleet.first)
                await asyncio.gather(*map(self._kill, self.fleet.programs))
            case "stop":
                for program in self.fleet.programs:
                    await self._stop(program, after_a_stop)

    async def whole(self) -> None:
        """Wait until all processes are there."""
        await asyncio.gather(*map(self._there, self.fleet.programs))

    async def look_after(self) -> None:
        """Note every process that ended by itself and have it begin again; to be cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for program in self.fleet.programs:
                if program.fallen and not self._revived(program):
                    words = program.log.read_text("utf-8")[-1500:]
                    self.fell.append(f"the process at port {program.port} ended by itself: {words}")
                    self._revive(program)

    async def end(self) -> None:
        """Ask all to stop for good, once all are there."""
        await self.whole()
        self.exit_codes += await asyncio.gather(*(each.stop() for each in self.fleet.programs))

    async def _chosen(self) -> Program:
        """One that is not to stay away."""
        program = self.draw.choice([each for each in self.fleet.programs if each.port not in self._away])
        await self._there(program)
        return program

    async def _there(self, program: Program) -> None:
        if task := self._reviving.get(program.port):
            await task

    async def _pass(self, program: Program) -> None:
        seconds = self.draw.uniform(*self.lives)
        if not self.by_work:
            await asyncio.sleep(seconds)
            return
        begun, ends = program.worked, time.monotonic() + MOST_LIFE_SECONDS
        while program.runs and program.worked - begun < seconds and time.monotonic() < ends:  # noqa: ASYNC110  no process tells
            await asyncio.sleep(TICK_SECONDS)

    async def _kill(self, program: Program, *, away: bool = False) -> None:
        if program.fallen and not self._revived(program):
            await asyncio.sleep(LOOK_SECONDS * 2)  # who looks after them notes it first
            await self._there(program)
        await program.kill()
        self.kills += 1
        if self.recovery is not None:
            await self.recovery.killed(program, away=away)
        self._revive(program, away=away)

    async def _perhaps_early(self, program: Program) -> None:
        early, after = self.draw.random() < EARLY, self.draw.uniform(0, self.starting)
        if early:
            await asyncio.sleep(after)
            self.kills += program.runs
            await program.kill()
            self._revive(program)

    def _revived(self, program: Program) -> bool:
        task = self._reviving.get(program.port)
        return task is not None and not task.done()

    def _revive(self, program: Program, *, away: bool = False) -> None:
        if not self._revived(program):
            self._reviving[program.port] = asyncio.create_task(self._begin_again(program, away=away))

    async def _begin_again(self, program: Program, *, away: bool) -> None:
        if away and self.recovery is not None and len(self._away) + 1 < len(self.fleet.programs):
            self._away.add(program.port)
            with suppress(TimeoutError):
                async with asyncio.timeout(AWAY_SECONDS):
                    await self.recovery.over(program)
            self._away.remove(program.port)
        await program.insist()

    async def _stop(self, program: Program, after: Callable[[Program], Awaitable[None]]) -> None:
        await self._there(program)
        await asyncio.sleep(self.draw.uniform(0.2, 1))
        self.exit_codes.append(await program.stop())
        await after(program)
        self._revive(program)
        await self._there(program)
