"""A staff room in a test: keeps what it is told to show, and can lose topics, rights and itself."""

import msgspec

from bot.ports.channel import Outcome, Sent, Undeliverable
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, ReadRoles, Revise
from bot.replies import Message

decode = msgspec.json.Decoder(Order).decode


class Room:
    """A provider of room orders. `posts` is what stands there: by message id, the topic and the message.

    `outcomes` are given out first, then everything works; `roles` is what the group says of its administrators.
    """

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.orders: list[tuple[str, Order]] = []
        self.topics: dict[str, str] = {}
        self.closed: set[str] = set()
        self.posts: dict[str, tuple[str, Message]] = {}
        self.roles: dict[str, str] = {}
        self._made = 0

    async def push(self, line: str, order: bytes) -> Outcome:
        """Carry an order out, unless another outcome is due."""
        read = decode(order)
        self.orders.append((line, read))
        if self.outcomes:
            return self.outcomes.pop(0)
        match read:
            case OpenTopic(name):
                self.topics[made := self._number()] = name
                return Sent(made)
            case Post(message, thread):
                if thread and thread not in self.topics:
                    return Undeliverable("thread", "message thread not found")
                self.posts[made := self._number()] = (thread, message)
                return Sent(made)
            case Revise(message_id, message):
                self.posts[message_id] = (self.posts[message_id][0], message)
                return Sent(message_id)
            case MarkTopic(thread, closed):
                (self.closed.add if closed else self.closed.discard)(thread)
                return Sent()
            case ReadRoles():
                return Sent("", self.roles)
        raise TypeError(f"a room knows no {read}")

    def texts(self, thread: str | None = None) -> list[str]:
        """What stands in a topic (None: everywhere), oldest first, headings included."""
        return [
            f"{message.heading}\n{message.text}" if message.heading else message.text
            for topic, message in self.posts.values()
            if thread is None or topic == thread
        ]

    def _number(self) -> str:
        self._made += 1
        return str(500 + self._made)
