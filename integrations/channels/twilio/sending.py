"""Asks Twilio to say something, and says what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import msgspec

from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.clock import Clock
from integrations.channels.twilio.client import Pairs, Twilio, TwilioAnswer
from integrations.channels.twilio.codes import MEANINGS

BUSY = timedelta(seconds=5)
LONGEST = 3600  # seconds; more than that nobody has to be believed
NOT_IN_ORDER = frozenset({401, 403, 404})
FAILED = frozenset({"failed", "undelivered", "canceled"})


class Taken(msgspec.Struct, frozen=True):
    """What Twilio gives for a message that it took; one that failed at once has its code."""

    sid: str | None = ""
    status: str | None = ""
    error_code: int | None = None


class Speaker:
    """Speaks for one account, and knows how it stands."""

    def __init__(self, twilio: Twilio, source: str, clock: Clock) -> None:
        self._twilio, self._standing = twilio, Standing("Twilio", source, clock)

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._standing.trouble

    async def say(self, form: Pairs, path: str = "Messages.json") -> Outcome:
        """Post a message, or a call, and say what became of it."""
        answer = await self.post(form, path)
        return outcome(answer) if isinstance(answer, TwilioAnswer) else answer

    async def post(self, form: Pairs, path: str = "Messages.json") -> TwilioAnswer | Outcome:
        """Post a form: Twilio's answer, or what it means that there is none. The answer is not about the whole account."""
        return await self._heard(partial(self._twilio.post, path, form))

    async def post_json(self, url: str, data: object) -> TwilioAnswer | Outcome:
        """Post JSON; see `post`."""
        return await self._heard(partial(self._twilio.post_json, url, data))

    async def _heard(self, ask: Callable[[], Awaitable[TwilioAnswer]]) -> TwilioAnswer | Outcome:
        if held := self._standing.held():
            return held
        try:
            answer = await ask()
        except Unreached:
            return Retry(BUSY, "Twilio cannot be reached", "provider")
        except Broken:
            return PerhapsSent("Twilio gave no answer")
        if answer.ok:
            self._standing.accepted()
        elif trouble := trouble_of(answer):
            return self._standing.refused(trouble)
        return answer


def trouble_of(answer: TwilioAnswer) -> str:
    """What is wrong with the account itself; empty when nothing."""
    meaning = MEANINGS.get(answer.code)
    if meaning is not None:
        return f"{meaning.words} (code {answer.code})" if meaning.kind == "trouble" else ""
    return f"it answers {answer.status}" if answer.status in NOT_IN_ORDER else ""


def outcome(answer: TwilioAnswer) -> Outcome:
    """What an answer means for the message. No reason holds what a customer wrote, or their number."""
    if answer.ok:
        taken = answer.read(Taken) or Taken()
        if taken.status in FAILED and taken.error_code:
            return refusal(taken.error_code)
        return Sent(taken.sid or "")
    found = refusal(answer.code) if answer.code in MEANINGS else _by_status(answer)
    if isinstance(found, Retry):
        asked = timedelta(seconds=min(answer.retry_after, LONGEST))
        return replace(found, after=max(found.after, asked))
    return found


def refusal(code: int) -> Outcome:
    """What a known code means for the message."""
    meaning = MEANINGS.get(code)
    if meaning is None:
        return Undeliverable("refused", f"Twilio says {code}")
    reason = f"Twilio says {code}: {meaning.words}"
    match meaning.kind:
        case "line" | "account" as scope:
            return Retry(meaning.after, reason, scope)
        case "trouble":
            return Retry(BUSY, reason, "account")
        case ended:
            return Undeliverable(ended, reason)


def _by_status(answer: TwilioAnswer) -> Outcome:
    """An answer whose code says nothing, or that is none of Twilio's."""
    reason = f"Twilio answered {answer.status}"
    match answer.status:
        case 429:
            return Retry(BUSY, reason, "account")
        case 503:
            return Retry(BUSY, reason, "provider")
        case status if status >= 500:
            return PerhapsSent(reason)
        case _:
            return Undeliverable("refused", f"Twilio says {answer.code}" if answer.code else reason)
