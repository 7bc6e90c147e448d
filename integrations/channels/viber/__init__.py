"""Viber: a bot to which customers write."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.viber.channel import Viber
from integrations.channels.viber.client import API_URL
from integrations.channels.viber.limits import LIMITS

CHANNELS: Mapping[str, Descriptor] = {
    Viber.name: Descriptor(
        Viber.name,
        LIMITS,
        Viber,
        secrets={
            "token": Setting("a bot's token, three groups of letters and digits with dashes", r"[0-9A-Za-z-]{16,128}")
        },
        settings={
            "name": Setting("the name that customers see, at most 28 characters", r".{1,28}"),
            "avatar": Setting("the https address of a picture of at most 100 KB", r"https://\S{1,500}", ""),
            "api_url": Setting("an address of the web", r"https?://\S+", API_URL),
        },
    )
}

__all__ = ["CHANNELS", "Viber"]
