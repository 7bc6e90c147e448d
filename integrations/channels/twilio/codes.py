"""What Twilio's error codes mean for a message.

Source: Twilio's error and warning dictionary, and the reading of it in courier's handler `twiml`. The same codes come in
the answer to a request and, for what was found out later, in a status callback.
"""

from datetime import timedelta
from typing import Literal, NamedTuple

Kind = Literal["blocked", "window", "refused", "line", "account", "trouble"]
"""The first three end a message; it waits with its line, with all of its account, or until a person has mended that."""


class Meaning(NamedTuple):
    """What becomes of the message, why, and where it may go again after a while, when."""

    kind: Kind
    words: str
    after: timedelta = timedelta()


def _ends(kind: Kind, words: str) -> Meaning:
    return Meaning(kind, words)


def _mended(words: str) -> Meaning:
    return Meaning("trouble", words)


def _waits(words: str, *, seconds: int, kind: Kind = "account") -> Meaning:
    return Meaning(kind, words, timedelta(seconds=seconds))


DAY_LIMIT = 3600

MEANINGS = {
    20003: _mended("the token is refused"),
    20005: _mended("the account is not active"),
    20429: _waits("too many requests", seconds=2),
    14107: _waits("too many messages to or from one number", seconds=30, kind="line"),
    13225: _ends("blocked", "the number is not to be called"),
    21211: _ends("refused", "the number is none"),
    21212: _mended("the sender is no number of the account"),
    21216: _ends("blocked", "the number is not to be called"),
    21408: _ends("refused", "the account may not write to this country"),
    21606: _ends("refused", "the sender cannot reach this number"),
    21610: _ends("blocked", "the customer has opted out"),
    21611: _waits("the sender's queue is full", seconds=60),
    21612: _ends("refused", "the sender cannot reach this number"),
    21614: _ends("refused", "the number is no mobile phone"),
    21617: _ends("refused", "the text is too long"),
    21654: _ends("refused", "the content has no id"),
    21655: _ends("refused", "the content is not known"),
    21656: _ends("refused", "the values of the content do not fit"),
    21659: _mended("the sender is no number of the account"),
    21660: _mended("the sender is no number of the account"),
    30001: _waits("the sender's queue is full", seconds=60),
    30002: _mended("the account is suspended"),
    30003: _ends("refused", "the phone is off or out of reach"),
    30004: _ends("blocked", "the message is blocked"),
    30005: _ends("refused", "the number is not in use"),
    30006: _ends("refused", "the number is a landline or out of reach"),
    30007: _ends("refused", "the carrier has filtered it"),
    30008: _ends("refused", "the carrier gives no reason"),
    30018: _ends("refused", "the sender must be registered in this country first"),
    30019: _ends("refused", "the file is too large for the carrier"),
    30410: _waits("the provider behind Twilio gives no answer", seconds=10, kind="line"),
    63003: _ends("refused", "the number is not on WhatsApp"),
    63005: _ends("refused", "WhatsApp does not accept the content"),
    63006: _ends("refused", "the content cannot be formatted for WhatsApp"),
    63007: _mended("the sender is not on WhatsApp"),
    63009: _waits("WhatsApp cannot take it now", seconds=10, kind="line"),
    63010: _waits("WhatsApp cannot take it now", seconds=10, kind="line"),
    63012: _waits("WhatsApp cannot take it now", seconds=10, kind="line"),
    63013: _ends("refused", "it is against WhatsApp's policies"),
    63014: _ends("blocked", "the customer has blocked the sender"),
    63015: _ends("refused", "the number has not joined the sandbox"),
    63016: _ends("window", "the customer's last word was more than a day ago"),
    63017: _waits("too many messages of the account", seconds=10),
    63018: _waits("too many messages of the sender", seconds=4),
    63019: _ends("refused", "the file cannot be fetched"),
    63020: _mended("the business at Meta is not in order"),
    63021: _ends("refused", "WhatsApp does not accept the content"),
    63024: _ends("refused", "the number cannot be written to"),
    63027: _ends("refused", "the template is not there in this language"),
    63028: _ends("refused", "the template has another number of values"),
    63030: _ends("refused", "WhatsApp does not accept a field of the content"),
    63032: _ends("refused", "WhatsApp keeps this customer out of it"),
    63033: _ends("blocked", "the customer has blocked the sender"),
    63034: _ends("refused", "the file is too large"),
    63038: _waits("the account has sent all that it may today", seconds=DAY_LIMIT),
    63040: _ends("refused", "the template is rejected"),
    63041: _ends("refused", "the template is paused"),
}

UNKNOWN = 21655  # the resource is gone
CONTENT = frozenset({21654, 21655, 21656, 63005, 63006, 63021, 63030})
"""Codes of content that is not taken as it is, and may be as plain words."""
