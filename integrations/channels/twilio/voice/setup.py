"""Looks at a number at Twilio, and tells Twilio where its calls go.

Source: Twilio, «IncomingPhoneNumber resource».
"""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from bot.ports.accounts import Account
from bot.ports.doctor import Finding
from integrations.channels.twilio.client import Twilio
from integrations.channels.twilio.doctor import AWAY, CONSOLE, Away, changed, hooked, looked_up, token
from integrations.channels.twilio.voice.place import Place

CONNECT = "Run `main.py channels connect`, or set {} as its {}."


class _Number(msgspec.Struct):
    sid: str = ""
    voice_url: str | None = ""
    status_callback: str | None = ""


class _Numbers(msgspec.Struct):
    incoming_phone_numbers: list[_Number] = []


async def examine(twilio: Twilio, account: Account) -> Sequence[Finding]:
    """Look whether the token is good and calls come here; change nothing."""
    try:
        findings, number = await _look(twilio, account)
    except Away:
        return (AWAY,)
    if number is None:
        return findings
    calls, ends = hooked(account.hook_url), _ends(account)
    return (
        *findings,
        _leads(number.voice_url, calls, "Calls come here", "voice URL"),
        _leads(number.status_callback, ends, "The end of a call is told", "status callback"),
    )


async def connect(twilio: Twilio, account: Account) -> Sequence[Finding]:
    """Let calls of the number, and their ends, come here."""
    try:
        findings, number = await _look(twilio, account)
        if number is None:
            return findings
        form = {"VoiceUrl": hooked(account.hook_url), "VoiceMethod": "POST", "StatusCallback": _ends(account),
                "StatusCallbackMethod": "POST"}  # fmt: skip
        done = await changed(twilio, f"IncomingPhoneNumbers/{number.sid}.json", form)
    except Away:
        return (AWAY,)
    how = "" if done else f"Twilio refuses it; set it in {CONSOLE}."
    return (*findings, Finding(done, "Calls and their ends come here", how))


async def _look(twilio: Twilio, account: Account) -> tuple[list[Finding], _Number | None]:
    findings = [await token(twilio)]
    if not findings[0].fine:
        return findings, None
    answer = await looked_up(
        twilio, f"IncomingPhoneNumbers.json?PhoneNumber={quote(account.settings['number'], safe='')}"
    )
    found = answer.read(_Numbers) if answer.ok else None
    if found is None or not found.incoming_phone_numbers:
        how = f"Buy it in {CONSOLE}, or mend the setting number."
        return [*findings, Finding(fine=False, what="The number is not the account's", how=how)], None
    return [*findings, Finding(fine=True, what="The number is the account's")], found.incoming_phone_numbers[0]


def _leads(found: str | None, wanted: str, what: str, field: str) -> Finding:
    """Whether an address is ours; what stands behind # is asked for and may have been left out by hand."""
    fine = (found or "").partition("#")[0] == wanted.partition("#")[0]
    return Finding(fine, what, "" if fine else CONNECT.format(wanted, field))


def _ends(account: Account) -> str:
    return Place("ended").address(account.hook_url)
