"""What a bug is made of: a function of the product that is another one, or a statement that reads otherwise, for a while."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import msgspec

from bot.chat import Option
from bot.events import Envelope, TimerFired
from bot.ports.store import Query, Script, StoreUnavailable
from bot.records import occupancy
from bot.replies import Act
from bot.store import inbox, sqlite, steps, timers
from bot.store.outbox import Parcel, Result
from bot.texts import Lines, t
from dialogs.visits import describe

Patch = AbstractContextManager[Any]


def rewritten(*pairs: tuple[str, str]) -> Patch:
    """Every statement that holds one of these texts has another one instead; one that never comes up is an error."""
    real = sqlite.drive

    def drive(connection: Any, script: Script[Any]) -> Any:
        return real(connection, other_words(script, pairs))

    return patch.object(sqlite, "drive", drive)


def other_words(script: Script[Any], pairs: Sequence[tuple[str, str]]) -> Script[Any]:
    rows: list[Any] | None = None
    try:
        while True:
            query = next(script) if rows is None else script.send(rows)
            sql, params = query.sql, query.params
            for old, new in pairs:
                if old in sql:
                    before = sql[: sql.index(old)].count("?")
                    params = (*params[:before], *params[before + old.count("?") - new.count("?") :])
                    sql = sql.replace(old, new)
            try:
                rows = yield query._replace(sql=sql, params=params)
            except Exception as error:  # noqa: BLE001  handed on to the script, as the store does
                script.throw(error)
    except StopIteration as stop:
        return stop.value


def swapped(owner: Any, name: str, make: Callable[[Any], Any]) -> Patch:
    """`owner.name` is what `make` makes of it."""
    return patch.object(owner, name, make(getattr(owner, name)))


def acknowledge_first(real: Any) -> Any:
    async def accept(self: Any, envelopes: Sequence[Envelope]) -> list[Any]:
        import asyncio

        async def later() -> None:
            try:
                await real(self, envelopes)
            except StoreUnavailable:
                return

        asyncio.get_running_loop().create_task(later())
        return []

    return accept


def forget_refusals(real: Any) -> Any:
    async def accept(self: Any, envelopes: Sequence[Envelope]) -> list[Any]:
        try:
            return await real(self, envelopes)  # type: ignore[no-any-return]
        except StoreUnavailable:
            return []

    return accept


def new_keys(real: Any) -> Any:
    numbers = itertools.count()

    async def accept(self: Any, envelopes: Sequence[Envelope]) -> Any:
        return await real(
            self, [msgspec.structs.replace(e, dedupe_key=f"{e.dedupe_key}~{next(numbers)}") for e in envelopes]
        )

    return accept


def rows_afterwards(field: str) -> Callable[[Any], Any]:
    """What a step asks for is written in a transaction of its own, after the step's."""

    def make(real: Any) -> Any:
        async def commit(self: Any, step: steps.Step, *more: Any) -> None:
            wanted = getattr(step, field)
            nothing: dict[str, Any] = {field: ()}
            await real(self, replace(step, **nothing), *more)
            if wanted:
                await self._store.run(lambda: afterwards(step, field))

        return commit

    return make


def afterwards(step: steps.Step, field: str) -> Script[None]:
    business, actor = step.claimed.business, step.claimed.actor
    alone = replace(step, outgoing=(), timers=(), writes=(), events=(), **{field: getattr(step, field)})
    seq = 0
    if alone.outgoing:
        rows = yield Query(
            "UPDATE actors SET seq = seq + ? WHERE business = ? AND actor = ? RETURNING seq",
            (len(alone.outgoing), business, actor),
        )
        seq = rows[0][0] - len(alone.outgoing) + 1
    now = (yield Query("SELECT MAX(accepted_at) FROM inbox WHERE business = ? AND actor = ?", (business, actor)))[0][0]
    yield from steps.effects(alone, seq, "", now, 0)


def without(field: str) -> Callable[[Any], Any]:
    def make(real: Any) -> Any:
        async def commit(self: Any, step: steps.Step, *more: Any) -> None:
            nothing: dict[str, Any] = {field: ()}
            await real(self, replace(step, **nothing), *more)

        return commit

    return make


def mark_then_send(real: Any) -> Any:
    async def deliver(self: Any, parcel: Parcel, **more: Any) -> Result:
        done = Result(parcel, "sent", parts=[])
        await self._settle([done], {f"{parcel.business}/line/{parcel.line}"})
        return await real(self, parcel, **more)  # type: ignore[no-any-return]

    return deliver


def answers(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A channel's answer is taken for another one."""

    def make(real: Any) -> Any:
        async def request(self: Any, channel: Any, parcel: Parcel, contact: Any, piece: Any) -> Any:
            return change(await real(self, channel, parcel, contact, piece))

        return request

    return make


def parcels(**changes: Any) -> Callable[[Any], Any]:
    def make(real: Any) -> Any:
        async def deliver(self: Any, parcel: Parcel, **more: Any) -> Result:
            result: Result = await real(self, parcel._replace(**changes), **more)
            return result._replace(parcel=parcel)

        return deliver

    return make


def count_parts_wrongly(real: Any) -> Any:
    async def deliver(self: Any, parcel: Parcel, **more: Any) -> Result:
        result: Result = await real(
            self, parcel._replace(sent_parts=parcel.sent_parts + bool(parcel.sent_parts)), **more
        )
        return result._replace(parcel=parcel)

    return deliver


def no_result_events(real: Any) -> Any:
    async def deliver(self: Any, parcel: Parcel, **more: Any) -> Result:
        result: Result = await real(self, parcel, **more)
        return result._replace(events=[]) if result.state in ("failed", "expired") else result

    return deliver


def results_unlike(real: Any) -> Any:
    numbers = itertools.count()

    def finished(self: Any, parcel: Parcel, **more: Any) -> Envelope:
        event: Envelope = real(self, parcel, **more)
        return msgspec.structs.replace(event, dedupe_key=f"{event.dedupe_key}~{next(numbers)}")

    return finished


def quiet_park(real: Any) -> Any:
    def park(claimed: Any, worker: str, error: str, now: int, apology: Any) -> Any:
        return real(claimed, worker, error, now, None)

    return park


def another_instant(real: Any) -> Any:
    def again(self: Any, claim: str) -> Any:
        return replace(real(self, claim), now=self.now + timedelta(seconds=1))

    return again


def random_ids(real: Any) -> Any:
    import uuid

    def new_id(self: Any, kind: str) -> str:
        return uuid.uuid4().hex[:8].upper()

    return new_id


def claims_granted(real: Any) -> Any:
    def take(claim: Any, holder: str, key: str, now: int, until: int | None = None) -> Script[None]:
        yield from occupancy.claim_seat(claim, holder, now=now, until=until)

    return take


def a_seat_for_everybody(real: Any) -> Any:
    def claim_seat(claim: Any, holder: str, *, now: int, until: int | None = None) -> Any:
        return real(replace(claim, seats=50), holder, now=now, until=until)

    return claim_seat


def kept_after_refusal(real: Any) -> Any:
    """A refused claim does not undo what the step has written before it."""

    def run(connection: Any, group: Any) -> None:
        for job in group:
            try:
                job.result = sqlite.drive(connection, job.script())
            except Exception as error:  # noqa: BLE001  this is the bug
                job.error = error

    return run


def no_state(real: Any) -> Any:
    async def commit(self: Any, step: steps.Step, *more: Any) -> None:
        await real(self, replace(step, state=step.claimed.state), *more)

    return commit


def fire_and_forget(real: Any) -> Any:
    """Timers are put out in one transaction, and what they mean into the inbox in the next."""

    async def work(self: Any) -> bool:
        from functools import partial

        from bot.ports.clock import micros

        now = micros(self._clock.now())
        due, self.next_due = await self._store.read(partial(timers.due, now, 200))
        if not due:
            return False
        await self._store.run(lambda: put_out(due))
        await self._store.run(lambda: inbox.accept([timers._envelope(each) for each in due], now))
        self._wakeups.ring("step")
        return True

    return work


def put_out(due: Sequence[timers.Due]) -> Script[None]:
    for timer in due:
        yield Query("UPDATE timers SET due_at = NULL WHERE business = ? AND actor = ? AND key = ?",
                    (timer.business, timer.actor, timer.key))  # fmt: skip


def always_current(real: Any) -> Any:
    def is_current(business: str, actor: str, event: TimerFired) -> Script[bool]:
        yield Query("SELECT 1")
        return True

    return is_current


def nothing(real: Any) -> Any:
    def script(*args: Any, **more: Any) -> Script[None]:
        yield Query("SELECT 1")

    return script


def never_stopped(real: Any) -> Any:
    def freeze(conversation: Any) -> str:
        conversation.stopped = False
        return str(real(conversation))

    return freeze


def remind_anyway(real: Any) -> Any:
    async def cancel(self: Any, booking: Any) -> None:
        before = dict(self._scope.timers)
        await real(self, booking)
        self._scope.timers.clear()
        self._scope.timers.update(before)

    return cancel


def remind_whoever(real: Any) -> Any:
    async def remind(chat: Any, booking_id: str, start: str) -> None:
        found = await chat.calendar.find(booking_id)
        if found is not None:
            chat.say(Lines((t("A reminder of your visit:"), describe(chat, found))),
                     [Option(t("I will come"), Act("visit.keep", found.id))], kind="reminder")  # fmt: skip

    return remind


def together(*patches: Callable[[], Patch]) -> Callable[[], Patch]:
    @contextmanager
    def both() -> Iterator[None]:
        from contextlib import ExitStack

        with ExitStack() as stack:
            for each in patches:
                stack.enter_context(each())
            yield

    return both


def never_over(sending: Any, kind: str, created_at: int, expires_at: int | None) -> bool:
    """Nothing runs out."""
    return False


def zero(business: str, lines: Sequence[str]) -> Script[int]:
    yield Query("SELECT 1")
    return 0


def freed_anyway(lines: Any, worker: str, now: int) -> Script[bool]:
    for business, line in lines:
        yield Query(
            "UPDATE lines SET ready_at = NULL, lease_until = 0 WHERE business = ? AND line = ?", (business, line)
        )
    return False


def let_go_of_holds_only(real: Any) -> Any:
    def let_go(business: str, holder: str) -> Script[None]:
        if holder.startswith("hold:"):
            yield from real(business, holder)

    return let_go
