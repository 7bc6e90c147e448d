"""The house at its own port: what its staff ask for that no step may do, because it takes long or reads files."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

import msgspec
import structlog

from bot.business import BusinessErrors
from bot.business.reload import changed_sections
from bot.charts import ChartsMissing, draw_days
from bot.ports.channel import Outcome, Retry, Sent, Undeliverable
from bot.ports.clock import Clock, instant, micros
from bot.ports.house import Count, Order, Survey
from bot.ports.media import MediaStore
from bot.ports.store import Script, Store
from bot.records.campaigns import Segment, reach
from bot.records.figures import figures, messages_by_quarter, visits_by_quarter
from bot.runtime.tenant import Tenant

log = structlog.get_logger()

SPANS = (1, 7, 30)
"""Days, today included, that are counted."""

LOOK = timedelta(seconds=1)
"""After which it is seen whether an order has been carried out."""

decode = msgspec.json.Decoder(Order).decode


class House:
    """The provider behind the port `house` for one business.

    `load` reads the folder into a tenant that is ready to answer and may take its time; `swap` is told of a new tenant
    once the engine goes on with it, `announce` lets other processes follow. An order is carried out beside the sending,
    which would wait for it otherwise: the first `push` begins it, a later one finds it done. What a process that died had
    begun is begun anew.
    """

    def __init__(
        self,
        slug: str,
        tenants: MutableMapping[str, Tenant],
        store: Store,
        clock: Clock,
        media: MediaStore,
        *,
        load: Callable[[], Awaitable[Tenant]],
        swap: Callable[[Tenant], None] = lambda _: None,
        announce: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._slug, self._tenants = slug, tenants
        self._store, self._clock, self._media = store, clock, media
        self._load, self._swap, self._announce = load, swap, announce
        self._begun: dict[tuple[str, bytes], asyncio.Task[Outcome]] = {}

    async def push(self, line: str, order: bytes) -> Outcome:
        """Begin an order, or say what became of one that was begun."""
        begun = self._begun.get((line, order))
        if begun is None:
            self._begun[line, order] = asyncio.create_task(self._carry_out(order))
        elif begun.done():
            del self._begun[line, order]
            return await begun
        return Retry(LOOK, "under way")

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._begun.values(), return_exceptions=True)

    async def _carry_out(self, order: bytes) -> Outcome:
        try:
            read = decode(order)
        except msgspec.DecodeError as error:
            return Undeliverable("refused", str(error))
        match read:
            case Count():
                return await self._count(read)
            case Survey():
                return await self._survey(read)
        outcome = await self.reload()
        if self._announce is not None and "errors" not in outcome.result:
            await self._announce(self._slug)
        return outcome

    async def _count(self, order: Count) -> Outcome:
        segment = msgspec.json.decode(order.segment, type=Segment)
        reached = await self._store.run(partial(reach, self._slug, segment, order.default))
        return Sent("", {"reach": msgspec.json.encode(reached).decode(), "note": order.note})

    async def _survey(self, order: Survey) -> Outcome:
        now, zone = self._clock.now(), self._tenants[self._slug].business.zone
        today = now.astimezone(zone).date()
        until = micros(now) + 1
        counted = [
            await self._store.run(partial(figures, self._slug, _begins(today - timedelta(days=days - 1), zone), until))
            for days in SPANS
        ]
        picture = await self._draw(order, today, zone, until)
        return Sent("", {"figures": msgspec.json.encode(counted).decode(), "picture": picture})

    async def _draw(self, order: Survey, today: date, zone: tzinfo, until: int) -> str:
        """Draw the longest span day by day, and keep the picture; no name where nothing can draw."""
        days = [today - timedelta(days=n) for n in reversed(range(SPANS[-1]))]
        rows = []
        for label, script in zip(order.labels, (messages_by_quarter, visits_by_quarter), strict=True):
            rows.append((label, await self._by_day(script, days, zone, until)))
        try:
            picture = await asyncio.to_thread(draw_days, order.title, [f"{day:%d.%m}" for day in days], rows)
        except ChartsMissing as missing:
            log.info("no picture was drawn", reason=str(missing))
            return ""
        return await self._media.put(picture, "image/png")

    async def _by_day(
        self, script: Callable[[str, int, int], Script[dict[int, int]]], days: list[date], zone: tzinfo, until: int
    ) -> list[int]:
        counted = dict.fromkeys(days, 0)
        quarters = await self._store.run(partial(script, self._slug, _begins(days[0], zone), until))
        for quarter, count in quarters.items():
            counted[instant(quarter).astimezone(zone).date()] += count
        return list(counted.values())

    async def reload(self) -> Sent:
        """Read the folder anew; a folder with mistakes changes nothing."""
        old = self._tenants[self._slug]
        try:
            new = replace(await self._load(), rooms=old.rooms)
        except BusinessErrors as errors:
            return Sent("", {"errors": str(errors)})
        except Exception as error:  # noqa: BLE001  a firm's own dialogs are Python: whatever they raise is for the staff to read
            return Sent("", {"errors": f"{type(error).__name__}: {error}"})
        self._tenants[self._slug] = new
        self._swap(new)
        return Sent("", {"changed": ",".join(changed_sections(old.business, new.business))})


def _begins(day: date, zone: tzinfo) -> int:
    """The first instant of a day, as stored."""
    return micros(datetime.combine(day, time(), zone))
