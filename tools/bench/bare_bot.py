"""The control for Telegram: a bare aiohttp webhook that answers each update by one `sendMessage` and remembers nothing.

`python -m tools.bench.bare_bot PORT API_URL TOKEN` is a process of its own, beside the same Bot API server.
"""

import asyncio
import sys
from typing import Any

import aiohttp
from aiohttp import web

TEXT = "When would you like to come? Choose a time or write a day."
LABELS = (
    "Monday 23 November, 10:00",
    "Monday 23 November, 10:30",
    "Monday 23 November, 11:00",
    "Other times",
    "‹ Back",
)
ANSWER: dict[str, Any] = {
    "text": TEXT,
    "reply_markup": {
        "inline_keyboard": [[{"text": label, "callback_data": f"7.{n}"}] for n, label in enumerate(LABELS)]
    },
}


class BareBot:
    """Answers whatever comes by the same question."""

    def __init__(self, api: str, token: str) -> None:
        self._send, self._set = (f"{api}/bot{token}/{method}" for method in ("sendMessage", "setWebhook"))
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256))

    async def begin(self, address: str) -> None:
        """Have updates delivered to `address`."""
        async with self._http.post(self._set, json={"url": address}) as answer:
            await answer.read()

    async def take(self, request: web.Request) -> web.Response:
        """One update, one answer."""
        update = await request.json()
        chat = (update.get("message") or update["callback_query"]["message"])["chat"]["id"]
        async with self._http.post(self._send, json=ANSWER | {"chat_id": chat}) as answer:
            await answer.json()
        return web.Response()


async def serve(port: int, api: str, token: str) -> None:
    """Serve until killed."""
    bot = BareBot(api, token)
    app = web.Application()
    app.router.add_post("/hook", bot.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.begin(f"http://127.0.0.1:{port}/hook")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
