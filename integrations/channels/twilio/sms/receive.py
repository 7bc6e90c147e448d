"""One delivery of SMS becomes events, or says what became of a message of ours. Pure.

Twilio takes part in the conversation itself: after STOP it lets nothing through to the customer, after START it does again. So
whatever word it has understood as such reaches the conversation as STOP or START.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.events import Contact, Envelope, Event, Reachable, Said
from bot.ports.channel import Inbound, Malformed
from integrations.channels.twilio.callbacks import is_callback, receipts, sid_of
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.media import attached
from integrations.channels.twilio.sms.limits import START_WORDS, STOP_WORDS

NAME = "sms_twilio"
ADDRESS = re.compile(r"\+[1-9][0-9]{4,14}|[0-9]{3,8}")  # a phone, or a short code
BACK_IN = frozenset({"START", "UNSTOP"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the deliveries of one account."""

    account: str

    def envelopes(self, form: Form, inbound: Inbound) -> list[Envelope]:
        """What a delivery is. Raises `Malformed`."""
        if is_callback(form):
            return receipts(form, inbound, self._contact(form.get("To")))
        contact, sid = self._contact(form.get("From")), sid_of(form)
        key = f"{NAME}:{self.account}:{sid}"
        return [
            Envelope(inbound.business, contact.actor, f"{key}:{n}" if n else key, inbound.at, event)
            for n, event in enumerate(self._events(form, sid))
        ]

    def _contact(self, address: str) -> Contact:
        if not ADDRESS.fullmatch(address):
            raise Malformed("it is from nobody who can be answered")
        return Contact(NAME, self.account, address)

    def _events(self, form: Form, sid: str) -> Iterator[Event]:
        media, text = attached(form, f"{NAME}/{self.account}"), form.get("Body")
        word, kind = text.strip().upper(), form.get("OptOutType").upper()
        if kind == "STOP" or (not kind and not media and word in STOP_WORDS):
            yield Said("STOP", client_id=sid)
            return
        if kind == "START" or (not kind and word in START_WORDS):
            yield Reachable(ok=True)
        yield Said("START" if kind == "START" or word in BACK_IN else text, media, sid)
