"""An aiogram application that has a webhook: what we have not taken is not handled, and Telegram delivers it again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiogram import Dispatcher, types
from aiogram.types import ErrorEvent
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from integrations.bridges.aiogram3 import Bridge
from tests.integrations.bridges.conftest import SECRET, Heard, bot_of, until
from tests.standins.botside import Hook
from tests.standins.telegram import TelegramServer

HOSTS_SECRET = "the-hosts-own"


@pytest.fixture
async def heard(api: TelegramServer, hook: Hook) -> AsyncIterator[Heard]:
    """The application, which swallows any error of its own; what it hears."""
    heard: Heard = []
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def hear(message: types.Message) -> None:
        heard.append(message.text or "")

    @dispatcher.error()
    async def swallow(_: ErrorEvent) -> None:
        """Nothing ever goes wrong."""

    bridge, bot = Bridge(hook.url, SECRET), bot_of(api)
    dispatcher.update.outer_middleware(bridge.in_front)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=HOSTS_SECRET)
    handler.register(app, "/host")
    async with AsyncExitStack() as stack:
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(bridge.close)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/host", secret_token=HOSTS_SECRET)
        yield heard
        await bot.delete_webhook()


@pytest.mark.req("F2")
async def test_a_delivery_fails_until_we_have_taken_it(api: TelegramServer, hook: Hook, heard: Heard) -> None:
    """We are away twice: the application handles each message once all the same, after us."""
    hook.answers = [web.Response(status=503), web.Response(status=503)]
    ani = api.person("Ani")
    ani.says("one")
    ani.says("two")
    await until(heard, 2)

    one, two = (each.update_id for each in api.record.updates())
    assert [each["update_id"] for each in hook.came] == [one, one, one, two]
    assert heard == ["one", "two"]
