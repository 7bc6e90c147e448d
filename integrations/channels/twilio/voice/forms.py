"""What Twilio posts about a call, as far as we read it."""

import re
from typing import NamedTuple

from bot.events import Contact
from bot.ports.channel import Malformed
from integrations.channels.twilio.forms import Form

SID = re.compile(r"[A-Za-z0-9]{2,64}")
RECORDING = re.compile(r"RE[A-Za-z0-9]{2,40}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
STAND_INS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""Numbers that spell «anonymous», «restricted», «blocked», «unknown», «unavailable» on the keys: no number at all."""

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Call(NamedTuple):
    """A call: its id, who is at the other end, whether we called them, and how it stands."""

    sid: str
    contact: Contact
    outbound: bool
    status: str

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in FINAL


def call_of(form: Form, name: str, account: str) -> Call:
    """The call that a form is about. Who hides their number is known by the call. Raises `Malformed`."""
    sid = form.get("CallSid")
    if not SID.fullmatch(sid):
        raise Malformed("it names no call")
    outbound = form.get("Direction").startswith("outbound-api")
    return Call(
        sid,
        Contact(name, account, _address(form.get("To" if outbound else "From"), sid)),
        outbound,
        form.get("CallStatus"),
    )


def _address(number: str, sid: str) -> str:
    number = number.strip()
    return number if NUMBER.fullmatch(number) and number not in STAND_INS else sid


def recording_of(form: Form) -> str:
    """The recording that a form is about; raises `Malformed` for none."""
    sid = form.get("RecordingSid")
    if not RECORDING.fullmatch(sid):
        raise Malformed("it names no recording")
    return sid
