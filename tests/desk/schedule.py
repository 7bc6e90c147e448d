"""A seeded schedule of everything that customers, operators and messengers do to a case, in any order.

What happens is put into the inboxes; then either all is dealt with, or only a few steps and sendings, so that what
comes next falls between them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from bot.events import (
    CaseAct,
    Contact,
    Edited,
    Envelope,
    Event,
    Operator,
    OperatorSaid,
    Pressed,
    RoomChanged,
    RoomPressed,
    RoomSaid,
    Said,
)
from bot.ports.channel import Channel, Outcome, Provider, Undeliverable
from bot.ports.store import Query
from bot.replies import Act
from bot.testing import Talk
from bot.testing.talk import ROOM
from tests.desk.unruly import REFUSED, WAIT, Perhaps, Stutter, UnrulyRoom

PEOPLE = {"7": "Ani", "8": "Bob"}
WEB = Operator("web", "Vera")
LONGEST_PAUSE = timedelta(hours=3)
"""After which whatever waited has been tried again."""


class UnrulyTalk(Talk):
    """A talk whose room and line are unruly."""

    room: UnrulyRoom
    channel: Stutter

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.room = UnrulyRoom(ROOM)
        return Contact("webchat", "test", address), Stutter(lambda: None), ROOM, self.room


@dataclass
class Schedule:
    """One run. `owed` are the customer's words that operators must see, `due` those of operators that must arrive.

    `said` are all words of operators, by the id of their message (empty id: the web desk).
    """

    talk: UnrulyTalk
    draw: random.Random
    log: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    due: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    web: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._n = 0
        self._fresh: list[str] = []
        self._case = ""
        self._quiet = True
        self._last: Envelope | None = None
        self._written: list[RoomSaid] = []
        self.talk.channel.draw = self._stutter

    @property
    def room(self) -> UnrulyRoom:
        """The staff's room."""
        return self.talk.room

    def run(self, acts: int) -> None:
        """Let so many things happen, then let the room be well again and time pass."""
        names = list(ACTS)
        weights = [ACTS[name] for name in names]
        self.act("asks")
        for _ in range(acts):
            self.act(self.draw.choices(names, weights)[0])
        self.heal()

    def act(self, name: str) -> None:
        """Do one thing, and deal with it now or later."""
        self.log.append(name)
        getattr(self, f"_{name}")()
        if self.draw.random() < 0.5:
            self.settle()
        else:
            self._quiet = False
            engine = self.talk.engine
            works = (engine.stepper.work, engine.sender.work, engine.alarm.work)
            for work in self.draw.choices(works, k=self.draw.randrange(4)):
                self.talk.does(work())

    def settle(self) -> None:
        """Deal with everything that is due; what was said in a case that was open before and still is, is owed."""
        self.talk.does(self.talk.engine.settle())
        self._quiet = True
        case = self.open_case()
        if case and case == self._case:
            self.owed += self._fresh
        self._fresh, self._case = [], case

    def heal(self) -> None:
        """The room and the line are well again, everybody is back, and time passes."""
        self.settle()
        self.log.append("heals")
        self.room.heal()
        self.talk.channel.draw = lambda: None
        for user, name in PEOPLE.items():
            self._happens(RoomChanged("member", user, name, to="operator"), self.room.key)
        self._happens(RoomChanged("bot", to="admin"), self.room.key)
        self.settle()
        self.talk.waits(LONGEST_PAUSE)
        self._says()
        self.settle()
        self.talk.waits(LONGEST_PAUSE)

    def open_case(self) -> str:
        """The case that the conversation points to, when it is open."""
        rows = self.talk.reads(
            Query("SELECT id FROM cases WHERE id = ? AND closed_at IS NULL", (self.talk.state.case,))
        )
        return str(rows[0][0]) if rows else ""

    def _happens(self, event: Event, actor: str = "") -> None:
        self._n += 1
        talk = self.talk
        self._last = Envelope(
            talk.business.slug, actor or talk.contact.actor, f"chaos:{self._n}", talk.clock.now(), event
        )
        talk.does(talk.engine.intake.accept([self._last]))
        self.log[-1] += f" {event}"

    def _word(self, kind: str) -> str:
        self._n += 1
        return f"{kind}{self._n:04}"

    # What the customer does.

    def _says(self) -> None:
        self._fresh.append(word := self._word("zq"))
        self._happens(Said(word, client_id=word))

    def _rewrites(self) -> None:
        known = [word for word in self.owed if word.startswith("zq")]
        if known:
            self._fresh.append(word := self._word("zq"))
            self._happens(Edited(self.draw.choice(known), word))

    def _asks(self) -> None:
        self._happens(Said("HUMAN"))

    def _books(self) -> None:
        self._happens(Said(self.draw.choice(("Book a visit", "menu", "1", "back", "cancel"))))

    def _presses(self) -> None:
        lines = [line for line in self.talk._lines() if line.message.choices]
        if lines:
            line = self.draw.choice(lines[-3:])
            for _ in range(self.draw.choice((1, 1, 2))):
                self._happens(Pressed(line.seq, self.draw.choice(line.message.choices).id))

    # What operators do.

    def _member(self) -> tuple[str, str]:
        user = self.draw.choice(list(PEOPLE))
        return user, PEOPLE[user]

    def _place(self) -> tuple[str, str] | None:
        """A topic with something in it, or our newest message in the group to answer; None in an empty room."""
        room = self.room
        topics = sorted({thread for thread, _ in room.posts.values() if thread}, key=int)
        if topics and self.draw.random() < 0.9:
            return (topics[-1] if self.draw.random() < 0.7 else self.draw.choice(topics)), ""
        flat = [
            made for made, (thread, message) in room.posts.items()
            if message.heading and not thread and made not in room.unknown
        ]  # fmt: skip
        return ("", flat[-1]) if flat else None

    def _writes(self, text: str) -> str:
        """A member writes; gives the message's id, or nothing when there is no place or nobody to hear it."""
        place = self._place()
        if place is None or not self.room.inside:
            return ""
        thread, reply_to = place
        user, name = self._member()
        self._n += 1
        number = f"{9000 + self._n}"
        self._written.append(said := RoomSaid(number, user, name, text, thread, reply_to=reply_to))
        self._happens(said, self.room.key)
        return number

    def _answers(self) -> None:
        word, sure = self._word("op"), self._quiet
        if number := self._writes(word):
            self.said[number] = word
            event = self._last.event if self._last else None
            if sure and isinstance(event, RoomSaid) and self._will_arrive(event):
                self.due.append(word)

    def _will_arrive(self, event: RoomSaid) -> bool:
        """Whether it is written by a member in the place of an open case."""
        table, column, place = "room_topics", "thread", event.thread
        if not place:
            table, column, place = "room_messages", "message", event.reply_to
        rows = self.talk.reads(
            Query(
                f"SELECT 1 FROM {table} p JOIN cases c ON c.id = p.case_id WHERE p.room = ? AND p.{column} = ?"
                " AND c.closed_at IS NULL",
                (self.room.key, place),
            )
        )
        return bool(rows) and not self._has_left(event.user)

    def _has_left(self, user: str) -> bool:
        return bool(self.talk.reads(Query("SELECT 1 FROM members WHERE account = ? AND active = 0", (f"room:{user}",))))

    def _corrects(self) -> None:
        if self._written and self.room.inside:
            old = self.draw.choice(self._written)
            if old.id in self.said and (not old.thread or old.thread in self.room.topics):
                word = self._word("op")
                self.said[f"{old.id}/{word}"] = word
                self._happens(replace(old, text=word, edited=True), self.room.key)

    def _commands(self) -> None:
        self._writes(
            self.draw.choice(("/take", "/take", "/close", "/note prefers mornings", "/transfer doctors", "/help"))
        )

    def _taps(self) -> None:
        """One button, by one or by two at once."""
        cards = [
            (made, thread, choice.means)
            for made, (thread, message) in self.room.posts.items()
            for choice in message.choices if isinstance(choice.means, Act)
        ]  # fmt: skip
        if cards and self.room.inside:
            made, thread, act = self.draw.choice(cards[-6:])
            for _ in range(self.draw.choice((1, 2))):
                user, name = self._member()
                self._happens(RoomPressed(made, user, name, f"{act.name}:{act.about}", thread), self.room.key)

    def _web_answers(self) -> None:
        if case := self.open_case():
            self.web.append(word := self._word("op"))
            self._happens(OperatorSaid(case, WEB, word))

    def _web_closes(self) -> None:
        if case := self.open_case():
            self._happens(CaseAct(case, self.draw.choice(("close", "take")), WEB))

    # What happens to the room.

    def _loses_topic(self) -> None:
        if self.room.topics:
            self.room.delete_topic(self.draw.choice(list(self.room.topics)))

    def _topic_marked(self) -> None:
        """Somebody closes or reopens a topic by hand."""
        if self.room.topics and self.room.inside:
            thread = self.draw.choice(list(self.room.topics))
            user, name = self._member()
            if thread in self.room.closed:
                self.room.closed.discard(thread)
                self._happens(RoomChanged("topic_reopened", user, name, thread), self.room.key)
            else:
                self.room.closed.add(thread)
                self._happens(RoomChanged("topic_closed", user, name, thread), self.room.key)

    def _rights(self) -> None:
        if self.room.inside:
            self.room.admin = not self.room.admin
            self._happens(RoomChanged("bot", to="admin" if self.room.admin else "member"), self.room.key)

    def _kicked(self) -> None:
        self.room.inside = not self.room.inside
        self.room.admin = False
        self._happens(RoomChanged("bot", to="member" if self.room.inside else "gone"), self.room.key)

    def _migrates(self) -> None:
        if self.room.inside:
            old, new = self.room.key, self.room.move()
            if self.draw.random() < 0.7:
                self._happens(RoomChanged("migrated", to=new), old)

    def _staff_moves(self) -> None:
        user, name = self._member()
        if self.room.inside and self.room.admin:
            self._happens(RoomChanged("member", user, name, to=self.draw.choice(("gone", "operator"))), self.room.key)

    def _trouble(self) -> None:
        self.room.faults.append(self.draw.choice((WAIT, WAIT, Perhaps(done=True), Perhaps(done=False), REFUSED)))

    def _again(self) -> None:
        """A delivery is repeated."""
        if self._last is not None:
            self.talk.does(self.talk.engine.intake.accept([self._last]))

    def _waits(self) -> None:
        self.settle()
        self.talk.waits(timedelta(seconds=self.draw.choice((2, 10, 40, 700))))
        self.settle()

    def _stutter(self) -> Outcome | Perhaps | None:
        return self.draw.choices(
            (None, WAIT, Perhaps(done=True), Perhaps(done=False), Undeliverable("blocked", "she has blocked us")),
            (88, 4, 3, 3, 2),
        )[0]


ACTS = {
    "says": 14, "rewrites": 2, "asks": 5, "books": 3, "presses": 3,
    "answers": 14, "corrects": 3, "commands": 6, "taps": 5, "web_answers": 2, "web_closes": 1,
    "loses_topic": 2, "topic_marked": 2, "rights": 2, "kicked": 2, "migrates": 1, "staff_moves": 2,
    "trouble": 8, "again": 2, "waits": 8,
}  # fmt: skip
"""What may happen, by how often."""
