"""The controls: a bare WebSocket that says as much and remembers nothing, and bare commits of the same size.

`python -m tools.bench.floor PORT` is the first, as its own process.
"""

import asyncio
import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

ANSWER: dict[str, Any] = {
    "type": "message",
    "from": "bot",
    "text": "When would you like to come? Choose a time or write a day.",
    "at": "2026-01-01T10:00:00.000000Z",
    "choices": [{"id": str(n), "label": f"Monday 23 November, {9 + n}:00", "description": "45 min"} for n in range(5)],
    "progress": {"step": 4, "of": 7},
}


async def session(request: web.Request) -> web.Response:
    """A token that means nothing."""
    del request
    return web.json_response({"token": "floor.x", "language": "en"}, status=201)


async def socket(request: web.Request) -> web.StreamResponse:
    """To each line what the bot sends too: accepted, the line itself, an answer."""
    line = web.WebSocketResponse()
    await line.prepare(request)
    await line.receive()
    await line.send_str(json.dumps({"type": "ready", "earlier": False}))
    await line.send_str(json.dumps(ANSWER | {"seq": 1}))
    seq = 1
    async for message in line:
        if message.type is WSMsgType.TEXT:
            frame = json.loads(message.data)
            seq += 2
            await line.send_str(json.dumps({"type": "accepted", "id": frame["id"], "seq": seq - 1}))
            mine = {"type": "message", "seq": seq - 1, "from": "customer", "text": frame.get("text", "")}
            await line.send_str(json.dumps(mine | {"at": ANSWER["at"], "client_id": frame["id"]}))
            await line.send_str(json.dumps(ANSWER | {"seq": seq}))
    return line


async def serve(port: int) -> None:
    """Serve until killed."""
    app = web.Application()
    app.router.add_post("/chat/demo/session", session)
    app.router.add_get("/chat/demo/socket", socket)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def commits_a_second(folder: Path, seconds: float) -> float:
    """Commits of four small rows, one after another, as durable as the bot's own."""
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        done, ends = 0, time.perf_counter() + seconds
        while time.perf_counter() < ends:
            connection.execute("BEGIN IMMEDIATE")
            for _ in range(4):
                connection.execute("INSERT INTO rows (body) VALUES (?)", ("x" * 300,))
            connection.execute("COMMIT")
            done += 1
    return done / seconds


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
