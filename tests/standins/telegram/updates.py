"""A bot's queue of updates: what happened and was not yet taken, by number.

They are handed out by poll or by webhook; the queue is one, so that a bot may change from one to the other.
"""

import asyncio
import random
from collections.abc import Iterable

import msgspec

from tests.standins.telegram.clock import Clock
from tests.standins.telegram.record import Attempt, Record, Update
from tests.standins.telegram.refusals import conflict
from tests.standins.telegram.webhook import Pending, Webhook
from tests.standins.telegram.wire import Json, encode

MOST = 100
LONGEST_SECONDS = 50
FUTURE = 10
"""An offset that is further beyond the end than this is not believed."""

LEFT_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What a bot gets only when it asks for it by name."""


class Updates:
    """The queue of one bot."""

    def __init__(self, bot: int, clock: Clock, record: Record) -> None:
        self.allowed: frozenset[str] = frozenset()
        """The kinds that the bot asked for; none is all but `LEFT_OUT`."""
        self.webhook: Webhook | None = None
        self.minds_hammering = False
        """Whether the same short poll twice within three seconds is made to wait, as the real server does."""
        self._bot, self._clock, self._record = bot, clock, record
        self._next_id = random.randrange(100_000_000, 900_000_000)
        self._pending: dict[int, Pending] = {}
        self._waiting: asyncio.Future[None] | None = None
        self._last_poll = (0, 0.0)

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, payload: Json, *, queue: object, lifetime_seconds: float) -> None:
        """Queue one, unless the bot does not want this kind. The next waits until this one of its `queue` is taken."""
        if kind not in self.allowed if self.allowed else kind in LEFT_OUT:
            return
        number, now = self._next_id, self._clock.now()
        self._next_id += 1
        raw = msgspec.Raw(encode({"update_id": number, kind: payload}))
        update = Update(now, self._bot, number, kind, raw, [])
        self._pending[number] = Pending(update, queue, now + lifetime_seconds)
        self._record.add(update)
        if self.webhook:
            self.webhook.offer(self._pending[number])
        elif self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def allow(self, names: object) -> None:
        """Remember which kinds the bot wants from now on; an empty list is the default, anything else changes nothing."""
        if isinstance(names, list):
            self.allowed = frozenset(map(str, names))

    async def get(self, offset: int, limit: int, timeout_seconds: int) -> list[msgspec.Raw]:
        """Confirm what is below the offset and give the next ones, waiting for the first if there is none.

        Raises a conflict while a webhook is set, and when another poll or a webhook takes this one's place.
        """
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        limit = limit if 1 <= limit <= MOST else MOST
        timeout_seconds = max(0, min(timeout_seconds, LONGEST_SECONDS))
        if self.minds_hammering:
            limit, timeout_seconds = self._slowed(offset, limit, timeout_seconds)
        self._confirm(offset)
        if not self._pending and timeout_seconds:
            await self._wait(timeout_seconds)
        return [self._hand_out(one) for one in list(self._pending.values())[:limit]]

    def interrupt(self, why: str) -> None:
        """End the poll that is waiting, with a conflict."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(conflict(f"terminated by {why}"))
        self._waiting = None

    def set_webhook(self, webhook: Webhook) -> None:
        """Deliver from now on, what is queued first. Only one webhook at a time: close the old one before."""
        self.interrupt("setWebhook request")
        self._expire()
        self.webhook = webhook
        for one in self._pending.values():
            webhook.offer(one)

    def taken(self, update_ids: Iterable[int]) -> None:
        """Forget these: the bot has them, or they have expired."""
        for number in update_ids:
            self._pending.pop(number, None)

    def clear(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()

    def _slowed(self, offset: int, limit: int, timeout_seconds: int) -> tuple[int, int]:
        (last_offset, last_at), now = self._last_poll, self._clock.now()
        self._last_poll = (offset, now)
        if offset == last_offset and timeout_seconds < 3 and now < last_at + 3:
            timeout_seconds = 3
        return (1 if offset == last_offset and now < last_at + 0.5 else limit), timeout_seconds

    def _confirm(self, offset: int) -> None:
        self._expire()
        if offset < 0:
            self.taken(list(self._pending)[:offset])
        elif 0 < offset <= self._next_id + FUTURE:
            for number in [number for number in self._pending if number < offset]:
                self._pending.pop(number).update.taken = True

    def _expire(self) -> None:
        now = self._clock.now()
        self.taken([number for number, one in self._pending.items() if one.expires < now])

    async def _wait(self, timeout_seconds: int) -> None:
        self.interrupt("other getUpdates request; make sure that only one bot instance is running")
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait([waiting], timeout=timeout_seconds)
        if self._waiting is waiting:
            self._waiting = None
        if done:
            waiting.result()

    def _hand_out(self, one: Pending) -> msgspec.Raw:
        one.update.attempts.append(Attempt(self._clock.now(), "poll", 200))
        return one.update.raw
