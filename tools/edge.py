"""`python -m tools.edge`: a thousand connections that hold on and do nothing, and what they do to everybody else.

Starts the real program, a process that holds the connections, and measures in this one how long an honest request takes
with and without them. Ratios are of one run on one machine.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import aiohttp

REQUEST = (
    "POST /chat/demo/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n"
)
KINDS = ("silent", "head", "body", "later")
"""Says nothing at all; drips a head; drips a body; asks something first, and then drips a head."""
DRIP_SECONDS = 1.0


async def hold(port: int, kind: str, token: str) -> tuple[str, float]:
    """Hold one connection until the other side ends it; gives for how long it could."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began, dripping = time.monotonic(), None
    try:
        if kind == "later":
            writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"}")
            began = time.monotonic()
        if kind != "silent":
            head = REQUEST.format(token) + ("Content-Length: 60000\r\n\r\n" if kind == "body" else "X-Slow: ")
            writer.write(head.encode())
            dripping = asyncio.create_task(drip(writer))
        while await reader.read(4096):
            pass
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        if dripping is not None:
            dripping.cancel()
        writer.close()
    return kind, time.monotonic() - began


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    while True:
        await asyncio.sleep(DRIP_SECONDS)
        writer.write(b"x")


async def hold_all(port: int, token: str, connections: int) -> None:
    """Hold so many; print when they are open, and how it went as JSON. The machine is left to the others."""
    os.nice(10)
    holding = []
    for _, kind in zip(range(connections), itertools.cycle(KINDS), strict=False):
        holding.append(asyncio.create_task(hold(port, kind, token)))
        await asyncio.sleep(0.001)
    print("open", flush=True)
    done, still = await asyncio.wait(holding, timeout=30)
    spans: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for each in done:
        kind, seconds = each.result()
        spans[kind].append(seconds)
    print(json.dumps({"spans": spans, "still": len(still)}))


class Asked(NamedTuple):
    """What honest requests took, in milliseconds, and the program's share of a processor meanwhile."""

    took: list[float]
    busy: float

    @property
    def p99(self) -> float:
        """The slowest but one in a hundred."""
        return quantiles(self.took, n=100)[98]

    def __str__(self) -> str:
        return (
            f"p50 {median(self.took):.1f} ms, p99 {self.p99:.1f} ms of {len(self.took)}; program busy {self.busy:.1%}"
        )


async def ask(http: aiohttp.ClientSession, url: str, seconds: float, pid: int) -> Asked:
    """Make honest requests, fifty a second."""
    took = []
    began, spent = time.monotonic(), processor(pid)
    while time.monotonic() < began + seconds:
        sent = time.perf_counter()
        async with http.get(url) as answer:
            await answer.read()
            answer.raise_for_status()
        took.append((time.perf_counter() - sent) * 1000)
        await asyncio.sleep(0.02)
    return Asked(took, (processor(pid) - spent) / (time.monotonic() - began))


def processor(pid: int) -> float:
    """Seconds of processor that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


async def measure(port: int, pid: int, connections: int) -> int:
    """Print the figures; gives how many connections were still open at the end."""
    url = f"http://127.0.0.1:{port}/chat/demo"
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/session", json={"language": "en"}) as answer:
            token = (await answer.json())["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        await ask(http, f"{url}/messages", 2, pid)
        alone = await ask(http, f"{url}/messages", 15, pid)
        arguments = ["-m", "tools.edge", "--hold", str(port), "--token", token, "--connections", str(connections)]
        holder = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
        if holder.stdout is not None:
            await holder.stdout.readline()
        beside = await ask(http, f"{url}/messages", 12, pid)
        told: dict[str, Any] = json.loads((await holder.communicate())[0])
        after = await ask(http, f"{url}/messages", 15, pid)
    print(f"{connections} connections that hold on; {told['still']} of them open after 30 s")
    for kind, spans in told["spans"].items():
        if spans:
            print(f"  {kind:<7} {len(spans):4} closed after {min(spans):.1f} to {max(spans):.1f} s")
    print(f"honest requests alone:       {alone}")
    print(f"honest requests beside them: {beside}")
    print(f"honest requests afterwards:  {after}")
    print(f"p99 beside them / the mean of both p99 without: {2 * beside.p99 / (alone.p99 + after.p99):.2f}")
    return int(told["still"])


async def run(connections: int) -> int:
    """Start the program, measure, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "DRAGOMAN_DATABASE_URL": f"sqlite:///{folder}/x.db",
            "DRAGOMAN_MEDIA": f"{folder}/media",
            "DRAGOMAN_HTTP_PORT": str(port),
        }
        program = await asyncio.create_subprocess_exec(
            sys.executable, "main.py", "run", env=os.environ | settings, cwd=Path(__file__).parent.parent,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async for line in program.stdout or asyncio.StreamReader():
                if line.startswith(b"Dragoman is ready"):
                    break
            return await measure(port, program.pid, connections)
        finally:
            program.send_signal(signal.SIGTERM)
            await program.wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--hold", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--token", default="", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.hold:
        asyncio.run(hold_all(wanted.hold, wanted.token, wanted.connections))
    elif asyncio.run(run(wanted.connections)):
        raise SystemExit("some connections were never closed")


if __name__ == "__main__":
    main()
