"""Methods by which a bot is told of what happens: the poll and the webhook."""

import re
from functools import partial
from urllib.parse import urlsplit

import msgspec

from tests.standins.telegram.arguments import Arguments
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request, too_many
from tests.standins.telegram.webhook import Address, Webhook
from tests.standins.telegram.wire import Json

MOST_CONNECTIONS = 100
USUAL_CONNECTIONS = 40
PORTS = {None, 80, 88, 443, 8443}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


async def get_updates(call: Call) -> list[msgspec.Raw]:
    """The next updates."""
    number = call.arguments.number
    if not call.bot.updates.webhook:
        call.bot.updates.allow(call.arguments.data("allowed_updates"))
    return await call.bot.updates.get(number("offset"), number("limit", 100), number("timeout"))


async def set_webhook(call: Call) -> bool:
    """Deliver to this address from now on; an empty one ends it."""
    url = call.arguments.text("url")
    if not url:
        return await delete_webhook(call)
    now = call.world.clock.now()
    if now < call.bot.webhook_allowed_at:
        raise too_many(1)
    call.bot.webhook_allowed_at = now + 1
    address = _address(call.arguments, url)
    await _end(call)
    call.bot.updates.allow(call.arguments.data("allowed_updates"))
    call.bot.updates.set_webhook(
        Webhook(
            address,
            call.world.waits,
            call.world.clock,
            execute=partial(call.world.execute, call.bot),
            taken=call.bot.updates.taken,
        )
    )
    return True


async def delete_webhook(call: Call) -> bool:
    """Deliver no more; what is queued can be polled."""
    await _end(call)
    return True


def get_webhook_info(call: Call) -> Json:
    """How the delivery goes."""
    updates = call.bot.updates
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(updates)}
    if updates.webhook:
        address = updates.webhook.address
        info |= {"url": address.url, "max_connections": address.max_connections}
        if address.last_error:
            info["last_error_date"], info["last_error_message"] = address.last_error
    return info | ({"allowed_updates": sorted(updates.allowed)} if updates.allowed else {})


async def _end(call: Call) -> None:
    updates = call.bot.updates
    if updates.webhook:
        webhook, updates.webhook = updates.webhook, None
        await webhook.close()
    if call.arguments.flag("drop_pending_updates"):
        updates.clear()


def _address(arguments: Arguments, url: str) -> Address:
    """The address; over plain HTTP and on any port only on this machine, which the real server would refuse."""
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.port not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known")
    secret = arguments.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = arguments.number("max_connections", USUAL_CONNECTIONS)
    return Address(url, secret, max(1, min(connections, MOST_CONNECTIONS)))
