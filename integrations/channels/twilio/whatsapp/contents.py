"""Buttons and lists exist at Twilio only as resources of its Content API.

A resource of ours is a shape: so many buttons, or so many rows with and without descriptions; all that is said stands in its
variables. So a few dozen shapes serve every message, each is made once, and its id is kept under the hash of its definition.
Source: Twilio, «Using Variables with Content Templates», and the pages of the two content types, where every field takes a
variable, that of a row's id among them; for the id of a button the page says so of the actions as a whole.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, Literal

import msgspec

from bot.ports.accounts import Memory
from bot.ports.channel import Outcome, PerhapsSent, Retry
from bot.rendering import Option
from integrations.channels.twilio.client import CONTENT, TwilioAnswer
from integrations.channels.twilio.sending import BUSY, Speaker, outcome

URL = f"{CONTENT}/v1/Content"
LANGUAGE = "en"  # of a resource that holds no words; customers see nothing of it
KEPT_AS = "twilio-content"


class Shape(msgspec.Struct, frozen=True):
    """What a resource looks like; `described` says of each option whether it has a description."""

    kind: Literal["quick-reply", "list-picker"]
    described: tuple[bool, ...]

    def definition(self) -> dict[str, Any]:
        """The resource, in Twilio's words."""
        numbers = iter(range(1, 1000))
        body: dict[str, Any] = {"body": _variable(next(numbers))}
        if self.kind == "quick-reply":
            body["actions"] = [
                {"type": "QUICK_REPLY", "title": _variable(next(numbers)), "id": _variable(next(numbers))}
                for _ in self.described
            ]
        else:
            body["button"] = _variable(next(numbers))
            body["items"] = [
                {name: _variable(next(numbers)) for name in ("item", "id", *(["description"] if has else []))}
                for has in self.described
            ]
        samples = {str(number): "x" for number in range(1, next(numbers))}
        return {"language": LANGUAGE, "variables": samples, "types": {f"twilio/{self.kind}": body}}

    @property
    def hash(self) -> str:
        """The same for the same definition."""
        return sha256(msgspec.json.encode(self.definition(), order="deterministic")).hexdigest()[:32]


def filled(
    kind: Literal["quick-reply", "list-picker"], text: str, opener: str, options: Sequence[Option]
) -> dict[str, str]:
    """The values of the variables of a shape, in their order."""
    values = [text, *([opener] if kind == "list-picker" else [])]
    for each in options:
        values += [each.label, each.id, *([each.description] if kind == "list-picker" and each.description else [])]
    return {str(number): value for number, value in enumerate(values, start=1)}


def shape_of(kind: Literal["quick-reply", "list-picker"], options: Sequence[Option]) -> Shape:
    """The shape that options need."""
    return Shape(kind, tuple(kind == "list-picker" and bool(each.description) for each in options))


class Contents:
    """The resources of one account, made when they are first needed. `memory` keeps their ids for later runs."""

    def __init__(self, speaker: Speaker, account_sid: str, memory: Memory) -> None:
        self._speaker, self._account_sid, self._memory = speaker, account_sid, memory
        self._known: dict[str, str] = {}
        self._making = asyncio.Lock()

    async def sid(self, shape: Shape) -> str | Outcome:
        """The id of the resource; else why there is none: `Undeliverable` when Twilio refuses to make it."""
        if shape.hash in self._known:
            return self._known[shape.hash]
        async with self._making:
            found = self._known.get(shape.hash) or await self._memory.get(self._name(shape))
            if not found:
                made = await self._make(shape)
                if not isinstance(made, str):
                    return made
                found = made
                await self._memory.set(self._name(shape), found)
            self._known[shape.hash] = found
            return found

    async def forget(self, shape: Shape) -> None:
        """Make it anew next time: Twilio does not know it any more."""
        self._known.pop(shape.hash, None)
        await self._memory.set(self._name(shape), "")

    def _name(self, shape: Shape) -> str:
        return f"{KEPT_AS}:{self._account_sid}:{shape.hash}"

    async def _make(self, shape: Shape) -> str | Outcome:
        """Make it; doing so twice does no harm."""
        name = f"dragoman_{shape.kind}_{shape.hash[:12]}".replace("-", "_")
        answer = await self._speaker.post_json(URL, {"friendly_name": name, **shape.definition()})
        if isinstance(answer, PerhapsSent):
            return Retry(BUSY, "Twilio's Content API gave no answer", "provider")
        if not isinstance(answer, TwilioAnswer):
            return answer
        return _sid(answer) or _refused(answer)


class _Made(msgspec.Struct):
    sid: str = ""


def _sid(answer: TwilioAnswer) -> str:
    made = answer.read(_Made) if answer.ok else None
    return made.sid if made is not None else ""


def _refused(answer: TwilioAnswer) -> Outcome:
    if answer.ok or answer.status >= 500:
        return Retry(timedelta(seconds=5), f"Twilio's Content API answered {answer.status}", "provider")
    return outcome(answer)


def _variable(number: int) -> str:
    return f"{{{{{number}}}}}"
