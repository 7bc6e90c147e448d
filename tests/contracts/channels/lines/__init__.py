"""The channels that the list is held against. A new channel is added here, and nowhere else in this shelf."""

from tests.contracts.channels.line import Ability, Line
from tests.contracts.channels.lines.pages import InstagramLine, MessengerLine
from tests.contracts.channels.lines.pigeon import PigeonLine
from tests.contracts.channels.lines.playmobile import PlayMobileLine
from tests.contracts.channels.lines.telegram import TelegramLine
from tests.contracts.channels.lines.twilio import SmsLine, WhatsAppTwilioLine
from tests.contracts.channels.lines.viber import ViberLine
from tests.contracts.channels.lines.voice import VoiceLine
from tests.contracts.channels.lines.webchat import WebChatLine
from tests.contracts.channels.lines.whatsapp import WhatsAppLine

LINES: dict[str, type[Line]] = {
    each.name: each
    for each in (
        WebChatLine, TelegramLine, WhatsAppLine, MessengerLine, InstagramLine, WhatsAppTwilioLine, SmsLine, ViberLine,
        PlayMobileLine, VoiceLine, PigeonLine,
    )
}  # fmt: skip


def those_with(*abilities: Ability) -> list[str]:
    """The channels that have all of these."""
    return [name for name, each in LINES.items() if set(abilities) <= each.can]
