"""What the codes of the WhatsApp Cloud API mean for a message. Source: Meta's page "Error codes" of January 2026.

The same codes come at once as an answer, and late in a status.
"""

from typing import Literal, NamedTuple

from integrations.channels.meta.graph import FOREIGN, GraphError

Kind = Literal["account", "rate", "spam", "pair", "later", "service", "perhaps", "file", "blocked", "window", "refused"]
"""Who is meant: the `account` as a whole until a person mends it, its `rate` or its `spam` limit, this `pair` of numbers;
or what is to be done: again a little `later`, again when the `service` is back, the same without its `file`; or an end."""


class Meaning(NamedTuple):
    """What a refusal means, and a sentence about it for the staff."""

    kind: Kind
    reason: str


MEANINGS = {
    0: Meaning("account", "the token is no longer good"),
    3: Meaning("account", "the token lacks a permission"),
    10: Meaning("account", "the token lacks a permission"),
    190: Meaning("account", "the token is no longer good"),
    368: Meaning("account", "the account is blocked for a breach of the rules"),
    33: Meaning("account", "the phone number is not there any more"),
    131005: Meaning("account", "the token lacks a permission"),
    131031: Meaning("account", "the account is locked"),
    131042: Meaning("account", "the way of payment must be mended"),
    131045: Meaning("account", "the phone number is not registered"),
    133010: Meaning("account", "the phone number is not registered"),
    4: Meaning("rate", "too many calls of the app"),
    80007: Meaning("rate", "too many calls of the account"),
    130429: Meaning("rate", "too many messages of the number"),
    133016: Meaning("rate", "too many tries to register the number"),
    131048: Meaning("spam", "too many people have reported messages of the number"),
    131056: Meaning("pair", "too many messages to this customer"),
    1: Meaning("later", "an error of unknown kind"),
    131000: Meaning("later", "an error of unknown kind"),
    131057: Meaning("later", "the account is being maintained"),
    133004: Meaning("later", "the server is away for a while"),
    2: Meaning("service", "the service is overloaded"),
    131016: Meaning("service", "the service is away for a while"),
    131052: Meaning("file", "the file could not be fetched"),
    131053: Meaning("file", "the file could not be taken"),
    131026: Meaning("blocked", "the customer cannot be reached on WhatsApp"),
    131047: Meaning("window", "the customer has been silent for more than 24 hours"),
    100: Meaning("refused", "a wrong parameter"),
    130472: Meaning("refused", "the customer takes part in an experiment of Meta's"),
    130497: Meaning("refused", "the account may not write to this country"),
    131008: Meaning("refused", "a parameter is missing"),
    131009: Meaning("refused", "a wrong value"),
    131021: Meaning("refused", "the customer's number is our own"),
    131030: Meaning("refused", "the number is not on the list of the test number"),
    131049: Meaning("refused", "Meta holds it back, so that the customer does not get too much; not before a day"),
    131050: Meaning("refused", "the customer wants no marketing messages"),
    131051: Meaning("refused", "a kind of message that is not supported"),
    131062: Meaning("refused", "this needs the customer's phone number"),
    132000: Meaning("refused", "the template has another number of values"),
    132001: Meaning("refused", "there is no such template in this language, or it is not approved"),
    132005: Meaning("refused", "the template becomes too long with these values"),
    132007: Meaning("refused", "the template breaks a rule"),
    132012: Meaning("refused", "the template wants values of another form"),
    132015: Meaning("refused", "the template is paused"),
    132016: Meaning("refused", "the template is disabled"),
    132068: Meaning("refused", "the form is blocked"),
    132069: Meaning("refused", "the form is used too often"),
}
PERMISSIONS = range(200, 300)
NO_SUCH_OBJECT = (100, 33)


def meaning(status: int, error: GraphError) -> Meaning:
    """What a refusal means. A gateway that waited in vain does not know whether it was done."""
    if status == 504:
        return Meaning("perhaps", "no answer in time")
    if (error.code, error.subcode) == NO_SUCH_OBJECT:
        return Meaning("account", "there is no such phone number, or the token may not use it")
    found = MEANINGS.get(error.code)
    if found is not None:
        return found
    if error.code in PERMISSIONS or status in (401, 403):
        return Meaning("account", "the token lacks a permission")
    if status == 429:
        return Meaning("rate", "too many calls")
    return Meaning("service", "the service is away") if status >= 500 else Meaning("refused", "it is not taken")


def told(status: int, error: GraphError) -> str:
    """The code of a refusal, for the end of a sentence; never its words, which may be a customer's."""
    return f"HTTP {status}" if error.code == FOREIGN else f"code {error.code}"


def late(code: int) -> tuple[str, str]:
    """The outcome and the reason of a message that failed after it was taken; `FOREIGN` for no code."""
    found = MEANINGS.get(code, Meaning("refused", "it did not arrive"))
    outcome = found.kind if found.kind in ("blocked", "window") else "refused"
    return outcome, f"WhatsApp: {found.reason} (code {code})" if code != FOREIGN else f"WhatsApp: {found.reason}"
