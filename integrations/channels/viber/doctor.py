"""Looks at an account at Viber, and tells Viber where to deliver."""

from collections.abc import Sequence

from bot.net.lines import Broken, Unreached
from bot.ports.accounts import Account
from bot.ports.doctor import Finding
from integrations.channels.viber.client import OK, Answer, Client
from integrations.channels.viber.limits import EVENTS
from integrations.channels.viber.outcomes import sentence_of, trouble_of

SELF_SIGNED = "Viber delivers only to https, on port 443, with a certificate of a known authority"
PARTNERS = "look at the account on partners.viber.com"


class Doctor:
    """See `Doctored`."""

    def __init__(self, account: Account, client: Client) -> None:
        self._account, self._client = account, client

    async def examine(self) -> Sequence[Finding]:
        """The token, where Viber delivers, and what."""
        answer = await self._ask("get_account_info", {})
        if isinstance(answer, Finding):
            return [answer]
        findings = [Finding(fine=True, what="Viber knows the token")]
        hook = self._account.hook_url
        if answer.webhook == hook:
            findings.append(Finding(fine=True, what=f"Viber delivers to {hook}"))
        else:
            elsewhere = "to another address" if answer.webhook else "nowhere"
            findings.append(Finding(fine=False, what=f"Viber delivers {elsewhere}", how=f"connect it to {hook}"))
        missing = sorted(set(EVENTS) - set(answer.event_types)) if answer.webhook else []
        if missing:
            findings.append(
                Finding(fine=False, what=f"Viber does not tell of {', '.join(missing)}", how="connect it anew")
            )
        return findings

    async def connect(self) -> Sequence[Finding]:
        """Say where to deliver; Viber tries the address at once, so we must be running there."""
        hook = self._account.hook_url
        if not hook.startswith("https://"):
            return [Finding(fine=False, what=f"Viber cannot deliver to {hook}", how=SELF_SIGNED)]
        fields = {"url": hook, "event_types": EVENTS, "send_name": True, "send_photo": False}
        answer = await self._ask("set_webhook", fields)
        if isinstance(answer, Finding):
            return [answer]
        return [Finding(fine=True, what=f"Viber delivers to {hook}")]

    async def _ask(self, method: str, fields: dict[str, object]) -> Answer | Finding:
        """The answer, or what is wrong instead."""
        try:
            answer = await self._client.call(method, fields)
        except (Unreached, Broken) as error:
            return Finding(fine=False, what=f"Viber cannot be asked ({error})", how="try again later")
        if answer.status == OK:
            return answer
        if answer.status == 1:
            return Finding(
                fine=False, what="Viber got no good answer from our address", how=f"{SELF_SIGNED}; we must run"
            )
        trouble = trouble_of(answer)
        return Finding(fine=False, what=f"Viber: {trouble or sentence_of(answer)}", how=PARTNERS)
