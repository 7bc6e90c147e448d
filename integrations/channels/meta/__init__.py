"""Meta: WhatsApp Cloud, Messenger and Instagram."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor
from integrations.channels.meta.pages import PAGES
from integrations.channels.meta.whatsapp import WHATSAPP

CHANNELS: Mapping[str, Descriptor] = {WHATSAPP.name: WHATSAPP, **PAGES}
