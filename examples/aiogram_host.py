"""A firm's own aiogram bot, which tells a price, with Dragoman beside it for everything else.

`TOKEN` is the bot's, `BRIDGE_URL` Dragoman's address for the account, `BRIDGE_SECRET` the secret that it takes
(docs/bridges.md). From the folder above: `python -m examples.aiogram_host`.
"""

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import Message

from integrations.bridges.aiogram3 import Bridge

API_URL = os.environ.get("TELEGRAM_API_URL", "https://api.telegram.org")

dispatcher = Dispatcher()


@dispatcher.message(Command("price"))
async def price(message: Message) -> None:
    """What this bot did before, and still does."""
    await message.answer("A cleaning costs 15 000 dram.")


def for_dragoman(update: Mapping[str, Any]) -> bool:
    """Everything but our own command."""
    return not str(update.get("message", {}).get("text", "")).startswith("/price")


async def main() -> None:
    """Fetch updates until stopped."""
    bridge = Bridge(os.environ["BRIDGE_URL"], os.environ["BRIDGE_SECRET"], wanted=for_dragoman)
    bot = Bot(os.environ["TOKEN"], session=AiohttpSession(api=TelegramAPIServer.from_base(API_URL)))
    bot.session.middleware(bridge)
    dispatcher.shutdown.register(bridge.close)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
