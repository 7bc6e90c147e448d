"""A house and the copy of its backup: the same rows a day later, under another roof."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.ports.clock import micros
from bot.ports.store import Store
from bot.router import Route
from bot.store import fence
from tests.runtime.house import House, Takes, echo

DAY = timedelta(days=1)


async def restored(
    original: House, store: Store, takes: Takes = echo, *, route: Sequence[Route] = (), after: timedelta = DAY
) -> House:
    """The house that comes up over a restored database, so long after the backup; it has caught up."""
    taken_at = micros(original.clock.now())
    original.clock.move_to(original.clock.now() + after)
    copy = House(store, takes, route=route, clock=original.clock, worker="two")
    await store.run(partial(fence.put_up, taken_at, micros(copy.clock.now()), [copy.slug]))
    await copy.engine.gate.catch_up()
    return copy


async def lift(house: House, since: timedelta | None = None, *, send_held: bool = False) -> fence.Lifted:
    """Confirm the copy; `since` is how far back an answer still leaves."""
    now = house.clock.now()
    instant = None if since is None else micros(now - since)
    script = partial(fence.lift, house.slug, micros(now), instant, send_held=send_held)
    lifted = await house.store.run(script)
    assert lifted is not None
    await house.engine.gate.catch_up()
    return lifted
