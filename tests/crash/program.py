"""The real program as its own process: started, killed with everything it holds, asked to stop."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.crash.nursery import Child, Nursery

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60  # a guard against hanging for ever, not a figure to reach
AGAIN_SECONDS = 0.3  # after a start that was refused, as a supervisor waits


class NotStarted(Exception):
    """The program ended before it was ready; the text is what it wrote."""


def free_port() -> int:
    """A port of the loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Program:
    """`main.py run` on one database and one port; every start is a new process in a group of its own.

    `folder` holds what it writes: its log, its pictures, and the SQLite file unless `database_url` names another place.
    `nursery` gives birth to the processes, if there is one.
    """

    folder: Path
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    nursery: Nursery | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'dragoman.db'}"
        self.begun = datetime.now(UTC)
        self.beginnings: list[datetime] = []
        self.ends: list[datetime] = []
        self.refused = 0
        self._process: Process | Child | None = None

    @property
    def chat(self) -> str:
        """Where the demo firm's chat is."""
        return f"http://127.0.0.1:{self.port}/chat/demo"

    @property
    def log(self) -> Path:
        """What all the processes wrote, one after another."""
        return self.folder / "log"

    @property
    def starts(self) -> int:
        """How often it was begun."""
        return len(self.beginnings)

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether there is a process, ready or not."""
        return self._process is not None and self._process.returncode is None

    @property
    def worked(self) -> float:
        """Seconds that its main thread has had a processor for; the clock where the system does not tell."""
        try:
            return int(Path(f"/proc/{self.pid}/schedstat").read_text("ascii").split()[0]) / 1e9
        except OSError:
            return time.monotonic()

    @property
    def fallen(self) -> bool:
        """Whether it has ended although nobody has ended it."""
        return self._process is not None and self._process.returncode is not None

    def environment(self) -> dict[str, str]:
        """This machine's environment without its own settings of the program, and ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        return kept | {
            "DRAGOMAN_DATABASE_URL": self.database_url,
            "DRAGOMAN_MEDIA": str(self.folder / "media"),
            "DRAGOMAN_HTTP_PORT": str(self.port),
            "DRAGOMAN_BUSINESS": str(ROOT / "businesses" / "demo"),
            "DRAGOMAN_CONTACT_MESSAGES": "0",  # the customers of a load are quicker than people
            **self.settings,
        }

    async def spawn(self) -> None:
        """Begin a process and come back at once, whether it gets ready or not."""
        self.begun = datetime.now(UTC)
        self.beginnings.append(self.begun)
        if self.nursery is not None:
            self._process = await self.nursery.bear(self.environment(), self.log)
            return
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "main.py", "run", cwd=ROOT, env=self.environment(),
                stdin=DEVNULL, stdout=PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until it says that it is ready; raises `NotStarted` with its words when it ends instead."""
        process = self._process
        assert process is not None
        async with asyncio.timeout(START_SECONDS):
            if not await _says_something(process):
                raise NotStarted(f"it ended with {await process.wait()}: {self.log.read_text('utf-8')[-2000:]}")

    async def start(self) -> None:
        """Begin a process and wait until it is ready."""
        await self.spawn()
        await self.ready()

    async def insist(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Start it, again and again as long as it is wanted, as a supervisor does; `refused` counts what came to nothing."""
        while wanted():
            await self.spawn()
            try:
                await self.ready()
            except NotStarted:
                killed = self._process is None
                self._process = None
                self.refused += not killed
                await asyncio.sleep(0 if killed else AGAIN_SECONDS)
            else:
                return

    async def kill(self) -> None:
        """SIGKILL to its whole group: nothing of it gets to say a last word. Nothing happens when it has ended."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        self.ends.append(datetime.now(UTC))

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        assert self._process is not None
        process, self._process = self._process, None
        os.killpg(process.pid, signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            code = await process.wait()
        self.ends.append(datetime.now(UTC))
        return code


async def _says_something(process: Process | Child) -> bool:
    if isinstance(process, Child):
        return await process.says_something()
    assert process.stdout is not None
    return bool(await process.stdout.readline())


async def words_of_a_start(program: Program) -> tuple[int, str]:
    """The exit code and all the words of a start that is refused."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "main.py", "run", cwd=ROOT, env=program.environment(),
        stdin=DEVNULL, stdout=PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    async with asyncio.timeout(START_SECONDS):
        output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()
