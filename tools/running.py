"""Runs the real program on a free port with an empty database, for pictures and measurements."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY = "Dragoman is ready: "


@contextmanager
def running_bot(**settings: str) -> Iterator[str]:
    """Run `main.py run` while the block lasts and give the address of its first chat; `settings` lack the prefix.

    Raises `RuntimeError` when the program ends before it is ready.
    """
    with tempfile.TemporaryDirectory(prefix="dragoman-") as folder:
        own = {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'dragoman.db'}",
            "MEDIA": f"{folder}/media",
            "HTTP_PORT": "0",
            **settings,
        }
        environment = os.environ | {f"DRAGOMAN_{name}": value for name, value in own.items()}
        command = [sys.executable, str(ROOT / "main.py"), "run"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as program:
            try:
                yield _address(program)
            finally:
                program.terminate()
                program.wait(timeout=20)


def _address(program: "subprocess.Popen[str]") -> str:
    for line in program.stdout or ():
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    raise RuntimeError(f"the program ended with {program.wait()} before it was ready")
