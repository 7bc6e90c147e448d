"""A customer at the calendar: each thing they do is a step of its own."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.business import Business
from bot.ports.calendar import Booking, Slot, Wish
from bot.ports.step import Scope
from bot.ports.store import Query, Row, Script, insert
from bot.records import BuiltInCalendar, Customer, CustomerPatch, StepCalendar, current_customer, save_customer
from tests.records.steps import ANN, Steps

T = TypeVar("T")


class Visitor:
    """One conversation with the firm."""

    def __init__(self, steps: Steps, business: Business, actor: str = ANN) -> None:
        self.steps, self.business, self.actor = steps, business, actor

    async def does(self, act: Callable[[StepCalendar], Awaitable[T]]) -> T:
        """Do anything, as one step."""

        async def handler(scope: Scope) -> T:
            return await act(BuiltInCalendar(self.business).bind(scope))

        return await self.steps.run(handler, self.actor)

    async def free(
        self, service: str = "cut", specialist: str = "bob", wish: Wish | None = None, count: int = 3
    ) -> tuple[Slot, ...]:
        return await self.does(lambda c: c.free(service, specialist=specialist, wish=wish or Wish(), count=count))

    async def holds(self, slot: Slot) -> bool:
        return await self.does(lambda c: c.hold(slot))

    async def books(self, slot: Slot) -> Booking | None:
        return await self.does(lambda c: c.book(slot, name="Ann", phone="+37491000000", notes={"ask": "no talk"}))

    async def moves(self, booking: Booking, slot: Slot) -> Booking | None:
        return await self.does(lambda c: c.move(booking, slot))

    async def cancels(self, booking: Booking) -> None:
        await self.does(lambda c: c.cancel(booking))

    async def upcoming(self) -> tuple[Booking, ...]:
        return await self.does(lambda c: c.upcoming())

    async def is_known(self, *, also: str) -> None:
        """Have a name, and write from the conversation `also` too."""

        async def handler(scope: Scope) -> Customer:
            return save_customer(scope, await current_customer(scope), CustomerPatch(name="Ann"))

        ann = await self.steps.run(handler, self.actor)
        columns = ("business", "actor", "customer", "linked_at")

        def link() -> Script[None]:
            yield insert("contacts", columns, [("shears", also, ann.id, 1)])

        await self.steps.store.run(link)

    async def rows(self, sql: str) -> list[Row]:
        """What stands in the database."""

        def script() -> Script[list[Row]]:
            return (yield Query(sql))

        return await self.steps.store.read(script)

    def reminders(self) -> dict[str, datetime]:
        """The timers of this conversation."""
        return {key: due for key, (due, _) in self.steps.timers.get(self.actor, {}).items()}
