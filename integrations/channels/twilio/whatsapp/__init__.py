"""WhatsApp by Twilio: for a firm that has its numbers there."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.twilio import accounts
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from integrations.channels.twilio.whatsapp.limits import LIMITS, PER_SECOND
from integrations.channels.twilio.whatsapp.receive import NAME

WHATSAPP: Mapping[str, Descriptor] = {
    NAME: Descriptor(
        NAME,
        LIMITS,
        WhatsApp,
        accounts.SECRETS,
        accounts.SETTINGS
        | {
            "from": Setting(
                "the WhatsApp number (+37410000000) or a Messaging Service (MG…)",
                f"{accounts.PHONE}|{accounts.SERVICE}",
            ),
            "per_second": Setting("messages a second, 0 for no limit", r"[0-9]{1,4}", PER_SECOND),
        },
    )
}

__all__ = ["WHATSAPP"]
