"""A Messaging Service of Twilio: several senders that deliver to one address."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from bot.ports.doctor import Finding
from integrations.channels.twilio.client import MESSAGING, Twilio
from integrations.channels.twilio.doctor import CONSOLE, changed, delivers, hooked, looked_up

SERVICES = f"{MESSAGING}/v1/Services"


class Service(msgspec.Struct):
    """Where a service delivers; with `use_inbound_webhook_on_number` each of its numbers has an address of its own."""

    inbound_request_url: str | None = ""
    use_inbound_webhook_on_number: bool | None = False


async def examine(twilio: Twilio, sid: str, hook: str) -> Sequence[Finding]:
    """Whether a service is there and delivers to us; raises `Away`."""
    answer = await looked_up(twilio, f"{SERVICES}/{quote(sid)}")
    found = answer.read(Service) if answer.ok else None
    if found is None:
        return [_missing(sid)]
    if found.use_inbound_webhook_on_number:
        return [Finding(fine=False, what=f"The numbers of {sid} deliver each where it says itself",
                        how="Let the service send incoming messages to its own address.")]  # fmt: skip
    return [delivers(found.inbound_request_url or "", hook, sid)]


async def connect(twilio: Twilio, sid: str, hook: str) -> Finding:
    """Let a service deliver to us; raises `Away`."""
    form = {"InboundRequestUrl": hooked(hook), "InboundMethod": "POST", "FallbackUrl": hook, "FallbackMethod": "POST",
            "UseInboundWebhookOnNumber": "false"}  # fmt: skip
    if await changed(twilio, f"{SERVICES}/{quote(sid)}", form):
        return Finding(fine=True, what=f"Messages to {sid} are delivered here now")
    return _missing(sid)


def _missing(sid: str) -> Finding:
    return Finding(fine=False, what=f"{sid} is no Messaging Service of this account",
                   how=f"Look it up in {CONSOLE}, or correct `from`.")  # fmt: skip
