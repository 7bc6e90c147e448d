"""What Twilio tells later of a message: where it is to tell it, and what comes then.

A callback comes to the address that also takes deliveries; a query that we have put there says which message and part it
is about, and it is signed with the rest of the address.
"""

import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from bot.events import RELAY, Contact, Envelope, Receipt
from bot.ports.channel import Inbound, Malformed, Undeliverable
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.sending import refusal

REPEATS = "#rc=3&rp=ct,rt,5xx"
"""Asks Twilio to repeat what we could not take (its connection overrides); not part of what is signed."""

PLACE = re.compile(r"([0-9]{1,15})\.([0-9]{1,4})")
SID = re.compile(r"[A-Za-z0-9]{2,64}")
RECEIVED = frozenset({"", "received", "receiving"})
STATES: dict[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""Others, like `queued`, are on the way to one of these."""


def told_at(hook_url: str, number: int, part: int) -> str:
    """Where Twilio tells what becomes of a part of a message."""
    return f"{hook_url}?m={number}.{part}{REPEATS}"


def is_callback(form: Form) -> bool:
    """Whether a delivery is about a message of ours."""
    return form.get("MessageStatus") not in RECEIVED or form.get("SmsStatus") not in RECEIVED


def receipts(form: Form, inbound: Inbound, contact: Contact) -> list[Envelope]:
    """What became of a message of ours; nothing for a state on the way. Raises `Malformed`."""
    status = form.get("MessageStatus") or form.get("SmsStatus")
    state = STATES.get(status)
    if state is None:
        return []
    sid, (number, part) = sid_of(form), _place(inbound.url)
    event = Receipt(state, sid, number, part)
    if state == "failed":
        ended = _ended(form.get("ErrorCode"))
        event = Receipt(state, sid, number, part, ended.outcome, ended.reason)
    key = f"{contact.channel}:{contact.account}:{sid}:{status}"
    return [Envelope(inbound.business, contact.actor, key, inbound.at, event, RELAY)]


def sid_of(form: Form) -> str:
    """The id of the message; raises `Malformed` for none."""
    sid = form.get("MessageSid") or form.get("SmsSid")
    if not SID.fullmatch(sid):
        raise Malformed("a message without its id")
    return sid


def _place(url: str) -> tuple[int, int]:
    """The number of the message and its part, zeros where the address does not say."""
    found = PLACE.fullmatch(parse_qs(urlsplit(url).query).get("m", [""])[0])
    return (int(found.group(1)), int(found.group(2))) if found is not None else (0, 0)


def _ended(code: str) -> Undeliverable:
    """Why it failed; what might have gone again when it was asked has failed for good by now."""
    number = int(code) if code.isascii() and code.isdecimal() and len(code) <= 6 else 0
    match refusal(number):
        case Undeliverable() as ended:
            return ended if number else Undeliverable("refused", "Twilio gives no reason")
        case other:
            return Undeliverable("refused", getattr(other, "reason", ""))
