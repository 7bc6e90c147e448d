"""A staff room where all goes wrong that can go wrong in a messenger's group, and a line to the customer that stutters."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from bot.events import Contact
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, Revise
from bot.replies import Message
from bot.testing.fakes import Mouthpiece
from bot.testing.room import Room, decode

HEALS = ("thread", "rights", "moved", "gone")
"""Errors after which a thread begins anew, and so shows again what it had shown."""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """No answer comes; `done` says whether it was carried out all the same."""

    done: bool


class Shown(NamedTuple):
    """A message at the moment when it stood in the room: after how many orders, in which line."""

    turn: int
    line: str
    message: Message


class UnrulyRoom(Room):
    """A room that follows the rules of a group: who may open topics, what a closed or deleted one does, where it has moved.

    `shown` is every message that ever stood there, in order; `repeats` are the turns, each with its line, at which
    something happened that allows a message to be shown there once more. `faults` are met first, one an order;
    `unknown` are the topics and messages that the bot never heard to be there.
    """

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.admin = self.inside = True
        self.faults: deque[Perhaps | Outcome] = deque()
        self.shown: list[Shown] = []
        self.repeats: list[tuple[int, str]] = []
        self.unknown: set[str] = set()
        self._groups = 0

    async def push(self, line: str, order: bytes) -> Outcome:
        """Carry an order out as a group would."""
        read = decode(order)
        self.orders.append((line, read))
        outcome = self._refusal(line, read) or await self._done(line, order)
        if isinstance(outcome, PerhapsSent) or (isinstance(outcome, Undeliverable) and outcome.outcome in HEALS):
            self.repeats.append((len(self.orders), _case(line)))
        return outcome

    async def _done(self, line: str, order: bytes) -> Outcome:
        match self.faults.popleft() if self.faults else None:
            case Perhaps(done):
                if done and isinstance(made := await self._carry_out(line, order), Sent):
                    self.unknown.add(made.provider_id)
                return PerhapsSent("no answer came")
            case None:
                return await self._carry_out(line, order)
            case outcome:
                return outcome

    async def _carry_out(self, line: str, order: bytes) -> Outcome:
        outcome = await super().push(line, order)
        self.orders.pop()  # it stands there already
        read = decode(order)
        if isinstance(read, Post | Revise) and isinstance(outcome, Sent):
            self.shown.append(Shown(len(self.orders), _case(line), read.message))
        if isinstance(read, OpenTopic):
            self.repeats.append((len(self.orders), _case(line)))  # what stood in the group is shown in the topic again
        return outcome

    def _refusal(self, line: str, order: Order) -> Undeliverable | None:
        """What the group itself says against it."""
        if not line.startswith(self.key):
            return Undeliverable("moved", "the group was upgraded", self.key.rpartition("/")[2])
        if not self.inside:
            return Undeliverable("gone", "the bot was kicked")
        match order:
            case OpenTopic() if not self.admin:
                return Undeliverable("rights", "not enough rights to create a topic")
            case Post(thread=thread) if thread in self.closed and not self.admin:
                return Undeliverable("rights", "the topic is closed")
            case MarkTopic(thread) if thread not in self.topics:
                return Undeliverable("thread", "there is no such topic")
            case Revise(made) if made not in self.posts:
                return Undeliverable("thread", "message to edit not found")
        return None

    def delete_topic(self, thread: str) -> None:
        """A member takes a topic away with all that stands in it."""
        del self.topics[thread]
        self.closed.discard(thread)
        self.posts = {made: post for made, post in self.posts.items() if post[0] != thread}

    def move(self) -> str:
        """The group becomes another one; gives its new number. What was written stays behind."""
        self._groups += 1
        number = f"-100{self._groups}9"
        self.key = f"{self.key.rpartition('/')[0]}/{number}"
        self.topics, self.posts, self.closed = {}, {}, set()
        return number

    def heal(self) -> None:
        """From now on all goes well."""
        self.faults.clear()
        self.admin = self.inside = True


class Stutter(Mouthpiece):
    """The customer's channel. `draw` gives what happens to a message, None for nothing; `perhaps` and `bounced` keep texts."""

    def __init__(self, draw: Callable[[], Outcome | Perhaps | None]) -> None:
        super().__init__("webchat")
        self.draw = draw
        self.perhaps: list[str] = []
        self.bounced: list[str] = []

    async def send(self, contact: Contact, request: Message) -> Outcome:
        """Let it through, or not."""
        match self.draw():
            case Perhaps(done):
                if done:
                    self.perhaps.append(request.text)
                    await super().send(contact, request)
                return PerhapsSent("no answer came")
            case Undeliverable() as outcome:
                self.bounced.append(request.text)
                return outcome
            case None:
                return await super().send(contact, request)
            case outcome:
                return outcome


def _case(line: str) -> str:
    """The end of a line, which stays the same when the group moves."""
    return line.rpartition("/")[2]


WAIT = Retry(timedelta(seconds=20), "the group takes no more for a while")
REFUSED = Undeliverable("refused", "it is not liked today")
