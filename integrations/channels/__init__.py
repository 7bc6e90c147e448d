"""The channels, found by name when an account names one; only then is its package imported.

A package exports `CHANNELS`, its descriptors by name. Channels of others come by the entry point group `dragoman.channels`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from typing import NamedTuple, cast

from bot.ports.accounts import Descriptor, Short
from bot.ports.faces import Face
from bot.rendering import Limits

GROUP = "dragoman.channels"
PAGE = "webchat"
"""The page of our own: it has no provider, so it is always there and nobody opens it."""


class Row(NamedTuple):
    """A channel of ours: the package that it is in, and what people know it as."""

    package: str
    face: Face


WHATSAPP = Face("messenger", "WhatsApp", "🟢", "https://wa.me/{public}?text={words}", template=True)

ROWS = {
    PAGE: Row("webchat", Face("page", sign="🌐", patient=True)),
    "telegram": Row(
        "telegram", Face("messenger", "Telegram", "✈", "https://t.me/{public}?start={token}", patient=True)
    ),
    "whatsapp_cloud": Row("meta", replace(WHATSAPP, plus=False)),
    "whatsapp_twilio": Row("twilio", WHATSAPP),
    "messenger": Row("meta", Face("messenger", "Messenger", "💬", "https://m.me/{public}?ref={token}")),
    "instagram": Row("meta", Face("messenger", "Instagram", "📷", "https://ig.me/m/{public}?ref={token}")),
    "viber": Row(
        "viber",
        Face("messenger", "Viber", "🟣", "viber://pa?chatURI={public}&context={token}", frozenset({PAGE, "viber"}),
             patient=True),
    ),
    "sms_twilio": Row("twilio", Face("text", sign="✉")),
    "sms_playmobile": Row("playmobile", Face("text", sign="✉", plus=False)),
    "voice_twilio": Row("twilio", Face("call", sign="☎")),
}  # fmt: skip

SHORT = (Short("telegram", "DRAGOMAN_TELEGRAM_TOKEN", {"staff_group": "DRAGOMAN_STAFF_GROUP_ID"}),)
"""What makes an account without a line in `business.yaml`."""


def names() -> tuple[str, ...]:
    """Every channel that an account may name."""
    return (*ROWS, *(each.name for each in entry_points(group=GROUP)))


def faces(named: Iterable[str]) -> dict[str, Face]:
    """What people know our channels as, and of those of others the `named` ones."""
    ours = {name: row.face for name, row in ROWS.items()}
    return ours | {name: descriptor(name).face for name in named if name not in ours}


def descriptor(name: str) -> Descriptor:
    """The channel of this name. Raises `LookupError` for one that nobody has, and for the page."""
    if name in ROWS and name != PAGE:
        package = import_module(f"integrations.channels.{ROWS[name].package}")
        return cast("Mapping[str, Descriptor]", package.CHANNELS)[name]
    for each in entry_points(group=GROUP, name=name):
        return cast("Descriptor", each.load())
    raise LookupError(name)


def limits(name: str) -> Limits:
    """What one message of this channel can carry. Raises `LookupError` for a channel that nobody has."""
    if name == PAGE:
        return cast("Limits", import_module("integrations.channels.webchat.limits").LIMITS)
    return descriptor(name).limits
