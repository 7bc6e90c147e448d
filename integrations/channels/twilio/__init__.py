"""WhatsApp, SMS and calls by Twilio."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor
from integrations.channels.twilio.sms import SMS
from integrations.channels.twilio.voice import VOICE
from integrations.channels.twilio.whatsapp import WHATSAPP

CHANNELS: Mapping[str, Descriptor] = {**WHATSAPP, **SMS, **VOICE}

__all__ = ["CHANNELS"]
