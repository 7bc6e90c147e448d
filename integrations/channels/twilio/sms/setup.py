"""How a sender of SMS stands at Twilio: its number is there and delivers to us."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from bot.ports.accounts import Account
from bot.ports.doctor import Finding
from integrations.channels.twilio import accounts, services
from integrations.channels.twilio.client import Twilio
from integrations.channels.twilio.doctor import AWAY, CONSOLE, Away, changed, delivers, examined, hooked, looked_up
from integrations.channels.twilio.sms.limits import ONE_WAY


class Capabilities(msgspec.Struct):
    """What a number can do."""

    sms: bool | None = True


class Number(msgspec.Struct):
    """A number or short code of the account."""

    sid: str
    sms_url: str | None = ""
    capabilities: Capabilities | None = None


class Numbers(msgspec.Struct):
    """Those that were asked for, by either name."""

    incoming_phone_numbers: list[Number] = []
    short_codes: list[Number] = []


def country_of(number: str) -> str:
    """The country of a number, in two letters; empty where that is not known, as of a short code."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


class Place(NamedTuple):
    """Where a sender is found, and where it is changed."""

    list: str
    one: str


class Setup:
    """Looks at one account, and sets it up."""

    def __init__(self, twilio: Twilio, account: Account) -> None:
        self._twilio, self._hook = twilio, account.hook_url
        self._service = accounts.sender(account).get("MessagingServiceSid", "")
        self._sender = account.settings["from"]

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await examined(self._twilio, self._delivers)

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        try:
            if self._service:
                return [await services.connect(self._twilio, self._service, self._hook)]
            if (place := self._place()) is None:
                return [self._one_way()]
            found = await self._find(place)
            if found is None:
                return [self._missing()]
            form = {"SmsUrl": hooked(self._hook), "SmsMethod": "POST"}
            form |= {"SmsFallbackUrl": self._hook, "SmsFallbackMethod": "POST"}
            if await changed(self._twilio, place.one.format(quote(found.sid)), form):
                return [Finding(fine=True, what=f"Messages to {self._sender} are delivered here now")]
        except Away:
            return [AWAY]
        how = f"Set {self._hook} by hand in {CONSOLE}."
        return [Finding(fine=False, what="Twilio did not take the address for messages", how=how)]

    async def _delivers(self) -> Sequence[Finding]:
        if self._service:
            return await services.examine(self._twilio, self._service, self._hook)
        if (place := self._place()) is None:
            return [self._one_way()]
        found = await self._find(place)
        if found is None:
            return [self._missing()]
        if not (found.capabilities or Capabilities()).sms:
            return [Finding(fine=False, what=f"{self._sender} is a number that takes and sends no text messages",
                            how=f"Take one with SMS in {CONSOLE}.")]  # fmt: skip
        return [delivers(found.sms_url or "", self._hook, self._sender), *self._unanswered()]

    def _unanswered(self) -> Sequence[Finding]:
        """That the people of the number's own country cannot answer, where that is known."""
        country = country_of(self._sender)
        if country not in ONE_WAY:
            return []
        return [
            Finding(fine=True, what=f"Twilio brings no answers from {country}: {self._sender} is for notices there")
        ]

    def _place(self) -> Place | None:
        """Where the sender is at Twilio; None for a name, which is nowhere and takes no messages."""
        if self._sender.startswith("+"):
            asked = f"IncomingPhoneNumbers.json?PhoneNumber={quote(self._sender, safe='')}"
            return Place(asked, "IncomingPhoneNumbers/{}.json")
        if self._sender.isdecimal():
            return Place(f"SMS/ShortCodes.json?ShortCode={self._sender}", "SMS/ShortCodes/{}.json")
        return None

    async def _find(self, place: Place) -> Number | None:
        answer = await looked_up(self._twilio, place.list)
        found = (answer.read(Numbers) if answer.ok else None) or Numbers()
        return next(iter((*found.incoming_phone_numbers, *found.short_codes)), None)

    def _one_way(self) -> Finding:
        return Finding(fine=True, what=f"{self._sender} is a name: it writes to customers, and nobody can answer it")

    def _missing(self) -> Finding:
        return Finding(fine=False, what=f"{self._sender} is no number of this account",
                       how=f"Look it up in {CONSOLE}, or correct `from`.")  # fmt: skip
