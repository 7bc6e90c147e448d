"""What a refusal of Meta means for what was to be sent. No reason holds its words, which may repeat the customer's.

Sources: Meta's page of error codes of the Messenger Platform of March 2026, and what maintainers of Chatwoot and of the
Bot Framework report of 2534037 and 551.
"""

from datetime import timedelta

from bot.ports.channel import Outcome, PerhapsSent, Retry, Undeliverable
from integrations.channels.meta.graph import FOREIGN, GraphAnswer, GraphError

TOKEN = frozenset({102, 190, 463, 467})
RATE = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
TEMPORARY = frozenset({1, 2, 1200})
RESTRICTED = frozenset({368})
WINDOW = frozenset({2018278, 2018065, 2534022})
OTHER_APP = frozenset({2018300, 2534037})
NOT_ALLOWED = frozenset({2018021, 2018022, 2018027, 2018028})
"""Of code 200: what the app may not do, which is no word of the customer's."""
NOBODY = frozenset({2018001})
"""Of code 100: nobody has this id."""
PARAMETER = 100
UNAVAILABLE = 551
PERMISSION = 200

SOON = timedelta(seconds=5)
SLOWER = timedelta(seconds=30)


def refusal(answer: GraphAnswer, error: GraphError) -> Outcome:
    """What becomes of a call that was refused; not for what is wrong with the account itself, see `trouble`."""
    if error.code == FOREIGN:
        return _foreign(answer.status)
    code = f"Meta says {error.code}/{error.subcode}" if error.subcode else f"Meta says {error.code}"
    if error.code in RATE or answer.status == 429:
        return Retry(SLOWER, f"{code}: too much at once", "account")
    if error.code in TEMPORARY:
        return Retry(SOON, f"{code}: it asks to try again", "provider" if answer.status >= 500 else "line")
    if error.subcode in WINDOW:
        return Undeliverable("window", code)
    if error.subcode in OTHER_APP:
        return Undeliverable("refused", f"{code}: another app has this conversation")
    if error.code == UNAVAILABLE or (error.code == PERMISSION and error.subcode not in NOT_ALLOWED):
        return Undeliverable("blocked", code)
    return Undeliverable("refused", code)


def trouble(error: GraphError) -> str:
    """What a person must mend by this refusal; nothing for one that says nothing of the account."""
    if error.code in TOKEN:
        return f"the token is refused (code {error.code}); put a new one in its place and restart"
    if error.code in RESTRICTED:
        return f"the page is restricted (code {error.code}); see the page's quality in its settings"
    return ""


def _foreign(status: int) -> Outcome:
    """An answer of something between us and Meta."""
    if status == 504:  # it waited in vain for who may have done it
        return PerhapsSent("answered 504")
    if status == 429:
        return Retry(SLOWER, "answered 429", "account")
    if status >= 500:
        return Retry(SOON, f"answered {status}", "provider")
    return Undeliverable("refused", f"answered {status} by something that is not Meta")
