"""Steps without a runtime: what a port leaves in its scope commits as one transaction; a refused step runs again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.events import LIVE, Event
from bot.ports.step import Push, Scope, Write
from bot.ports.store import ClaimRefused, Conflict, Script, Store

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # a Monday, 09:00 in Yerevan
ANN, BEA = "webchat/site/ann", "webchat/site/bea"
RUNS = 8


@dataclass
class StepScope:
    """One step's scope; `timers` are the actor's and change when the step commits."""

    store: Store
    actor: str
    now: datetime
    step: str
    timers: dict[str, tuple[datetime, Mapping[str, str]]]
    business: str = "shears"
    answers: dict[str, Any] = field(default_factory=dict)
    refusals: set[str] = field(default_factory=set)
    writes: list[Write] = field(default_factory=list)
    set_timers: list[tuple[str, datetime | None, Mapping[str, str]]] = field(default_factory=list)
    told: list[tuple[str, Event]] = field(default_factory=list)
    pushed: list[Push] = field(default_factory=list)
    ids: int = 0

    def begin(self) -> None:
        self.writes, self.set_timers, self.told, self.pushed, self.ids = [], [], [], [], 0

    def new_id(self, kind: str) -> str:
        self.ids += 1
        return f"{kind}-{self.step}-{self.ids}"

    async def read(self, key: str, script: Callable[[], Script[T]]) -> T:
        if key not in self.answers:
            self.answers[key] = await self.store.read(script)
        answer: T = self.answers[key]
        return answer

    def write(self, change: Write) -> None:
        self.writes.append(change)

    def refused(self, claim: str) -> bool:
        return claim in self.refusals

    def tell(self, actor: str, event: Event, *, lane: int = LIVE, key: str = "") -> None:
        self.told.append((actor, event))

    def push(self, push: Push) -> None:
        self.pushed.append(push)

    def schedule(self, key: str, due: datetime, data: Mapping[str, str]) -> None:
        self.set_timers.append((key, due, data))

    def unschedule(self, key: str) -> None:
        self.set_timers.append((key, None, {}))

    def script(self) -> Script[None]:
        for write in self.writes:
            yield from write.apply()

    async def commit(self) -> None:
        locks = {lock for write in self.writes for lock in write.locks}
        await self.store.run(self.script, locks=locks)
        for key, due, data in self.set_timers:
            self.timers.pop(key, None)
            if due is not None and due > self.now:
                self.timers[key] = (due, data)


class Steps:
    """Runs steps of conversations on a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.timers: dict[str, dict[str, tuple[datetime, Mapping[str, str]]]] = {}
        self._count = 0

    def scope(self, actor: str = ANN) -> StepScope:
        """A fresh step of a conversation."""
        self._count += 1
        return StepScope(self.store, actor, self.now, str(self._count), self.timers.setdefault(actor, {}))

    async def run(self, handler: Callable[[Scope], Awaitable[T]], actor: str = ANN) -> T:
        """Run `handler` as one step: again after a refused claim, anew after a conflict."""
        scope = self.scope(actor)
        for _ in range(RUNS):
            scope.begin()
            result = await handler(scope)
            try:
                await scope.commit()
            except ClaimRefused as refused:
                scope.refusals.add(refused.claim)
            except Conflict:
                scope.answers.clear()
            else:
                return result
        raise AssertionError("the step never came to an end")
