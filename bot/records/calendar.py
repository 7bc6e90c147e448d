"""The built-in calendar: the business's hours and rules over our own tables.

What it answers is true for now; whether a time is had is decided when the step commits, by the key of the table of
occupied time. A step that loses is run again and is then told that the time is taken.
"""

from collections.abc import Hashable, Mapping
from datetime import timedelta
from functools import partial

import msgspec

from bot.business import Business
from bot.ports.calendar import Booking, Slot, Wish
from bot.ports.clock import micros
from bot.ports.step import Scope
from bot.records.cells import Run, cells_of, resource_of
from bot.records.customers import current_customer
from bot.records.occupancy import Claim, held_resources, hold_of, taken
from bot.records.slots import NO_WISH, Finding, Search, Stretch, find_slots
from bot.records.timetable import Timetable
from bot.records.visits import Book, Cancel, Hold, Move, Release, Visit, coming_visits, find_visit

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class BuiltInCalendar:
    """The calendar of one business, by one version of its content."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self._timetable = Timetable(business)

    def bind(self, scope: Scope) -> "StepCalendar":
        """The calendar as one run of a step may use it."""
        return StepCalendar(scope, self._timetable)


class StepCalendar:
    """The `Calendar` from inside a step; see there for the contract.

    It reads what was committed before the step: a visit made by this very step is not yet found. Identical reads are
    asked once, identical searches made once.

    Reminders are timers of the conversation that books, and of the one that moves a visit last. When a customer moves
    or cancels from another conversation, the timers of the first stay and fire there: their `data` names the `booking`
    and the `start` that they were set for, and a reminder is to be said only while the visit is booked for that start.
    """

    def __init__(self, scope: Scope, timetable: Timetable) -> None:
        self._business = timetable.business
        self._timetable = timetable
        self._scope = scope
        self._found: dict[Hashable, tuple[Slot, ...]] = {}
        self._made: dict[tuple[str, str, int], Booking] = {}
        self._refusals: set[str] = set()

    async def free(
        self,
        service: str,
        *,
        specialist: str = "",
        branch: str = "",
        wish: Wish = NO_WISH,
        count: int = 3,
        without: tuple[Slot, ...] = (),
    ) -> tuple[Slot, ...]:
        """See `Calendar.free`. What this conversation holds itself counts as free; an unknown service has no times."""
        offered = self._business.services.get(service)
        if offered is None:
            return ()
        asked = (service, specialist, branch, wish, count, without, len(self._refusals))
        if asked not in self._found:
            search = Search(self._business, offered, self._scope.now, specialist, branch, wish, self._timetable)
            self._found[asked] = await self._search(find_slots(search, count, without))
        return self._found[asked]

    async def _search(self, finding: Finding) -> tuple[Slot, ...]:
        try:
            stretch = next(finding)
            while True:
                stretch = finding.send(await self._taken(stretch))
        except StopIteration as stop:
            slots: tuple[Slot, ...] = stop.value
            return slots

    async def hold(self, slot: Slot) -> bool:
        """See `Calendar.hold`. Also False for a time that has passed or is no longer within hours."""
        key = _key("hold", slot)
        claim = self._claim(slot)
        if claim is None or self._refused(key):
            return False
        until = micros(self._scope.now + self._business.booking.hold)
        self._scope.write(Hold(key, claim, self._scope.actor, until, self._now, await self._held()))
        return True

    async def release(self) -> None:
        """See `Calendar.release`."""
        self._scope.write(Release(self._scope.business, self._scope.actor, await self._held()))

    async def book(self, slot: Slot, *, name: str, phone: str, notes: Mapping[str, str]) -> Booking | None:
        """See `Calendar.book`. The very same visit of this customer is given back, not made twice.

        None also for a time that has passed, and for more visits than the business lets a customer have; ask
        `visits_left` before the dialog begins.
        """
        same = (slot.service, slot.specialist, micros(slot.start))
        if booked := self._made.get(same) or await self._booked(same):
            return booked
        key = _key("book", slot)
        claim = self._claim(slot)
        if claim is None or self._refused(key) or await self.visits_left() <= len(self._made):
            return None
        customer = (await current_customer(self._scope)).id
        booking = Booking(
            self._scope.new_id("visit"), slot, "booked", name, phone, dict(notes), self._scope.actor, customer
        )
        self._scope.write(Book(key, claim, booking, self._now, await self._held()))
        self._made[same] = booking
        self._set_reminders(booking)
        return booking

    async def move(self, booking: Booking, slot: Slot) -> Booking | None:
        """See `Calendar.move`. None also for a visit that is no longer booked: `find` tells which it was."""
        key = _key(f"move:{booking.id}", slot)
        visit = await self._visit(booking.id)
        claim = self._claim(slot)
        if visit is None or visit.booking.status != "booked" or claim is None or self._refused(key):
            return None
        moved = msgspec.structs.replace(visit.booking, slot=slot, actor=self._scope.actor)
        self._scope.write(Move(key, claim, moved, visit.version, visit.resource, self._now, await self._held()))
        self._set_reminders(moved)
        return moved

    async def cancel(self, booking: Booking) -> None:
        """See `Calendar.cancel`; its reminders in this conversation are taken back."""
        visit = await self._visit(booking.id)
        if visit is None or visit.booking.status != "booked":
            return
        self._scope.write(Cancel(self._scope.business, booking.id, visit.version, visit.resource, self._now))
        for before in self._business.booking.reminders:
            self._scope.unschedule(reminder_key(booking.id, before))

    async def find(self, booking: str) -> Booking | None:
        """See `Calendar.find`."""
        visit = await self._visit(booking)
        return visit.booking if visit else None

    async def upcoming(self) -> tuple[Booking, ...]:
        """See `Calendar.upcoming`."""
        return tuple(visit.booking for visit in await self._coming())

    async def visits_left(self) -> int:
        """How many more coming visits this customer may have."""
        return max(0, self._business.booking.limit - len(await self._coming()))

    @property
    def _now(self) -> int:
        return micros(self._scope.now)

    def _claim(self, slot: Slot) -> Claim | None:
        """What the time takes; None when it cannot be had by anyone any more."""
        service = self._business.services.get(slot.service)
        if service is None or slot.start <= self._scope.now or not self._timetable.fits(slot):
            return None
        return Claim(self._scope.business, resource_of(slot.specialist), cells_of(service, slot))

    async def _taken(self, stretch: Stretch) -> list[Run]:
        """What is taken by others; read anew after a refusal, or the repeated run would offer what others just took."""
        scope, mine = self._scope, hold_of(self._scope.actor)
        what = f"{','.join(stretch.resources)}:{stretch.cells.first}-{stretch.cells.end}"
        script = partial(taken, scope.business, *stretch, now=self._now, besides=mine)
        return await scope.read(f"calendar:taken:{what}:{len(self._refusals)}", script)

    def _refused(self, key: str) -> bool:
        refused = self._scope.refused(key)
        if refused:
            self._refusals.add(key)
        return refused

    async def _held(self) -> tuple[str, ...]:
        scope = self._scope
        held = await scope.read("calendar:held", lambda: held_resources(scope.business, hold_of(scope.actor)))
        return tuple(held)

    async def _visit(self, booking: str) -> Visit | None:
        scope, customer = self._scope, (await current_customer(self._scope)).id
        return await scope.read(f"calendar:visit:{booking}", lambda: find_visit(scope.business, customer, booking))

    async def _coming(self) -> list[Visit]:
        scope, customer = self._scope, (await current_customer(self._scope)).id
        return await scope.read("calendar:coming", lambda: coming_visits(scope.business, customer, self._now))

    async def _booked(self, same: tuple[str, str, int]) -> Booking | None:
        for booking in await self.upcoming():
            if (booking.slot.service, booking.slot.specialist, micros(booking.slot.start)) == same:
                return booking
        return None

    def _set_reminders(self, booking: Booking) -> None:
        """Set each reminder anew; one that it is too late for is taken back, should the visit have been later."""
        start = booking.slot.start
        for before in self._business.booking.reminders:
            key = reminder_key(booking.id, before)
            if start - before > self._scope.now:
                self._scope.schedule(key, start - before, {"booking": booking.id, "start": start.isoformat()})
            else:
                self._scope.unschedule(key)


def reminder_key(booking: str, before: timedelta) -> str:
    """The timer's key of a reminder that comes so long before a visit: `remind:V1:24h`, `remind:V1:90m`."""
    whole = before % HOUR == timedelta()
    return f"remind:{booking}:{before // HOUR}h" if whole else f"remind:{booking}:{before // MINUTE}m"


def _key(what: str, slot: Slot) -> str:
    """A claim's key: another time or another length is another claim."""
    return f"{what}:{resource_of(slot.specialist)}:{micros(slot.start)}:{slot.minutes}:{slot.service}"
