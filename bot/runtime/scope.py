"""The one place through which a step reads the world: clock, ids, the database, earlier refusals.

Everything asked here is remembered for the length of the step, so that a run that is repeated after a refused claim
sees the same world, except for the refusal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from bot.events import LIVE, Envelope, Event
from bot.ports.clock import micros
from bot.ports.step import Push, Write
from bot.ports.store import Script, Store
from bot.store.steps import Outgoing, TimerChange

T = TypeVar("T")

ID_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no letters that are mistaken for digits: ids are read out on the phone
ID_LENGTH = 8


@dataclass(slots=True)
class StepScope:
    """One run of a step; `again` makes the next run of the same step. Satisfies `bot.ports.step.Scope`."""

    store: Store
    business: str
    actor: str
    seq: int
    now: datetime
    reads: dict[str, Any] = field(default_factory=dict)
    refusals: frozenset[str] = frozenset()
    writes: list[Write] = field(default_factory=list)
    timers: dict[str, TimerChange] = field(default_factory=dict)
    events: list[Envelope] = field(default_factory=list)
    pushes: list[Outgoing] = field(default_factory=list)
    _ids: int = 0

    def new_id(self, kind: str) -> str:
        """An id of eight letters and digits, the same for the same place in a repeated step."""
        self._ids += 1
        seed = f"{self.business}\0{self.actor}\0{self.seq}\0{kind}\0{self._ids}".encode()
        number = int.from_bytes(blake2b(seed, digest_size=16).digest())
        letters = []
        for _ in range(ID_LENGTH):
            number, place = divmod(number, len(ID_LETTERS))
            letters.append(ID_LETTERS[place])
        return "".join(letters)

    async def read(self, key: str, script: Callable[[], Script[T]]) -> T:
        """Read once a step."""
        if key not in self.reads:
            self.reads[key] = await self.store.read(script)
        found: T = self.reads[key]
        return found

    def write(self, change: Write) -> None:
        """Commit with the step."""
        self.writes.append(change)

    def refused(self, claim: str) -> bool:
        """Whether an earlier run of this step was refused this claim."""
        return claim in self.refusals

    def tell(self, actor: str, event: Event, *, lane: int = LIVE, key: str = "") -> None:
        """Let something happen to another actor when the step commits."""
        key = key or f"{self.actor}#{self.seq}.e{len(self.events)}"
        self.events.append(Envelope(self.business, actor, key, self.now, event, lane))

    def push(self, push: Push) -> None:
        """Have something done outside after the step."""
        body = msgspec.json.encode({"job": push.job, "order": push.order}).decode()
        self.pushes.append(
            Outgoing(push.line, push.port, "push", push.lane, body=body, expires_after=push.expires_after)
        )

    def schedule(self, key: str, due: datetime, data: Mapping[str, str]) -> None:
        """Set a timer of this actor; one already past takes an earlier one back and is not set."""
        if due <= self.now:
            self.unschedule(key)
        else:
            self.timers[key] = TimerChange(key, micros(due), dict(data))

    def unschedule(self, key: str) -> None:
        """Take a timer of this actor back."""
        self.timers[key] = TimerChange(key, None, {})

    def again(self, claim: str) -> "StepScope":
        """The next run: same instant, same ids, same reads, one more refusal."""
        return StepScope(self.store, self.business, self.actor, self.seq, self.now, self.reads, self.refusals | {claim})
