"""Text messages by Play Mobile, Uzbekistan."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.playmobile.channel import PlayMobile
from integrations.channels.playmobile.client import API_URL
from integrations.channels.playmobile.limits import DELIVERY_BYTES, LIMITS

CHANNELS: Mapping[str, Descriptor] = {
    PlayMobile.name: Descriptor(
        PlayMobile.name,
        LIMITS,
        PlayMobile,
        secrets={
            "password": Setting("the password of the login", r"[!-~]{1,128}"),
            "key": Setting("a key of your own, 24 to 128 of A-Z a-z 0-9 _ -", r"[A-Za-z0-9_-]{24,128}"),
        },
        settings={
            "login": Setting("the login that Play Mobile gave, without a colon", r"[!-9;-~]{1,64}"),
            "originator": Setting("from whom messages come: a short number or at most 11 letters", r"[ -~]{1,11}"),
            "keywords": Setting("words before a message on a shared number, with commas between them", r".*", ""),
            "api_url": Setting("an address of the web", r"https?://\S+", API_URL),
        },
        most_bytes=DELIVERY_BYTES,
    )
}

__all__ = ["CHANNELS", "PlayMobile"]
