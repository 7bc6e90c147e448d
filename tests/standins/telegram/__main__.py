"""Runs the stand-in as its own process: `python -m tests.standins.telegram --port 0 [--journal FILE]`."""

import argparse
import asyncio
import signal
from pathlib import Path

from tests.standins.telegram.server import TelegramServer


async def main() -> None:
    """Serve until asked to stop; the first line that is printed is the URL."""
    parser = argparse.ArgumentParser(prog="python -m tests.standins.telegram")
    parser.add_argument("--port", type=int, default=0, help="0 is any free port")
    parser.add_argument("--journal", type=Path, help="write calls and updates there, a line of JSON each")
    parser.add_argument("--keep", type=int, help="keep only so many entries of the record in memory")
    given = parser.parse_args()
    api = TelegramServer(keep=given.keep, journal=given.journal)
    await api.start(given.port)
    print(api.url, flush=True)  # noqa: T201
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await api.stop()


if __name__ == "__main__":
    asyncio.run(main())
