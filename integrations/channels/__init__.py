"""The channels, found by name when an account names one; only then is its package imported.

A package exports `CHANNELS`, its descriptors by name. Channels of others come by the entry point group `dragoman.channels`.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from bot.ports.accounts import Descriptor
from bot.rendering import Limits

GROUP = "dragoman.channels"

PACKAGES = {
    "whatsapp_cloud": "meta",
    "messenger": "meta",
    "instagram": "meta",
    "whatsapp_twilio": "twilio",
    "sms_twilio": "twilio",
    "voice_twilio": "twilio",
    "viber": "viber",
    "sms_playmobile": "playmobile",
}
"""The package of each channel of ours that an account opens; web chat is always there, and Telegram has settings of its own."""

OURS = ("webchat", "telegram")


def names() -> tuple[str, ...]:
    """Every channel that an account may name."""
    return (*OURS, *PACKAGES, *(each.name for each in entry_points(group=GROUP)))


def descriptor(name: str) -> Descriptor:
    """The channel of this name. Raises `LookupError` for one that nobody has."""
    if name in PACKAGES:
        package = import_module(f"integrations.channels.{PACKAGES[name]}")
        return cast("Mapping[str, Descriptor]", package.CHANNELS)[name]
    for each in entry_points(group=GROUP, name=name):
        return cast("Descriptor", each.load())
    raise LookupError(name)


def limits(name: str) -> Limits:
    """What one message of this channel can carry. Raises `LookupError` for a channel that nobody has."""
    if name in OURS:
        return cast("Limits", import_module(f"integrations.channels.{name}.limits").LIMITS)
    return descriptor(name).limits
