"""One delivery of SMS becomes events, or says what became of a message of ours. Pure."""

import re
from dataclasses import dataclass

from bot.events import Contact, Envelope, Said
from bot.ports.channel import Inbound, Malformed
from integrations.channels.twilio.callbacks import is_callback, receipts, sid_of
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.media import attached
from integrations.channels.twilio.optout import as_taken

NAME = "sms_twilio"
ADDRESS = re.compile(r"\+[1-9][0-9]{4,14}|[0-9]{3,8}")  # a phone, or a short code


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the deliveries of one account; `filtered`: Twilio takes the default words for STOP and START there."""

    account: str
    filtered: bool = True

    def envelopes(self, form: Form, inbound: Inbound) -> list[Envelope]:
        """What a delivery is. Raises `Malformed`."""
        if is_callback(form):
            return receipts(form, inbound, self._contact(form.get("To")))
        contact, sid = self._contact(form.get("From")), sid_of(form)
        key = f"{NAME}:{self.account}:{sid}"
        said = Said(form.get("Body"), attached(form, f"{NAME}/{self.account}"), sid)
        return [
            Envelope(inbound.business, contact.actor, f"{key}:{n}" if n else key, inbound.at, event)
            for n, event in enumerate(as_taken(form, said, by_default=self.filtered))
        ]

    def _contact(self, address: str) -> Contact:
        if not ADDRESS.fullmatch(address):
            raise Malformed("it is from nobody who can be answered")
        return Contact(NAME, self.account, address)
