"""Cases: one matter of a customer, from its opening to its end.

A conversation has at most one open case of a kind. Who asks for a human twice has one matter, not two: what comes
later is an entry of the case that is open.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.ports.clock import instant, micros
from bot.ports.step import Scope
from bot.ports.store import Conflict, Query, Script, insert
from bot.records.customers import current_customer

COLUMNS = (
    "id", "customer", "actor", "kind", "status", "tags", "title", "summary", "body", "owner", "department", "version",
    "opened_at", "changed_at", "closed_at", "due_at",
)  # fmt: skip


class Entry(msgspec.Struct, frozen=True):
    """What was put into a case at one moment."""

    at: datetime
    data: Mapping[str, str]


class Body(msgspec.Struct, frozen=True):
    """What a case holds, oldest first."""

    entries: tuple[Entry, ...]


class Case(msgspec.Struct, frozen=True):
    """One matter.

    `status` is `open`, `taken` by the member `owner`, or `closed`; `department` is the group that it waits for. Instants
    are aware, in UTC.
    """

    id: str
    customer: str
    actor: str
    kind: str
    status: str
    tags: tuple[str, ...]
    title: str
    summary: str
    entries: tuple[Entry, ...]
    owner: str
    department: str
    version: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    due_at: datetime | None


def open_case(business: str, actor: str, kind: str) -> Script[Case | None]:
    """The open case of this kind, or None."""
    rows = yield Query(
        f"SELECT {', '.join(COLUMNS)} FROM cases WHERE business = ? AND actor = ? AND kind = ? AND closed_at IS NULL",
        (business, actor, kind),
    )
    return _read(rows[0]) if rows else None


def case_with_people(business: str, customer: str) -> Script[Case | None]:
    """A person's newest open case that people see to (a request for a human, or one that somebody has taken), or None."""
    rows = yield Query(
        f"SELECT {', '.join(COLUMNS)} FROM cases WHERE business = ? AND customer = ? AND closed_at IS NULL"
        " AND (kind = 'handoff' OR owner <> '') ORDER BY opened_at DESC, id LIMIT 1",
        (business, customer),
    )
    return _read(rows[0]) if rows else None


def find_case(business: str, case_id: str) -> Script[Case | None]:
    """The case of this id, or None."""
    rows = yield Query(f"SELECT {', '.join(COLUMNS)} FROM cases WHERE business = ? AND id = ?", (business, case_id))
    return _read(rows[0]) if rows else None


def open_cases(business: str, limit: int = 100) -> Script[list[Case]]:
    """The business's open cases, oldest first."""
    rows = yield Query(
        f"SELECT {', '.join(COLUMNS)} FROM cases WHERE business = ? AND closed_at IS NULL"
        " ORDER BY opened_at, id LIMIT ?",
        (business, limit),
    )
    return [_read(row) for row in rows]


def _read(row: Sequence[object]) -> Case:
    values = dict(zip(COLUMNS, row, strict=True))
    values["tags"] = msgspec.json.decode(str(values["tags"]), type=tuple[str, ...])
    values["entries"] = msgspec.json.decode(str(values.pop("body")), type=Body).entries
    for column in ("opened_at", "changed_at", "closed_at", "due_at"):
        value = values[column]
        values[column] = instant(value) if isinstance(value, int) else None
    return msgspec.convert(values, Case)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Make the case; `Conflict` when one of its kind has been opened meanwhile."""

    business: str
    case: Case

    @property
    def locks(self) -> tuple[str, ...]:
        """The conversation's case of this kind."""
        return (f"{self.business}/{self.case.actor}/case:{self.case.kind}",)

    def apply(self) -> Script[None]:
        """Insert it; raises `Conflict`."""
        case, opened = self.case, micros(self.case.opened_at)
        row = (
            self.business, case.id, case.customer, case.actor, case.kind, case.status, _text(case.tags), case.title,
            case.summary, _text(Body(case.entries)), case.owner, case.department, 1, opened, opened,
            _stored(case.due_at),
        )  # fmt: skip
        columns = (
            "business", "id", "customer", "actor", "kind", "status", "tags", "title", "summary", "body", "owner",
            "department", "version", "opened_at", "changed_at", "due_at",
        )  # fmt: skip
        if not (yield insert("cases", columns, [row], "ON CONFLICT DO NOTHING RETURNING id")):
            raise Conflict(case.id)


@dataclass(frozen=True, slots=True)
class AppendToCase:
    """Add an entry and tags to an open case; a title, summary or deadline replaces the earlier one.

    `outdated` are tags that fall away unless they are among `tags`. `Conflict` when the case has been closed.
    """

    business: str
    id: str
    lock: str
    entry: Entry
    title: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    due: datetime | None = None
    outdated: frozenset[str] = frozenset()

    @property
    def locks(self) -> tuple[str, ...]:
        """The conversation's case of this kind."""
        return (self.lock,)

    def apply(self) -> Script[None]:
        """Read and write the row; raises `Conflict`."""
        rows = yield Query(
            "SELECT body, tags FROM cases WHERE business = ? AND id = ? AND closed_at IS NULL /*pg: FOR UPDATE */",
            (self.business, self.id),
        )
        if not rows:
            raise Conflict(self.id)
        body = msgspec.json.decode(rows[0][0], type=Body)
        kept = [tag for tag in msgspec.json.decode(rows[0][1], type=tuple[str, ...]) if tag not in self.outdated]
        tags = dict.fromkeys((*kept, *self.tags))
        yield Query(
            "UPDATE cases SET body = ?, tags = ?, title = COALESCE(NULLIF(?, ''), title),"
            " summary = COALESCE(NULLIF(?, ''), summary), due_at = COALESCE(?, due_at), changed_at = ?,"
            " version = version + 1 WHERE business = ? AND id = ?",
            (
                _text(Body((*body.entries, self.entry))), _text(tuple(tags)), self.title, self.summary,
                _stored(self.due), micros(self.entry.at), self.business, self.id,
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContinueCase:
    """Let an open case go on in another conversation of the same person.

    `Conflict` when it has been changed since it was read. That conversation has none of the kind open; nothing but its
    own steps opens one there.
    """

    business: str
    case: Case
    actor: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The case of this kind in both conversations."""
        return tuple(f"{self.business}/{actor}/case:{self.case.kind}" for actor in (self.case.actor, self.actor))

    def apply(self) -> Script[None]:
        """Write where it is; raises `Conflict`."""
        case = self.case
        rows = yield Query(
            "UPDATE cases SET actor = ?, home = COALESCE(NULLIF(home, ''), actor), changed_at = ?, version = version + 1"
            " WHERE business = ? AND id = ? AND actor = ? AND version = ? AND closed_at IS NULL RETURNING id",
            (self.actor, self.now, self.business, case.id, case.actor, case.version),
        )
        if not rows:
            raise Conflict(case.id)


@dataclass(frozen=True, slots=True)
class CloseCase:
    """Close a case; one already closed keeps its first closing. `Conflict` when it goes on in another conversation."""

    business: str
    id: str
    lock: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The conversation's case of this kind."""
        return (self.lock,)

    def apply(self) -> Script[None]:
        """Set the end; raises `Conflict`."""
        rows = yield Query(
            "SELECT actor, kind FROM cases WHERE business = ? AND id = ? AND closed_at IS NULL /*pg: FOR UPDATE */",
            (self.business, self.id),
        )
        if rows and self.lock != lock_of(self.business, *rows[0]):
            raise Conflict(self.id)
        yield Query(
            "UPDATE cases SET status = 'closed', closed_at = ?, changed_at = ?, version = version + 1"
            " WHERE business = ? AND id = ? AND closed_at IS NULL",
            (self.now, self.now, self.business, self.id),
        )


@dataclass(frozen=True, slots=True)
class MoveCase:
    """Give a case to somebody: to a member (`owner`), or to a group, where it waits again; with an entry that says so.

    A closed case is opened again. `Conflict` when there is no such case, when it goes on in another conversation, or when
    another one of its kind is open by now.
    """

    business: str
    id: str
    lock: str
    entry: Entry
    owner: str = ""
    department: str = ""

    @property
    def locks(self) -> tuple[str, ...]:
        """The conversation's case of this kind."""
        return (self.lock,)

    def apply(self) -> Script[None]:
        """Read and write the row; raises `Conflict`."""
        rows = yield Query(
            "SELECT body, actor, kind FROM cases WHERE business = ? AND id = ? /*pg: FOR UPDATE */",
            (self.business, self.id),
        )
        if not rows:
            raise Conflict(self.id)
        body, actor, kind = rows[0]
        if self.lock != lock_of(self.business, actor, kind):
            raise Conflict(self.id)
        other = yield Query(
            "SELECT id FROM cases WHERE business = ? AND actor = ? AND kind = ? AND closed_at IS NULL AND id <> ?",
            (self.business, actor, kind, self.id),
        )
        if other:
            raise Conflict(self.id)
        entries = (*msgspec.json.decode(body, type=Body).entries, self.entry)
        yield Query(
            "UPDATE cases SET body = ?, owner = ?, department = COALESCE(NULLIF(?, ''), department), status = ?,"
            " closed_at = NULL, changed_at = ?, version = version + 1 WHERE business = ? AND id = ?",
            (
                _text(Body(entries)), self.owner, self.department, "taken" if self.owner else "open",
                micros(self.entry.at), self.business, self.id,
            ),
        )  # fmt: skip


class Cases:
    """The conversation's cases, from inside a step; changes commit with it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._here: dict[str, str] = {}  # by kind: the case opened in this step, or "" for one closed in it

    @classmethod
    def bind(cls, scope: Scope) -> "Cases":
        """Cases as one run of a step may use them."""
        return cls(scope)

    async def current(self, kind: str) -> Case | None:
        """The case of this kind that was open before the step, or None."""
        scope = self._scope
        return await scope.read(f"case:{kind}", lambda: open_case(scope.business, scope.actor, kind))

    async def open(
        self,
        kind: str,
        *,
        title: str,
        summary: str = "",
        body: Mapping[str, str] | None = None,
        tags: Sequence[str] = (),
        due: datetime | None = None,
        owner: str = "",
        department: str = "",
        outdated: Set[str] = frozenset(),
    ) -> str:
        """Open a case and give its id; when one of the kind is open, `body` becomes an entry of it.

        An added title, summary or deadline then replaces the earlier one; tags are joined, except for those that are
        `outdated`; owner and department stay.
        """
        entry = Entry(self._scope.now, dict(body or {}))
        if known := await self._open_id(kind):
            added = AppendToCase(
                self._scope.business, known, self._lock(kind), entry, title, summary, tuple(tags), due,
                frozenset(outdated),
            )  # fmt: skip
            self._scope.write(added)
            return known
        made = self._here[kind] = self._scope.new_id("case")
        customer = (await current_customer(self._scope)).id
        case = Case(
            made, customer, self._scope.actor, kind, "taken" if owner else "open", tuple(dict.fromkeys(tags)), title,
            summary, (entry,), owner, department, 1, self._scope.now, self._scope.now, None, due,
        )  # fmt: skip
        self._scope.write(OpenCase(self._scope.business, case))
        return made

    async def append(self, kind: str, body: Mapping[str, str]) -> str | None:
        """Add an entry to the open case of this kind and give its id; None, and nothing is kept, when none is open."""
        if known := await self._open_id(kind):
            entry = Entry(self._scope.now, dict(body))
            self._scope.write(AppendToCase(self._scope.business, known, self._lock(kind), entry))
        return known or None

    async def find(self, case_id: str) -> Case | None:
        """The case of this id, as it was before the step."""
        scope = self._scope
        return await scope.read(f"case#{case_id}", lambda: find_case(scope.business, case_id))

    def move(self, case: Case, *, owner: str = "", department: str = "", **said: str) -> None:
        """Give a case to a member, or to a group where it waits again; `said` is kept with it. Opens a closed one."""
        entry = Entry(self._scope.now, said)
        lock = self._lock(case.kind)
        self._scope.write(MoveCase(self._scope.business, case.id, lock, entry, owner, department))

    def follow(self, case: Case) -> None:
        """Let an open case of the same person, which was read in this step, go on here."""
        scope = self._scope
        scope.write(ContinueCase(scope.business, case, scope.actor, micros(scope.now)))
        self._here[case.kind] = case.id

    def note(self, case: Case, **said: str) -> None:
        """Keep something with an open case."""
        entry = Entry(self._scope.now, said)
        self._scope.write(AppendToCase(self._scope.business, case.id, self._lock(case.kind), entry))

    async def close(self, kind: str) -> str | None:
        """Close the open case of this kind and give its id; None when none is open."""
        if known := await self._open_id(kind):
            self._here[kind] = ""
            self._scope.write(CloseCase(self._scope.business, known, self._lock(kind), micros(self._scope.now)))
        return known or None

    async def _open_id(self, kind: str) -> str:
        if kind in self._here:
            return self._here[kind]
        case = await self.current(kind)
        return case.id if case else ""

    def _lock(self, kind: str) -> str:
        return lock_of(self._scope.business, self._scope.actor, kind)


def lock_of(business: str, actor: str, kind: str) -> str:
    """What the steps contend for that change a conversation's case of a kind."""
    return f"{business}/{actor}/case:{kind}"


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _stored(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)
