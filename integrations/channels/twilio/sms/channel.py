"""SMS by Twilio as a channel."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bot.events import Contact
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Outcome
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.twilio import accounts
from integrations.channels.twilio.callbacks import told_at
from integrations.channels.twilio.messaging import Messaging
from integrations.channels.twilio.sms.receive import NAME, Reader
from integrations.channels.twilio.sms.render import Call, Renderer
from integrations.channels.twilio.sms.setup import Setup


class Sms(Messaging):
    """One account of one business. Raises `ValueError` for settings that cannot work."""

    name: ClassVar[str] = NAME

    def __init__(self, account: Account, kit: Kit) -> None:
        filtered = not account.settings["from"].isdecimal()  # a short code alone: Twilio leaves all words to us there
        super().__init__(account, kit, Reader(account.id, filtered).envelopes)
        self._renderer = Renderer(kit.link, int(account.settings["segments"]))
        self._from = accounts.sender(account)
        self._setup = Setup(self._twilio, account)

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        """See `Channel.render`. What was said cannot be changed there: a correction is a message of its own."""
        if replaced and not message.text and not message.media:
            return []
        return self._renderer.calls(message, number)

    async def send(self, contact: Contact, request: Call) -> Outcome:
        """See `Channel.send`. Smart Encoding keeps a text in the short alphabet where it can be."""
        told = told_at(self._account.hook_url, request.number, request.part)
        form = {"To": contact.address, **self._from, "Body": request.text, "SmartEncoded": "true"}
        return await self._speaker.say(form | {"StatusCallback": told})

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._setup.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await self._setup.connect()
