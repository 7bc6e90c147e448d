"""The calendar: free times, holds, bookings.

Our own database is the authority on times, because outside calendars accept overlaps; they mirror it.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Protocol

import msgspec


class Slot(msgspec.Struct, frozen=True):
    """A time that can be booked. `start` is local wall time with its offset; `zone` its IANA name."""

    service: str
    specialist: str
    branch: str
    start: datetime
    minutes: int
    zone: str

    @property
    def end(self) -> datetime:
        """When the visit ends; buffers are not part of it."""
        return self.start + timedelta(minutes=self.minutes)


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the customer would like: some days, some part of the day. Nothing set: the nearest."""

    first_day: date | None = None
    last_day: date | None = None
    earliest: time | None = None
    latest: time | None = None

    @property
    def exact(self) -> bool:
        """Whether one moment is meant, not a range."""
        return (
            self.first_day is not None and self.first_day == self.last_day and self.earliest == self.latest is not None
        )


class Booking(msgspec.Struct, frozen=True):
    """A visit. `status`: booked, cancelled, moved, done, no_show. `notes` are the answers given, by question."""

    id: str
    slot: Slot
    status: str
    name: str
    phone: str
    notes: Mapping[str, str]
    actor: str
    customer: str


class Calendar(Protocol):
    """Times and visits, from inside a step. What it says is true for now; the commit decides."""

    async def free(
        self,
        service: str,
        *,
        specialist: str = "",
        branch: str = "",
        wish: Wish = Wish(),
        count: int = 3,
        without: tuple[Slot, ...] = (),
    ) -> tuple[Slot, ...]:
        """At most `count` free times, soonest first, never two at one instant; empty when there are none.

        Times of `without` are left out. With a wish, times inside it come first and times near it fill up.
        """

    async def hold(self, slot: Slot) -> bool:
        """Keep the time for this conversation for as long as the business says; False when it is taken.

        Replaces an earlier hold.
        """

    async def release(self) -> None:
        """Let go what this conversation holds."""

    async def book(self, slot: Slot, *, name: str, phone: str, notes: Mapping[str, str]) -> Booking | None:
        """Make the visit; None when the time has been taken. A hold is not needed but wins."""

    async def move(self, booking: Booking, slot: Slot) -> Booking | None:
        """Move a visit: the old time is free in the same instant; None when the new one is taken."""

    async def cancel(self, booking: Booking) -> None:
        """Cancel a visit and free its time; one already cancelled stays so."""

    async def visits_left(self) -> int:
        """How many more coming visits this customer may have."""

    async def find(self, booking: str) -> Booking | None:
        """A visit of this customer, or None: the visits of others are not seen."""

    async def upcoming(self) -> tuple[Booking, ...]:
        """This customer's coming visits, soonest first."""
