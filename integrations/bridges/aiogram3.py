"""Hands the updates of an aiogram 3 application on to Dragoman, before the application has them.

    bot.session.middleware(Bridge("https://chat.example.com/webhooks/telegram/main", SECRET))

It stands where updates are fetched. The application gets them only when Dragoman has answered that they are on disk, and
only the next fetch confirms them to Telegram; so whatever is killed in between is delivered once more, and Dragoman
knows an update by its number. While Dragoman cannot be reached the fetch fails, as it does while Telegram cannot be:
aiogram waits and tries again, and nothing is confirmed. How the application handles what it got stays its own matter.

This file needs aiogram and nothing else of ours. Copy it into your application if you like.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.dispatcher.event.bases import CancelHandler
from aiogram.enums import UpdateType
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, GetUpdates
from aiogram.types import TelegramObject, Update

Wanted = Callable[[Mapping[str, Any]], bool]
"""Says of an update, as the Bot API has it, whether Dragoman is to have it."""

KINDS = (
    "message", "edited_message", "business_message", "edited_business_message", "callback_query", "my_chat_member",
    "chat_member",
)  # fmt: skip
"""What Dragoman reads; aiogram by itself asks Telegram only for what the application has handlers for."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name, not the secret


class NotTaken(CancelHandler):
    """Dragoman has not answered that it has an update; no error handler of the application can swallow this."""


class Bridge(BaseRequestMiddleware):
    """Hands updates on to `url`, with `secret` as Telegram would send it; all of them, or those that are `wanted`.

    Dragoman has `seconds` for each. `close` it when the application ends.
    """

    def __init__(self, url: str, secret: str, *, wanted: Wanted | None = None, seconds: float = 20.0) -> None:
        self._url, self._headers = url, {SECRET_HEADER: secret, "Content-Type": "application/json"}
        self._wanted = wanted
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        """Stand between the application and the Bot API: what is fetched is handed on, in order, before it is given."""
        if not isinstance(method, GetUpdates):
            return await make_request(bot, method)
        asked = method.model_copy(update={"allowed_updates": widened(method.allowed_updates)})
        updates = await make_request(bot, asked)
        for update in updates:
            try:
                await self.hand_over(bot, update)
            except NotTaken as error:
                raise TelegramNetworkError(method=method, message=str(error)) from error
        return updates

    async def in_front(
        self, handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: Any
    ) -> Any:
        """The same for an application that has a webhook: `dispatcher.update.outer_middleware(bridge.in_front)`.

        What is not taken is not handled, and its delivery fails, so that Telegram repeats it. That needs a request
        handler with `handle_in_background=False`: aiogram's usual one answers Telegram before it begins.
        """
        if isinstance(event, Update):
            await self.hand_over(data["bot"], event)
        return await handler(event, data)

    async def hand_over(self, bot: Bot, update: Update) -> None:
        """Return when Dragoman has the update on disk, or is not to have it. Raises `NotTaken`."""
        body = update.model_dump(by_alias=True, exclude_unset=True)
        if self._wanted is not None and not self._wanted(body):
            return
        try:
            async with self._open().post(
                self._url, data=json.dumps(body), headers=self._headers, allow_redirects=False
            ) as answer:
                told = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotTaken(f"Dragoman does not answer for update {update.update_id} ({type(error).__name__})") from None
        if not 200 <= answer.status < 300:
            raise NotTaken(f"Dragoman answers {answer.status} for update {update.update_id}")
        if press := acknowledged(told):
            task = asyncio.create_task(self._acknowledge(bot, press))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _acknowledge(self, bot: Bot, press: str) -> None:
        """Take the hourglass off one of Dragoman's buttons; nobody waits for it."""
        try:
            await bot(AnswerCallbackQuery(callback_query_id=press))
        except TelegramAPIError:
            return  # it goes out by itself

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session


def widened(asked: Iterable[str] | None) -> list[str]:
    """The kinds of updates that the application asks for (all, when it names none), and those that Dragoman reads."""
    return list(dict.fromkeys((*(asked or map(str, UpdateType)), *KINDS)))


def acknowledged(answer: bytes) -> str:
    """The press that Dragoman acknowledges in its answer, as it would to Telegram; empty for none."""
    try:
        call = json.loads(answer or b"{}")
    except ValueError:
        return ""
    told = isinstance(call, dict) and call.get("method") == "answerCallbackQuery"
    return str(call.get("callback_query_id", "")) if told else ""
