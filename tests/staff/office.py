"""The demo clinic with its staff room, where several of the staff and several customers write."""

from collections.abc import MutableMapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from bot.events import Contact, Event, RoomPressed, RoomSaid, Said
from bot.ports.channel import Provider
from bot.ports.clock import micros
from bot.ports.store import Query, Script
from bot.records.members import SaveMember, member_id
from bot.replies import Act, Message
from bot.runtime import Tenant
from bot.runtime.house import House
from bot.testing import Talk
from handlers import ACTORS, ROUTES

MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the clinic
SECOND = timedelta(seconds=1)
STAFF = {"operator": "7", "supervisor": "8", "owner": "9"}


def in_english(tenant: Tenant) -> Tenant:
    """A firm whose staff speak English."""
    staff = tenant.business.staff.model_copy(update={"language": "en"})
    return replace(tenant, business=tenant.business.model_copy(update={"staff": staff}))


class Office(Talk):
    """A talk whose staff are known: an operator, a supervisor and an owner."""

    def __init__(self, tenant: Tenant, *, now: datetime = MONDAY) -> None:
        self.tenant = in_english(tenant)
        super().__init__(self.tenant, ROUTES, now=now, language="en", actors=ACTORS)
        tenants = cast(MutableMapping[str, Tenant], self.engine.tenants)
        self.house = House(
            self.business.slug, tenants, self.store, self.clock, self.engine.media, load=self.read_folder
        )
        cast(MutableMapping[tuple[str, str], Provider], self.engine.providers)[self.business.slug, "house"] = self.house
        for role, user in STAFF.items():
            self.employs(user, role)

    async def read_folder(self) -> Tenant:
        """The folder as it is now."""
        return self.tenant

    def employs(self, user: str, role: str, *, name: str = "") -> None:
        """Somebody is a member of the staff."""
        account = f"room:{user}"
        member = SaveMember(
            self.business.slug, member_id(self.business.slug, account),
            {"account": account, "name": name or role.title(), "role": role}, micros(self.clock.now()),
        )  # fmt: skip
        self.does(self.store.run(member.apply))

    def orders(self, text: str, by: str = "owner", *, room: str = "", **more: Any) -> list[str]:
        """A member writes in the room itself; what the bot answers in it."""
        self._sent += 1
        said = RoomSaid(f"{9000 + self._sent}", STAFF.get(by, by), by.title(), text, **more)
        return self.answers(said, room or self.staff_room)

    def presses_in_room(self, label: str, by: str = "owner") -> list[str]:
        """A member presses the newest button of this label; what the bot answers in the room."""
        for number, message in reversed(self.said_in_room()):
            for choice in message.choices:
                if choice.label == label and isinstance(choice.means, Act):
                    data = f"{choice.means.name}:{choice.means.about}"
                    pressed = RoomPressed(number, STAFF.get(by, by), by.title(), data)
                    return self.answers(pressed, self.staff_room)
        raise LookupError(label)

    def answers(self, event: Event, actor: str) -> list[str]:
        """Something happens in a room, and what the bot says there, after the house has done its work."""
        before = len(self.room.posts)
        self.happens(event, actor=actor)
        self.works()
        return self.room.texts()[before:]

    def works(self) -> None:
        """The house does what it was asked for."""
        while self.does(self._busy()):
            self.does(self.house.idle())
            self.waits(SECOND)

    async def _busy(self) -> bool:
        return bool(self.house._begun)

    def said_in_room(self) -> list[tuple[str, Message]]:
        """The messages in the room, with their ids."""
        return [(number, message) for number, (_, message) in self.room.posts.items()]

    def visitor(self, name: str, *texts: str) -> str:
        """Another customer writes; their conversation."""
        actor = Contact("webchat", "test", name).actor
        for text in texts:
            self.happens(Said(text), actor=actor)
        return actor

    def told(self, name: str) -> list[str]:
        """What arrived at a customer."""
        return [message.text for contact, message in self.channel.sent if contact.address == name]  # type: ignore[attr-defined]

    def changes(self, sql: str, *params: Any) -> None:
        """Put something into the database as if it had happened."""

        def script() -> Script[None]:
            yield Query(sql, params)

        self.does(self.store.run(partial(script)))
