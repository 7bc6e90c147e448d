"""Telegram: private chats with customers, and forum groups where operators sit."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.telegram.account import API_URL, way_of
from integrations.channels.telegram.channel import Telegram
from integrations.channels.telegram.limits import ALL_IN_A_SECOND, LIMITS, WEBHOOK_BYTES

CHANNELS: Mapping[str, Descriptor] = {
    Telegram.name: Descriptor(
        Telegram.name,
        LIMITS,
        Telegram,
        secrets={
            "token": Setting(
                "a bot's token; @BotFather gives it, it looks like 123456:ABC…", r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}"
            ),
            "webhook_secret": Setting(
                "the word by which deliveries are known, 1 to 256 of A-Z a-z 0-9 _ -", r"[A-Za-z0-9_-]{1,256}",
                variable="DRAGOMAN_TELEGRAM_WEBHOOK_SECRET", unless="fetched",
            ),
        },
        settings={
            "mode": Setting(
                "one of polling, webhook, bridge", "polling|webhook|bridge", "polling", "DRAGOMAN_TELEGRAM_MODE"
            ),
            "staff_group": Setting("a group's id; it looks like -1001234567890", r"-[0-9]{1,17}|0", "0"),
            "rate": Setting(
                "a number of messages a second up to 1000, 0 for a server without limits", r"[0-9]{1,3}|1000",
                str(ALL_IN_A_SECOND), "DRAGOMAN_TELEGRAM_RATE",
            ),
            "api_url": Setting("an address of the web", r"https?://\S+", API_URL, "DRAGOMAN_TELEGRAM_API_URL"),
        },
        way=way_of,
        most_bytes=WEBHOOK_BYTES,
    )
}  # fmt: skip

__all__ = ["CHANNELS", "Telegram"]
