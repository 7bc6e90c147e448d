"""Words with which people leave and come back, as Twilio takes them.

Twilio keeps the list of those who have left itself: it confirms STOP, lets nothing more through to them, and passes the
word on to us. So whatever it took for STOP or START reaches the conversation as that. A Messaging Service with Advanced
Opt-Out has words of its own, on WhatsApp too, and says in `OptOutType` what it took one for; without it there are the
default words, on a phone number, but not on a short code that stands alone. Source: Twilio's pages on opt-out keywords,
on Advanced Opt-Out, and on customizing HELP and STOP messages.
"""

import msgspec

from bot.events import Event, Reachable, Said
from integrations.channels.twilio.forms import Form

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})
"""Whole messages that Twilio answers itself."""

BACK_IN = START_WORDS - {"YES"}  # which is an answer as well


def as_taken(form: Form, said: Said, *, by_default: bool = False) -> list[Event]:
    """What a message is to the conversation; `by_default`: the default words count where Twilio does not say."""
    kind, word = form.get("OptOutType").upper(), said.text.strip().upper()
    alone = by_default and not kind and not said.media
    if kind == "STOP" or (alone and word in STOP_WORDS):
        return [Said("STOP", client_id=said.client_id, by=said.by, settled=True)]
    if kind == "START" or (alone and word in START_WORDS):
        back = kind == "START" or word in BACK_IN
        return [Reachable(ok=True), msgspec.structs.replace(said, text="START") if back else said]
    return [said]
