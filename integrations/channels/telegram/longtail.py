"""Calls that are made rarely, through aiogram: it knows them all, and is large, so it is imported only where wanted."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent
from integrations.channels.telegram.client import Answer, Parameters
from integrations.channels.telegram.limits import TOPIC_NAME_CHARS
from integrations.channels.telegram.outcomes import REFUSED, is_broken, refusal, says

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.exceptions import TelegramAPIError

CALL_SECONDS = 20
LOADING_SECONDS = 0.5  # that a call waits for aiogram; then it is asked for again, as nothing was sent yet
SOON = timedelta(seconds=1)
BROKEN = timedelta(seconds=60)
AS_WANTED = ("topic_not_modified",)  # it was closed, or open, already


class LongTail:
    """Topics and roles of groups, for one account."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token, self._api_url = token, api_url
        self._bot: Bot | None = None
        self._loading: asyncio.Task[object] | None = None

    def __repr__(self) -> str:
        """Say nothing of the token."""
        return "LongTail(…)"

    async def warm(self) -> None:
        """Be ready for the first call, which otherwise would wait for the import."""
        await self._open()

    async def open_topic(self, chat: int, name: str) -> Outcome:
        """Make a topic; its id is what was sent."""
        short = " ".join(name.split())[:TOPIC_NAME_CHARS]

        async def work(bot: "Bot") -> Outcome:
            topic = await bot.create_forum_topic(chat, short)
            return Sent(str(topic.message_thread_id))

        return await self._try(work)

    async def mark_topic(self, chat: int, thread: int, *, closed: bool) -> Outcome:
        """Close or reopen a topic."""

        async def work(bot: "Bot") -> Outcome:
            await (bot.close_forum_topic if closed else bot.reopen_forum_topic)(chat, thread)
            return Sent()

        return await self._try(work)

    async def read_roles(self, chat: int) -> Outcome:
        """Who runs the group, as user ids with `owner` or `supervisor`; bots are nobody."""

        async def work(bot: "Bot") -> Outcome:
            members = await bot.get_chat_administrators(chat)
            people = [each for each in members if not each.user.is_bot]
            owners = {str(each.user.id) for each in people if each.status == "creator"}
            return Sent(result={str(each.user.id): "supervisor" for each in people} | dict.fromkeys(owners, "owner"))

        return await self._try(work)

    async def close(self) -> None:
        """Hang up."""
        if self._bot is not None:
            await self._bot.session.close()
            self._bot = None

    async def _try(self, work: Callable[["Bot"], Awaitable[Outcome]]) -> Outcome:
        bot = await self._open()
        if bot is None:
            return Retry(SOON, "aiogram is being loaded")
        from aiogram import exceptions

        try:
            return await work(bot)
        except exceptions.TelegramNetworkError:
            return PerhapsSent("no answer from Telegram")
        except exceptions.TelegramAPIError as error:
            answer = answered(error)
        if says(answer, AS_WANTED):
            return Sent()
        return Retry(BROKEN, REFUSED, "account") if is_broken(answer) else refusal(answer)

    async def _open(self) -> "Bot | None":
        """The client; None while aiogram is loaded, seconds of work beside the loop in which a stop need not wait."""
        if self._bot is None:
            if self._loading is None:
                self._loading = asyncio.create_task(asyncio.to_thread(importlib.import_module, "aiogram"))
            await asyncio.wait({self._loading}, timeout=LOADING_SECONDS)
            if not self._loading.done():
                return None
            self._loading.result()
            self._bot = self._bot or self._made()
        return self._bot

    def _made(self) -> "Bot":
        from aiogram import Bot
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer

        session = AiohttpSession(api=TelegramAPIServer.from_base(self._api_url), timeout=CALL_SECONDS)
        return Bot(self._token, session=session)


def answered(error: "TelegramAPIError") -> Answer:
    """What Telegram answered, out of aiogram's exception for it."""
    from aiogram import exceptions

    codes = {
        exceptions.TelegramRetryAfter: 429,
        exceptions.TelegramUnauthorizedError: 401,
        exceptions.TelegramForbiddenError: 403,
        exceptions.TelegramNotFound: 404,
        exceptions.TelegramServerError: 500,
        exceptions.RestartingTelegram: 500,
    }
    code = next((codes[kind] for kind in type(error).__mro__ if kind in codes), 400)
    parameters = Parameters(getattr(error, "retry_after", 0), getattr(error, "migrate_to_chat_id", 0))
    return Answer(ok=False, error_code=code, description=str(error.message), parameters=parameters)
