"""WhatsApp by Meta's Cloud API."""

from integrations.channels.meta.whatsapp.channel import WhatsApp
from integrations.channels.meta.whatsapp.descriptor import WHATSAPP

__all__ = ["WHATSAPP", "WhatsApp"]
