"""One delivery of WhatsApp becomes an event, or says what became of a message of ours. Pure.

What a message is shows in the fields that it has, not in its `MessageType`, whose values are nowhere listed.
"""

import re
from dataclasses import dataclass

import msgspec

from bot.events import Contact, Envelope, Event, Opened, Pressed, Profile, Said
from bot.ports.channel import Inbound, Malformed
from bot.rendering import one_line, pressed
from integrations.channels.twilio.callbacks import is_callback, receipts, sid_of
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.media import attached, place
from integrations.channels.twilio.optout import as_taken

NAME = "whatsapp_twilio"
PREFIX = "whatsapp:"
ADDRESS = re.compile(r"\+[1-9][0-9]{4,14}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
NAME_CHARS = 80
MOST_ANSWERS = 50  # fields of a form that was filled in


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
        name = one_line(form.get("ProfileName"), NAME_CHARS)
        by = Profile(name, phone=contact.address if contact.address.startswith("+") else "")
        found = [
            Envelope(inbound.business, contact.actor, f"{key}:{n}" if n else key, inbound.at, event)
            for n, event in enumerate(self._events(form, sid, by))
        ]
        if source := one_line(form.get("ReferralSourceId"), NAME_CHARS):
            opened = Opened(source=source, by=by)
            found.insert(0, Envelope(inbound.business, contact.actor, f"{key}:opened", inbound.at, opened))
        return found

    def _contact(self, address: str) -> Contact:
        """Whom a delivery is about: a phone with its plus, or the id that WhatsApp gives who hides it."""
        bare = address.removeprefix(PREFIX)
        if bare == address or not ADDRESS.fullmatch(bare):
            raise Malformed("it is from nobody on WhatsApp")
        return Contact(NAME, self.account, bare)

    def _events(self, form: Form, sid: str, by: Profile) -> list[Event]:
        """What was said or pressed; who sent what cannot be shown has said something without words."""
        chosen = form.get("ButtonPayload") or form.get("ListId")
        if chosen and (found := pressed(chosen)) is not None:
            return [Pressed(*found, sid, by)]
        media = (*attached(form, f"{NAME}/{self.account}"), *place(form))
        return as_taken(form, Said(words_of(form), media, sid, by=by))


def words_of(form: Form) -> str:
    """What a message says in words: what was chosen, written, filled in, or the name of a place."""
    for name in ("ButtonText", "ListTitle", "Body"):
        if form.get(name).strip():
            return form.get(name)
    if form.get("InteractiveData"):
        return filled_in(form.get("InteractiveData"))
    return ", ".join(part for part in (form.get("Label"), form.get("Address")) if part.strip())


def filled_in(data: str) -> str:
    """The answers of a form as lines; what cannot be read as such stays as it came."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return data
    while isinstance(found, dict) and len(found) == 1 and isinstance(inner := next(iter(found.values())), dict):
        found = inner
    if not isinstance(found, dict) or not found or len(found) > MOST_ANSWERS:
        return data
    return "\n".join(f"{name}: {each if isinstance(each, str) else msgspec.json.encode(each).decode()}"
                     for name, each in found.items() if name != "flow_token") or data  # fmt: skip
