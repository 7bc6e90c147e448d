"""The house's post without anybody who runs it: scripts of the inbox, steps, timers and outbox, called one by one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.events import LIVE, Envelope, Event, Said
from bot.ports.clock import instant, micros
from bot.ports.store import Row, Script, Store
from bot.replies import Message
from bot.store import inbox, outbox, steps, timers
from bot.store.inbox import Accepted, Claimed
from bot.store.outbox import Parcel, Result
from bot.store.steps import Outgoing, Step, TimerChange
from bot.store.timers import Due
from tests.contracts.schema import ask

START = micros(datetime.fromisoformat("2026-11-23T06:00:00+00:00"))
LEASE = timedelta(seconds=30)
ANN = "webchat/site/ann"


def said(text: str, *, actor: str = ANN, key: str = "", lane: int = LIVE, at: int = START) -> Envelope:
    """A customer's message; its text is its identity unless a key says otherwise."""
    return Envelope("clinic", actor, key or f"{actor}:{text}", instant(at), Said(text), lane)


def saying(text: str, *, line: str = ANN, kind: str = "question", lane: int = LIVE, **more: Any) -> Outgoing:
    """A message to be sent."""
    return Outgoing(line, "webchat", kind, lane, Message(text), **more)


class Post:
    """One store, and a clock that is moved by hand. `now` is in microseconds."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START

    def waits(self, span: timedelta) -> None:
        self.now += span // timedelta(microseconds=1)

    def after(self, span: timedelta) -> int:
        return self.now + span // timedelta(microseconds=1)

    async def accept(self, *envelopes: Envelope) -> list[Accepted]:
        locks = {f"{each.business}/{each.actor}" for each in envelopes}
        return await self.store.run(partial(inbox.accept, envelopes, self.now), locks=locks)

    async def claim(self, worker: str = "one", limit: int = 10) -> list[Claimed]:
        return await self.store.run(partial(inbox.claim, worker, self.now, LEASE, limit))

    async def commit(
        self, claimed: Claimed, *outgoing: Outgoing, worker: str = "one", state: str = "{}", **more: Any
    ) -> list[int]:
        step = Step(claimed, state, outgoing, **more)
        committed = await self.store.run(partial(steps.commit, step, worker, self.now), locks=step.locks)
        return committed.numbers

    async def handles(self, text: str, *outgoing: Outgoing, actor: str = ANN, **more: Any) -> list[int]:
        """Take one event of an actor to its end."""
        await self.accept(said(text, actor=actor))
        (claimed,) = await self.claim()
        return await self.commit(claimed, *outgoing, **more)

    async def fail(self, claimed: Claimed, retry: timedelta, worker: str = "one") -> None:
        await self.store.run(partial(inbox.fail, claimed, worker, "Broken: no", self.after(retry)))

    async def park(self, claimed: Claimed, apology: Envelope | None = None, worker: str = "one") -> None:
        await self.store.run(partial(inbox.park, claimed, worker, "Broken: no", self.now, apology))

    async def sets(self, key: str, due: int | None) -> None:
        """A step sets a timer or takes it back."""
        await self.handles(f"{key}@{due}@{self.now}", timers=[TimerChange(key, due, {"about": "B1"})])

    async def due(self) -> list[Due]:
        return (await self.store.read(partial(timers.due, self.now, 10)))[0]

    async def fire(self, timers_due: Sequence[Due]) -> list[Accepted]:
        return await self.store.run(partial(timers.fire, timers_due, self.now))

    async def take(self, worker: str = "one", limit: int = 10) -> list[Parcel]:
        return await self.store.run(partial(outbox.take, worker, self.now, LEASE, limit))

    async def settle(self, parcel: Parcel, state: str = "sent", worker: str = "one", **more: Any) -> None:
        result = Result(parcel, state, **more)
        await self.store.run(partial(outbox.settle, [result], worker, self.now), locks=[f"clinic/line/{parcel.line}"])

    async def sends(self) -> list[str]:
        """Everything that leaves now, in order."""
        gone = []
        while parcels := await self.take():
            for parcel in parcels:
                gone.append(text_of(parcel))
                await self.settle(parcel)
        return gone

    async def steps(self) -> list[Event]:
        """Everything that is handled now, in order."""
        taken = []
        while claimed := await self.claim():
            for each in claimed:
                taken.append(each.event)
                await self.commit(each)
        return taken

    async def rows(self, sql: str, *params: Any) -> list[Row]:
        return await ask(self.store, sql, *params)

    async def at_once(self, *scripts: Any) -> list[Any]:
        return await asyncio.gather(*scripts)

    async def read(self, script: Script[Any]) -> Any:
        return await self.store.read(lambda: script)


def text_of(parcel: Parcel) -> str:
    """What a parcel says."""
    assert parcel.message is not None
    return parcel.message.text


def words(events: Sequence[Event]) -> list[str]:
    """What was said in some events."""
    return [each.text for each in events if isinstance(each, Said)]
