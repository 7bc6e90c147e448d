"""How a sender of WhatsApp stands at Twilio: delivered to us, online, its templates approved."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from bot.ports.accounts import Account
from bot.ports.doctor import Finding
from integrations.channels.twilio import accounts, services
from integrations.channels.twilio.client import CONTENT, MESSAGING, Twilio
from integrations.channels.twilio.doctor import AWAY, CONSOLE, Away, changed, delivers, examined, hooked, looked_up

SENDERS = f"{MESSAGING}/v2/Channels/Senders"
APPROVALS = f"{CONTENT}/v1/ContentAndApprovals?PageSize=100"
SANDBOX = "+14155238886"
DEAD = frozenset({"rejected", "paused", "disabled"})


class Hook(msgspec.Struct):
    """Where a sender delivers."""

    callback_url: str | None = ""


class Sender(msgspec.Struct):
    """A number on WhatsApp."""

    sid: str
    sender_id: str = ""
    status: str = ""
    webhook: Hook | None = None


class Senders(msgspec.Struct):
    """All of them."""

    senders: list[Sender] = []


class Approval(msgspec.Struct):
    """What WhatsApp thinks of a template."""

    status: str | None = ""


class Content(msgspec.Struct):
    """A resource of the Content API, a template if somebody asked for its approval."""

    friendly_name: str | None = ""
    approval_requests: Approval | None = None


class Resources(msgspec.Struct):
    """A page of them."""

    contents: list[Content] = []


class Setup:
    """Looks at one account, and sets it up."""

    def __init__(self, twilio: Twilio, account: Account) -> None:
        self._twilio, self._hook = twilio, account.hook_url
        self._service = accounts.sender(account).get("MessagingServiceSid", "")
        self._number = "" if self._service else account.settings["from"]

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await examined(self._twilio, self._all)

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        try:
            if self._service:
                return [await services.connect(self._twilio, self._service, self._hook)]
            found = await self._find()
            if found is None:
                return [self._missing()]
            hook = {"callback_url": hooked(self._hook), "callback_method": "POST"}
            data = {"webhook": hook | {"fallback_url": self._hook, "fallback_method": "POST"}}
            if await changed(self._twilio, f"{SENDERS}/{quote(found.sid)}", None, data):
                return [Finding(fine=True, what=f"Messages to {self._number} are delivered here now")]
        except Away:
            return [AWAY]
        how = f"Set {self._hook} by hand in {CONSOLE}."
        return [Finding(fine=False, what="Twilio did not take the address for messages", how=how)]

    async def _all(self) -> Sequence[Finding]:
        return [*await self._sender(), *await self._templates()]

    async def _sender(self) -> Sequence[Finding]:
        if self._service:
            return await services.examine(self._twilio, self._service, self._hook)
        found = await self._find()
        if found is None:
            return [self._missing()]
        online = found.status.startswith("ONLINE")
        findings = [delivers((found.webhook or Hook()).callback_url or "", self._hook, self._number)]
        if not online:
            how = f"Open the WhatsApp senders in {CONSOLE}."
            findings.append(Finding(fine=False, what=f"The sender {self._number} is {found.status}", how=how))
        return findings

    async def _find(self) -> Sender | None:
        answer = await looked_up(self._twilio, f"{SENDERS}?Channel=whatsapp&PageSize=1000")
        found = answer.read(Senders) if answer.ok else None
        wanted = f"whatsapp:{self._number}"
        return next((each for each in (found.senders if found else []) if each.sender_id == wanted), None)

    def _missing(self) -> Finding:
        if self._number == SANDBOX:
            return Finding(fine=False, what="The sandbox cannot be looked at from here",
                           how=f"Set {self._hook} in its settings in {CONSOLE}.")  # fmt: skip
        return Finding(fine=False, what=f"{self._number} is no WhatsApp sender of this account",
                       how=f"Register it in {CONSOLE}, or correct `from`.")  # fmt: skip

    async def _templates(self) -> Sequence[Finding]:
        answer = await looked_up(self._twilio, APPROVALS)
        found = answer.read(Resources) if answer.ok else None
        states = [(each.friendly_name or "", each.approval_requests) for each in (found.contents if found else [])]
        dead = [(name, state.status) for name, state in states if state is not None and state.status in DEAD]
        if dead:
            return [Finding(fine=False, what=f"The template {name!r} is {status}", how=f"Mend or replace it in {CONSOLE}.")
                    for name, status in dead]  # fmt: skip
        approved = sum(state is not None and state.status == "approved" for _, state in states)
        return [Finding(fine=True, what=f"{approved} templates are approved, none is rejected or paused")]
