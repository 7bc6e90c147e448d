"""What an answer of Viber's means for what was to be sent: the statuses of its bot API."""

from datetime import timedelta

from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from integrations.channels.viber.client import FOREIGN, OK, Answer

TOO_MANY = 12
BUSY = timedelta(seconds=5)
PAUSE = timedelta(minutes=1)  # Viber does not say how long; a silent customer gets a hundred messages an hour

ACCOUNT = {
    2: "the token is refused",
    7: "the account is blocked",
    8: "there is no account of this token",
    9: "the account is suspended",
    10: "no webhook is set",
    15: "the account may not send",
    24: "there is no money left",
}
"""What a person must mend before anything is sent."""

BLOCKED = {
    5: "the customer has left Viber",
    6: "the customer is not subscribed",
    11: "the customer's device takes no messages of bots",
    21: "the customer's country is not served",
}
REFUSED = {
    1: "the webhook's address is refused",
    3: "the request is not understood",
    4: "something is missing in the request",
    13: "the customer's Viber is too old for this",
    14: "the request asks for too old a Viber",
    16: "an inline message is not allowed",
    17: "the account is not inline",
    18: "the bot has no public chat",
    19: "a broadcast cannot be sent",
    20: "a broadcast is not for bots",
    22: "the bot takes no payments",
}
WINDOW = {23: "the free messages of this month are used up, the customer must write first"}


def trouble_of(answer: Answer) -> str:
    """What is wrong with the account itself; empty when nothing."""
    if answer.http in {401, 403}:
        return ACCOUNT[2]
    return ACCOUNT.get(answer.status, "")


def sentence_of(answer: Answer) -> str:
    """What an answer means, in words of ours; Viber's own may repeat a request."""
    known = ACCOUNT | BLOCKED | REFUSED | WINDOW | {TOO_MANY: "too many messages"}
    if answer.status == FOREIGN:
        return f"HTTP {answer.http}"
    return f"status {answer.status}, {known.get(answer.status, 'which is not known here')}"


def outcome_of(answer: Answer) -> Outcome:
    """What became of a message; not for answers about the whole account, see `trouble_of`."""
    reason = f"Viber: {sentence_of(answer)}"
    if answer.status == OK:
        return Sent(str(answer.message_token))
    if answer.status == TOO_MANY:
        return Retry(PAUSE, reason)
    if answer.http == 504:  # a gateway that waited in vain for who may have done it
        return PerhapsSent(reason)
    if answer.http == 429 or answer.http >= 500:
        return Retry(BUSY, reason, "account" if answer.http == 429 else "provider")
    for outcome, statuses in (("blocked", BLOCKED), ("window", WINDOW)):
        if answer.status in statuses:
            return Undeliverable(outcome, reason)
    return Undeliverable("refused", reason)
