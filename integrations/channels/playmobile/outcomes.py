"""What an answer of Play Mobile's means for what was to be sent.

The codes are those of its «SMS Broker» description, as public clients in several languages list them alike.
"""

from datetime import timedelta

from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from integrations.channels.playmobile.client import Answer

BUSY = timedelta(seconds=5)
FAULT = "100"
LOCKED, NO_ORIGINATOR = "102", "401"
CODES = {
    FAULT: "internal server error",
    "101": "syntax error",
    LOCKED: "account lock",
    "103": "empty channel",
    "104": "invalid priority",
    "105": "too many ids",
    "202": "empty recipient",
    "204": "empty email address",
    "205": "empty message-id",
    "206": "invalid variables",
    "301": "invalid localtime",
    "302": "invalid start-datetime",
    "303": "invalid end-datetime",
    "304": "invalid allowed-starttime",
    "305": "invalid allowed-endtime",
    "306": "invalid send-evenly",
    NO_ORIGINATOR: "empty originator",
    "402": "empty application",
    "403": "empty ttl",
    "404": "empty content",
    "405": "content error",
    "406": "invalid content",
    "407": "invalid ttl",
    "408": "invalid attached files",
    "410": "invalid retry-attempts",
    "411": "invalid retry-timeout",
}


def trouble_of(answer: Answer) -> str:
    """What is wrong with the account itself; empty when nothing."""
    if answer.status in {401, 403}:
        return "the login is refused"
    return {LOCKED: "the account is locked", NO_ORIGINATOR: "the originator is refused"}.get(answer.code, "")


def outcome_of(answer: Answer, message_id: str) -> Outcome:
    """What became of a message; not for answers about the whole account, see `trouble_of`."""
    if answer.code:
        reason = f"Play Mobile says {answer.code}, {CODES.get(answer.code, 'which is not known here')}"
        return Retry(BUSY, reason, "provider") if answer.code == FAULT else Undeliverable("refused", reason)
    reason = f"Play Mobile answered {answer.status}"
    if answer.status < 300:
        return Sent(message_id)
    if answer.status == 429:
        return Retry(BUSY, reason, "account")
    if answer.status == 504:  # a gateway that waited in vain for who may have done it
        return PerhapsSent(reason)
    return Retry(BUSY, reason, "provider") if answer.status >= 500 else Undeliverable("refused", reason)
