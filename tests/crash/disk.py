"""A place for the database that can be made full and have room again.

For real it is a small tmpfs, where mounting is allowed; else only the size of files is limited for the running process,
which needs no rights: the kernel refuses each longer write.
"""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.crash.program import Program

STEPS = (65536, 4096, 1)


class Disk:
    """A small disk that is full when a ballast fills it."""

    kind = "a small tmpfs"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def database_url(self) -> str:
        """A SQLite file on it."""
        return f"sqlite:///{self.folder / 'dragoman.db'}"

    def fill(self, program: Program) -> None:
        """Leave no room."""
        del program
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in STEPS:
                with suppress(OSError):
                    while True:
                        ballast.write(b"x" * size)

    def free(self, program: Program) -> None:
        """Have room again."""
        del program
        self._ballast.unlink(missing_ok=True)


class Quota(Disk):
    """The same by a limit on the size of files; a process that begins meanwhile is free of it."""

    kind = "a limit on the size of files"

    def fill(self, program: Program) -> None:
        """No file may grow any more."""
        largest = max((path.stat().st_size for path in self.folder.glob("dragoman.db*")), default=0)
        self._limit(program, largest)

    def free(self, program: Program) -> None:
        """Let them grow."""
        self._limit(program, resource.RLIM_INFINITY)

    def _limit(self, program: Program, size: int) -> None:
        if program.runs:
            resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def mounted(folder: Path, megabytes: int) -> bool:
    """Mount a small disk at `folder`; False where that is not allowed."""
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return mount is not None and not subprocess.run(command, check=False, capture_output=True).returncode


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A place at `folder` while the block lasts: a small disk, or a quota where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    if not mounted(folder, megabytes):
        yield Quota(folder)
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
