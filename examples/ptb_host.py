"""A firm's own bot on python-telegram-bot, which tells a price, with Dragoman beside it for everything else.

`TOKEN` is the bot's, `BRIDGE_URL` Dragoman's address for the account, `BRIDGE_SECRET` the secret that it takes
(docs/bridges.md). From the folder above: `python -m examples.ptb_host`.
"""

import logging
import os
from collections.abc import Mapping
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

from integrations.bridges.ptb22 import KINDS, Bridge

API_URL = os.environ.get("TELEGRAM_API_URL", "https://api.telegram.org")


async def price(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """What this bot did before, and still does."""
    if update.message is not None:
        await update.message.reply_text("A cleaning costs 15 000 dram.")


def for_dragoman(update: Mapping[str, Any]) -> bool:
    """Everything but our own command."""
    return not str(update.get("message", {}).get("text", "")).startswith("/price")


def main() -> None:
    """Fetch updates until stopped."""
    bridge = Bridge(os.environ["BRIDGE_URL"], os.environ["BRIDGE_SECRET"], wanted=for_dragoman)
    builder = ApplicationBuilder().token(os.environ["TOKEN"]).base_url(f"{API_URL}/bot").get_updates_request(bridge)
    application = builder.build()
    application.add_handler(CommandHandler("price", price))
    application.run_polling(allowed_updates=KINDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes addresses, and the token stands in them
    main()
