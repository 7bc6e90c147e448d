"""What we have put into a staff room: how a topic, a reply or an edit there finds its way back to a case."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bot.ports.store import Query, Script, insert


class Placed(msgspec.Struct, frozen=True):
    """The case that a topic or message of a room belongs to, and the conversation that the case is about."""

    case: str
    conversation: str


def topic(business: str, room: str, thread: str) -> Script[Placed | None]:
    """What a topic of ours is about."""
    rows = yield Query(
        "SELECT case_id, conversation FROM room_topics WHERE business = ? AND room = ? AND thread = ?",
        (business, room, thread),
    )
    return Placed(*rows[0]) if rows else None


def message(business: str, room: str, message_id: str) -> Script[Placed | None]:
    """What a message of ours is about."""
    rows = yield Query(
        "SELECT case_id, conversation FROM room_messages WHERE business = ? AND room = ? AND message = ?",
        (business, room, message_id),
    )
    return Placed(*rows[0]) if rows else None


def shown(business: str, room: str, conversation: str, limit: int = 200) -> Script[list[tuple[str, int]]]:
    """Our newest messages about a conversation: the provider's id, and the newest number that each one shows."""
    rows = yield Query(
        "SELECT message, seq FROM room_messages WHERE business = ? AND room = ? AND conversation = ? AND seq > 0"
        " ORDER BY seq DESC LIMIT ?",
        (business, room, conversation, limit),
    )
    return [(row[0], row[1]) for row in rows]


def conversations(business: str, room: str) -> Script[Sequence[str]]:
    """The open cases that have a topic or a message in a room."""
    rows = yield Query(
        "SELECT id FROM cases WHERE business = ? AND closed_at IS NULL AND (id IN (SELECT case_id FROM room_topics"
        " WHERE business = ? AND room = ?) OR id IN (SELECT case_id FROM room_messages WHERE business = ? AND room = ?))"
        " ORDER BY opened_at",
        (business, business, room, business, room),
    )
    return [row[0] for row in rows]


def room_now(business: str, room: str) -> Script[str]:
    """Where a room is now: its own key, or that of the group that it has become."""
    seen = {room}
    while True:
        rows = yield Query("SELECT value FROM settings WHERE business = ? AND name = ?", (business, f"moved:{room}"))
        if not rows or rows[0][0] in seen:
            return room
        room = rows[0][0]
        seen.add(room)


@dataclass(frozen=True, slots=True)
class Place:
    """Note a topic (`thread`) or a message of ours in a room."""

    business: str
    room: str
    placed: Placed
    now: int
    thread: str = ""
    message: str = ""
    seq: int = 0

    @property
    def locks(self) -> tuple[str, ...]:
        """Nothing that anybody else writes."""
        return ()

    def apply(self) -> Script[None]:
        """Insert; a place that is noted already stays."""
        about = (self.placed.case, self.placed.conversation)
        if self.thread:
            yield insert(
                "room_topics",
                ("business", "room", "thread", "case_id", "conversation"),
                [(self.business, self.room, self.thread, *about)],
                "ON CONFLICT DO NOTHING",
            )
        if self.message:
            yield insert(
                "room_messages",
                ("business", "room", "message", "case_id", "conversation", "seq", "at"),
                [(self.business, self.room, self.message, *about, self.seq, self.now)],
                "ON CONFLICT DO NOTHING",
            )


@dataclass(frozen=True, slots=True)
class MoveRoom:
    """A group has become another one."""

    business: str
    room: str
    to: str

    @property
    def locks(self) -> tuple[str, ...]:
        """The setting."""
        return (f"{self.business}/moved:{self.room}",)

    def apply(self) -> Script[None]:
        """Write it down."""
        yield insert(
            "settings",
            ("business", "name", "value"),
            [(self.business, f"moved:{self.room}", self.to)],
            "ON CONFLICT (business, name) DO UPDATE SET value = excluded.value",
        )
