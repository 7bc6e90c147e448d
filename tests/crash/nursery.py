"""Starts that take a moment: a process that has read the program's code and gives birth to one that runs it.

A thousand kills by the usual way spend most of their time in reading the same modules. What is born here is a process
of its own, in a group of its own, and runs `main.py run` from its first line; only the modules are in memory already.
Started by `python -m tests.crash.nursery` it takes orders as lines of JSON, one a birth, and tells of each child as
lines of JSON: that it is born, the first line that it says, and how it ended.
"""

import asyncio
import json
import logging
import os
import selectors
import signal
import sys
import traceback
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, BinaryIO

import structlog

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "handlers", "dialogs", "integrations")
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


@dataclass
class Child:
    """A process that was born; as much of `asyncio.subprocess.Process` as a program's owner needs."""

    pid: int = 0
    returncode: int | None = None
    born: asyncio.Event = field(default_factory=asyncio.Event)
    spoke: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def says_something(self) -> bool:
        """Wait for its first line; False when it ends without one."""
        await self.spoke.wait()
        return self.returncode is None

    async def wait(self) -> int:
        """Wait for its end; gives the exit code, or the negative number of the signal."""
        await self.ended.wait()
        assert self.returncode is not None
        return self.returncode


class Nursery:
    """The running process, and who was born in it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._children: dict[int, Child] = {}
        self._numbers = count()

    async def bear(self, environment: Mapping[str, str], log: Path) -> Child:
        """Begin a process with this environment that writes into this log."""
        number, child = next(self._numbers), Child()
        self._children[number] = child
        order = {"number": number, "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await child.born.wait()
        return child

    async def listen(self) -> None:
        """Take what is told, until there is no more."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            told = json.loads(line)
            child = self._children[told["number"]]
            if "pid" in told:
                child.pid = told["pid"]
                child.born.set()
            elif "code" in told:
                child.returncode = told["code"]
                child.spoke.set()
                child.ended.set()
            else:
                child.spoke.set()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery while the block lasts; it is ready when its first order is carried out."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.nursery", cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=1 << 20
    )
    running = Nursery(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening


def read_the_code() -> None:
    """Have every module of the program in memory, whichever can be had here, and what a first answer makes for all others."""
    for room in ROOMS:
        for module in walk_packages(import_module(room).__path__, f"{room}."):
            with suppress(ImportError):
                import_module(module.name)
    have_a_word()


def have_a_word() -> None:
    """Talk once over a database in memory."""
    import main
    from bot.testing import Talk
    from handlers import ACTORS, ROUTES

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with Talk(main.tenant_of(ROOT / "businesses" / "demo"), ROUTES, now=NOW, language="en", actors=ACTORS) as talk:
        talk.says("Book a visit", "1", "xyzzy number 1")
    structlog.reset_defaults()


@dataclass
class House:
    """The inside: whose words are listened to, by the file number of what they speak into."""

    selector: selectors.BaseSelector
    orders: BinaryIO
    listening: dict[int, tuple[int, int, bytes]] = field(default_factory=dict)

    def obey(self) -> None:
        """Carry out orders and tell of children, until there are no more orders."""
        self.selector.register(self.orders, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.orders:
                    line = self.orders.readline()
                    if not line:
                        self.leave_nobody()
                        return
                    self.bear(json.loads(line))
                else:
                    self.hear(key.fd)

    def bear(self, order: dict[str, Any]) -> None:
        """Begin a process."""
        ear, mouth = os.pipe()
        pid = os.fork()
        if not pid:
            live(order, mouth)
        os.setpgid(pid, pid)  # here, so that who hears of it can kill the group from the first moment
        os.close(mouth)
        self.listening[ear] = (order["number"], pid, b"")
        self.selector.register(ear, selectors.EVENT_READ)
        tell(number=order["number"], pid=pid)

    def leave_nobody(self) -> None:
        """Kill whoever lives still: there is nobody left who would."""
        for _, pid, _ in self.listening.values():
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def hear(self, ear: int) -> None:
        """What a child has said, or that it is no more."""
        number, pid, before = self.listening[ear]
        words = os.read(ear, 65536)
        if words:
            if b"\n" in words and b"\n" not in before:
                tell(number=number)
            self.listening[ear] = (number, pid, before + words)
            return
        self.selector.unregister(ear)
        os.close(ear)
        del self.listening[ear]
        tell(number=number, code=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def tell(**words: Any) -> None:
    """One line to who ordered."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def live(order: dict[str, Any], mouth: int) -> None:
    """The life of a child: the program from its first line; does not come back."""
    import main

    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
        os.dup2(mouth, 1)
        os.closerange(3, 4096)
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = ["main.py", "run"]
        main.cli.main(["run"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  the interpreter would do the same: the words into the log, exit code 1
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    os.chdir(ROOT)
    read_the_code()
    House(selectors.DefaultSelector(), open(0, "rb", buffering=0, closefd=False)).obey()  # noqa: SIM115
