"""The control for Telegram: a bare aiohttp webhook that answers each update by the same question and remembers nothing.

It makes the calls that a sensible bot makes: a press is acknowledged, then the question is sent.
`python -m tools.bench.bare_bot PORT API_URL TOKEN [uvloop]` is a process of its own.
"""

import asyncio
import sys
from typing import Any

import aiohttp
import uvloop
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
        self._send, self._acknowledge, self._set = (
            f"{api}/bot{token}/{method}" for method in ("sendMessage", "answerCallbackQuery", "setWebhook")
        )
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256))

    async def begin(self, address: str) -> None:
        """Have updates delivered to `address`."""
        await self._call(self._set, {"url": address, "max_connections": 100})

    async def take(self, request: web.Request) -> web.Response:
        """One update, one answer."""
        update = await request.json()
        press = update.get("callback_query")
        chat = (press["message"] if press else update["message"])["chat"]["id"]
        if press:
            await self._call(self._acknowledge, {"callback_query_id": press["id"]})
        await self._call(self._send, ANSWER | {"chat_id": chat})
        return web.Response()

    async def _call(self, address: str, fields: dict[str, Any]) -> None:
        async with self._http.post(address, json=fields) as answer:
            await answer.json()


async def serve(port: int, api: str, token: str) -> None:
    """Serve until killed."""
    bot = BareBot(api, token)
    app = web.Application()
    app.router.add_post("/hook", bot.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.begin(f"http://127.0.0.1:{port}/hook")
    await asyncio.Event().wait()


if __name__ == "__main__":
    run = uvloop.run if "uvloop" in sys.argv else asyncio.run
    run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
