"""Telegram, an address that takes updates as Dragoman does, and a firm's own application between the two."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sized
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.backoff import BackoffConfig
from aiohttp import web
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

from integrations.bridges import aiogram3, ptb22
from tests.standins.botside import Hook
from tests.standins.telegram import TOKEN, TelegramServer

SECRET = "a-Secret_of_the_webhook"

Heard = list[str]
Run = Callable[..., AbstractAsyncContextManager[Heard]]


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    """Telegram."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """Where updates are handed on to: it notes each delivery and answers as it is told, or 200."""
    made = Hook()
    runner = web.ServerRunner(web.Server(made.receive), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


def bot_of(api: TelegramServer) -> Bot:
    """The bot, at the stand-in."""
    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))


@asynccontextmanager
async def on_aiogram(
    api: TelegramServer, url: str, wanted: Callable[[Mapping[str, Any]], bool] | None = None
) -> AsyncIterator[Heard]:
    """An aiogram application that polls; gives the texts that it hears."""
    heard: Heard = []
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def hear(message: types.Message) -> None:
        heard.append(message.text or "")

    bridge, bot = aiogram3.Bridge(url, SECRET, wanted=wanted), bot_of(api)
    bot.session.middleware(bridge)
    dispatcher.shutdown.register(bridge.close)
    quickly = BackoffConfig(min_delay=0.02, max_delay=0.1, factor=1.5, jitter=0.0)
    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5, backoff_config=quickly)
    )
    yield heard
    await dispatcher.stop_polling()
    await polling


@asynccontextmanager
async def on_ptb(
    api: TelegramServer, url: str, wanted: Callable[[Mapping[str, Any]], bool] | None = None
) -> AsyncIterator[Heard]:
    """A python-telegram-bot application that polls; gives the texts that it hears."""
    heard: Heard = []

    async def hear(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            heard.append(update.message.text or "")

    bridge = ptb22.Bridge(url, SECRET, wanted=wanted)
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{api.url}/bot").get_updates_request(bridge)
    application = builder.build()
    application.add_handler(MessageHandler(filters.ALL, hear))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0.02, timeout=5, allowed_updates=ptb22.KINDS)
        yield heard
        await application.updater.stop()
        await application.stop()


@pytest.fixture(params=[on_aiogram, on_ptb], ids=["aiogram", "ptb"])
def application(request: pytest.FixtureRequest) -> Run:
    """Runs the firm's own application, on each of the two libraries."""
    run: Run = request.param
    return run


async def until(noted: Sized, count: int) -> None:
    """Wait until so much is noted somewhere."""
    async with asyncio.timeout(20):
        while len(noted) < count:  # noqa: ASYNC110  others note it, and tell nobody
            await asyncio.sleep(0.01)
