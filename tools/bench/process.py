"""What the kernel says about a process: its CPU time and its memory. Linux only."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads one process's figures."""

    pid: int

    def cpu_seconds(self) -> float:
        """CPU time of all its threads so far, from the scheduler's nanoseconds; of those that still run."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def resident_megabytes(self) -> float:
        """Memory that it really occupies."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ProcessLookupError(self.pid)


def family_seconds(parents: Iterable[int]) -> float:
    """CPU time so far of these processes and their children that still run: a PostgreSQL server with its backends."""
    wanted, total = set(parents), 0.0
    if not wanted:
        return total
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # it ended while we looked
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent in wanted or int(folder.name) in wanted:
                    total += Meter(int(folder.name)).cpu_seconds()
    return total


def busy_seconds() -> float:
    """CPU time that the whole machine has spent on anything so far."""
    user, nice, system, _, _, irq, soft, *_ = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + soft) / TICK
