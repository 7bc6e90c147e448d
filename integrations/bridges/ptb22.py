"""Hands the updates of a python-telegram-bot 22 application on to Dragoman, before the application has them.

    bridge = Bridge("https://chat.example.com/webhooks/telegram/main", SECRET)
    application = ApplicationBuilder().token(TOKEN).get_updates_request(bridge).build()
    application.run_polling(allowed_updates=KINDS)

It makes the request that fetches updates. The application gets them only when Dragoman has answered that they are on disk,
and only the next fetch confirms them to Telegram; so whatever is killed in between is delivered once more, and Dragoman
knows an update by its number. While Dragoman cannot be reached the fetch fails, as it does while Telegram cannot be: the
library waits and tries again, and nothing is confirmed. How the application handles what it got stays its own matter.

This file needs python-telegram-bot and nothing else of ours. Copy it into your application if you like.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

Wanted = Callable[[Mapping[str, Any]], bool]
"""Says of an update, as the Bot API has it, whether Dragoman is to have it."""

KINDS = (
    "message", "edited_message", "business_message", "edited_business_message", "callback_query", "my_chat_member",
    "chat_member",
)  # fmt: skip
"""What Dragoman reads, for `allowed_updates`; add what else your application wants."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name, not the secret
FETCH = "/getUpdates"


class Bridge(HTTPXRequest):
    """Fetches updates and hands them on to `url`, with `secret` as Telegram would send it; all of them, or those `wanted`.

    Dragoman has `seconds` for each. Further settings are those of `HTTPXRequest`.
    """

    def __init__(
        self, url: str, secret: str, *, wanted: Wanted | None = None, seconds: float = 20.0, **settings: Any
    ) -> None:
        super().__init__(**({"connection_pool_size": 1} | settings))
        self._to, self._headers = url, {SECRET_HEADER: secret, "Content-Type": "application/json"}
        self._wanted, self._seconds = wanted, seconds
        self._dragoman: httpx.AsyncClient | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE, write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE, pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Make a request; what is fetched is handed on, in order, before it is given."""
        status, payload = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if url.endswith(FETCH) and status == httpx.codes.OK:
            for update in updates_in(payload):
                await self.hand_over(update, url.removesuffix(FETCH))
        return status, payload

    async def hand_over(self, update: Mapping[str, Any], bot_url: str = "") -> None:
        """Return when Dragoman has the update on disk, or is not to have it. Raises `NetworkError`.

        An application that has a webhook of its own calls it before it answers Telegram. `bot_url` is where the Bot API
        is called, with the token; without it presses of Dragoman's buttons are not acknowledged.
        """
        if self._wanted is not None and not self._wanted(update):
            return
        number = update.get("update_id")
        client = self._open()
        try:
            answer = await client.post(self._to, content=json.dumps(update).encode(), headers=self._headers)
        except httpx.HTTPError as error:
            raise NetworkError(f"Dragoman does not answer for update {number} ({type(error).__name__})") from None
        if not answer.is_success:
            raise NetworkError(f"Dragoman answers {answer.status_code} for update {number}")
        if bot_url and (press := acknowledged(answer.content)):
            task = asyncio.create_task(acknowledge(client, f"{bot_url}/answerCallbackQuery", press))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def shutdown(self) -> None:
        """Hang up; safe to call twice."""
        if self._dragoman is not None:
            await self._dragoman.aclose()
            self._dragoman = None
        await super().shutdown()

    def _open(self) -> httpx.AsyncClient:
        if self._dragoman is None:
            self._dragoman = httpx.AsyncClient(timeout=self._seconds)
        return self._dragoman


async def acknowledge(client: httpx.AsyncClient, url: str, press: str) -> None:
    """Take the hourglass off one of Dragoman's buttons; nobody waits for it."""
    try:
        await client.post(url, json={"callback_query_id": press})
    except (httpx.HTTPError, RuntimeError):  # the latter once the client is closed
        return  # it goes out by itself


def updates_in(payload: bytes) -> list[dict[str, Any]]:
    """The updates of an answer; none in one that cannot be read, which the library refuses as well."""
    try:
        result = json.loads(payload.decode("utf-8", "replace"))["result"]
    except (ValueError, KeyError, TypeError):
        return []
    return [each for each in result if isinstance(each, dict)] if isinstance(result, list) else []


def acknowledged(answer: bytes) -> str:
    """The press that Dragoman acknowledges in its answer, as it would to Telegram; empty for none."""
    try:
        call = json.loads(answer or b"{}")
    except ValueError:
        return ""
    told = isinstance(call, dict) and call.get("method") == "answerCallbackQuery"
    return str(call.get("callback_query_id", "")) if told else ""
