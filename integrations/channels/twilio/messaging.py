"""What SMS and WhatsApp have in common at Twilio: deliveries, files, and how the account stands."""

from collections.abc import Callable
from typing import ClassVar

from bot.events import Envelope
from bot.net import body_of
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Answer, Delivery, Inbound
from integrations.channels.twilio import accounts
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.media import PATH
from integrations.channels.twilio.sending import Speaker
from integrations.channels.twilio.signature import proved

NOTHING_TO_SAY = Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml")
"""Answers a delivery; what is said back leaves by a call, because only a call tells what became of it."""


class Messaging:
    """One account of one business, whose deliveries `read` reads. Raises `ValueError` for settings that cannot work."""

    tracks: ClassVar[bool] = True

    def __init__(self, account: Account, kit: Kit, read: Callable[[Form, Inbound], list[Envelope]]) -> None:
        self._account, self._files, self._read = account, kit.files, read
        self._twilio = accounts.client(account)
        self._speaker = Speaker(self._twilio, account.source, kit.clock)

    def __repr__(self) -> str:
        """Name the account."""
        return f"{type(self).__name__}({self._account.business}/{self._account.id})"

    @property
    def per_second(self) -> int:
        """See `Paced.per_second`."""
        return int(self._account.settings["per_second"])

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._speaker.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; a delivery is one message, or one state of a message of ours."""
        secrets = self._account.secrets
        form = proved(inbound, secrets["auth_token"], secrets.get("signing_key", ""))
        return Delivery(self._read(form, inbound), answer=NOTHING_TO_SAY)

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`. Only Twilio itself sees the token; where it sends us on, nobody does."""
        if not PATH.fullmatch(name):
            return None
        return await body_of(self._files, f"{self._twilio.api}{name}", headers=self._twilio.headers)

    async def close(self) -> None:
        """See `Closes.close`."""
        await self._twilio.close()
