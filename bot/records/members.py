"""The firm's staff: who may do what at the desk.

A member is known by what they are in a messenger (`telegram:12345`), by a login at the web desk, or by both. Whoever
writes in a staff room of the firm becomes an operator; more than that comes from the room's own administrators or from
`main.py staff`. What is taken away works from the next event on, because every one asks here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

import msgspec

from bot.events import Operator
from bot.ports.clock import micros
from bot.ports.step import Scope
from bot.ports.store import Query, Row, Script, insert

COLUMNS = "id, name, role, active, account, login, password, language"


class Role(IntEnum):
    """What a member may do; a higher one may do all that a lower one may."""

    OPERATOR = 1
    SUPERVISOR = 2
    OWNER = 3

    @property
    def key(self) -> str:
        """The role as it is stored."""
        return self.name.lower()


class Member(msgspec.Struct, frozen=True):
    """One of the staff. An inactive one may do nothing."""

    id: str
    name: str
    role: Role
    active: bool
    account: str = ""
    login: str = ""
    password: str = ""
    language: str = ""

    @property
    def operator(self) -> Operator:
        """The member as events name them."""
        return Operator(self.id, self.name)


def member_id(business: str, account: str) -> str:
    """The id of the member behind a messenger account or a login (`login:ani`)."""
    return f"m{blake2b(f'{business}/{account}'.encode(), digest_size=6).hexdigest()}"


def _read(row: Row) -> Member:
    member, name, role, active, *rest = row
    return Member(member, name, Role[role.upper()], bool(active), *rest)


def member_of(business: str, account: str) -> Script[Member | None]:
    """The member with this messenger account, active or not."""
    rows = yield Query(f"SELECT {COLUMNS} FROM members WHERE business = ? AND account = ?", (business, account))
    return _read(rows[0]) if rows else None


def member_by_login(business: str, login: str) -> Script[Member | None]:
    """The member with this login, active or not."""
    rows = yield Query(f"SELECT {COLUMNS} FROM members WHERE business = ? AND login = ?", (business, login))
    return _read(rows[0]) if login and rows else None


def find_member(business: str, member: str) -> Script[Member | None]:
    """The member of this id."""
    rows = yield Query(f"SELECT {COLUMNS} FROM members WHERE business = ? AND id = ?", (business, member))
    return _read(rows[0]) if rows else None


def members(business: str) -> Script[list[Member]]:
    """All of the staff, by name."""
    rows = yield Query(f"SELECT {COLUMNS} FROM members WHERE business = ? ORDER BY name, id", (business,))
    return [_read(row) for row in rows]


@dataclass(frozen=True, slots=True)
class SaveMember:
    """Make a member or change columns of theirs (name, role, active, account, login, password, language)."""

    business: str
    id: str
    changed: Mapping[str, str | int]
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The member's row."""
        return (f"{self.business}/member:{self.id}",)

    def apply(self) -> Script[None]:
        """Insert or update."""
        values = {"name": "", "role": Role.OPERATOR.key, "active": 1, **self.changed}
        updates = "".join(f"{column} = excluded.{column}, " for column in self.changed)
        yield insert(
            "members",
            ("business", "id", *values, "created_at", "changed_at"),
            [(self.business, self.id, *values.values(), self.now, self.now)],
            f"ON CONFLICT (business, id) DO UPDATE SET {updates}changed_at = excluded.changed_at",
        )


def save_member(scope: Scope, member: str, **changed: str | int) -> None:
    """Change a member with the step."""
    scope.write(SaveMember(scope.business, member, changed, micros(scope.now)))
