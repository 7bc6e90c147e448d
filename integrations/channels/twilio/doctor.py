"""Looks at what all accounts of Twilio have: a token, and an address to which Twilio delivers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from bot.net.lines import Broken, Unreached
from bot.ports.doctor import Finding
from integrations.channels.twilio.callbacks import REPEATS
from integrations.channels.twilio.client import API, VERSION, Twilio, TwilioAnswer

CONSOLE = "the Twilio Console, console.twilio.com"
AWAY = Finding(fine=False, what="Twilio cannot be reached", how="Try again later; status.twilio.com tells of outages.")
TRIAL = Finding(
    fine=False,
    what="The token is good, but this is a trial account: it writes to verified numbers only",
    how=f"Upgrade it in {CONSOLE}.",
)


class Away(Exception):
    """Twilio gave no answer."""


class AccountState(msgspec.Struct):
    """How an account stands."""

    status: str = ""
    type: str = ""


async def looked_up(twilio: Twilio, path: str) -> TwilioAnswer:
    """What lies at a path; raises `Away`."""
    try:
        return await twilio.get(path)
    except (Unreached, Broken):
        raise Away from None


async def token(twilio: Twilio) -> Finding:
    """Whether Twilio takes the token, and the account works; raises `Away`."""
    answer = await looked_up(twilio, f"{API}{VERSION}/Accounts/{twilio.account_sid}.json")
    if answer.status >= 500:
        raise Away
    state = answer.read(AccountState) if answer.ok else None
    if state is None:
        how = f"Copy both from {CONSOLE}; after a change of the token restart."
        return Finding(fine=False, what="Twilio refuses the account SID with this token", how=how)
    if state.status != "active":
        return Finding(fine=False, what=f"The account is {state.status}", how=f"Open {CONSOLE}; it says what to do.")
    return TRIAL if state.type == "Trial" else Finding(fine=True, what="The token is good")


async def examined(twilio: Twilio, look: Callable[[], Awaitable[Sequence[Finding]]]) -> Sequence[Finding]:
    """What is found about the token, and by `look`, when more can be asked with it."""
    try:
        known = await token(twilio)
        return [known, *await look()] if known.fine or known == TRIAL else [known]
    except Away:
        return [AWAY]


def delivers(found: str, wanted: str, where: str) -> Finding:
    """Whether Twilio delivers to us; the part behind # is asked for and may have been left out by hand."""
    if (found or "").partition("#")[0] == wanted:
        return Finding(fine=True, what=f"Messages to {where} are delivered here")
    return Finding(fine=False, what=f"Messages to {where} are not delivered here",
                   how=f"Run `main.py channels connect`, or set {wanted} as the address for incoming messages.")  # fmt: skip


def hooked(url: str) -> str:
    """The address for deliveries as Twilio is given it: with repeats."""
    return f"{url}{REPEATS}"


async def changed(twilio: Twilio, path: str, form: Mapping[str, str] | None, data: object = None) -> bool:
    """Set something at Twilio, whether it did; raises `Away`."""
    try:
        answer = await twilio.post(path, form) if form is not None else await twilio.post_json(path, data)
    except (Unreached, Broken):
        raise Away from None
    return answer.ok
