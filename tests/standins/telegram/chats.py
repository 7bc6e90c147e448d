"""Chats and what stands in them: the one truth that both sides, people and bots, look at."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.standins.telegram.clock import Clock
from tests.standins.telegram.wire import Json, picked

GENERAL = 1
"""The number of a forum's first topic, which nobody may write to by that number."""


@dataclass(slots=True)
class Posted:
    """A message as it is now. `changed` grows with every change in the chat, `topic` is 0 outside of topics."""

    body: Json
    bot: int = 0
    topic: int = 0
    changed: int = 0

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.body["message_id"])


class Chat:
    """What a private chat and a group have in common: messages by number, and a bell that rings when they change."""

    def __init__(self, chat_id: int, clock: Clock) -> None:
        self.id = chat_id
        self.messages: dict[int, Posted] = {}
        self.changes = 0
        self.keyboard: Json | None = None
        self._clock = clock
        self._last_id = 0
        self._bell: set[asyncio.Future[None]] = set()

    def as_json(self) -> Json:
        """The `chat` of a message."""
        raise NotImplementedError

    def post(
        self, content: Json, *, sender: Json | None, bot: int = 0, topic: int = 0, reply_to: Posted | None = None
    ) -> Posted:
        """Add a message under the next number."""
        self._last_id += 1
        body: Json = {"message_id": self._last_id}
        if sender:
            body["from"] = sender
        body["chat"] = self.as_json()
        body["date"] = self._clock.date()
        if topic:
            body["message_thread_id"] = topic
            body["is_topic_message"] = True
            reply_to = reply_to or self.messages.get(topic)
        if reply_to:
            body["reply_to_message"] = {k: v for k, v in reply_to.body.items() if k != "reply_to_message"}
        posted = Posted(body | content, bot, topic)
        self.messages[posted.id] = posted
        self.touch(posted)
        return posted

    def edit(self, posted: Posted, body: Json) -> None:
        """Put another body in its place, as edited now."""
        posted.body = body | {"edit_date": self._clock.date()}
        self.touch(posted)

    def delete(self, message_id: int) -> None:
        """Take a message away."""
        del self.messages[message_id]
        self.ring()

    def touch(self, posted: Posted) -> None:
        """Mark it as the newest change and ring."""
        self.changes += 1
        posted.changed = self.changes
        self.ring()

    def ring(self) -> None:
        """Wake who waits for a change."""
        for waiting in self._bell:
            if not waiting.done():
                waiting.set_result(None)
        self._bell.clear()

    async def changed(self) -> None:
        """Wait until something changes."""
        waiting = asyncio.get_running_loop().create_future()
        self._bell.add(waiting)
        try:
            await waiting
        finally:
            self._bell.discard(waiting)

    def newest_first(self) -> Iterator[Posted]:
        """The messages, the newest first."""
        return (self.messages[number] for number in sorted(self.messages, reverse=True))


class PrivateChat(Chat):
    """One person and one bot. It exists from the moment the person opened the bot."""

    def __init__(self, user: Json, bot: int, clock: Clock) -> None:
        super().__init__(int(user["id"]), clock)
        self.user = user
        self.bot = bot
        self.blocked = False
        self.action = ""
        """What the bot is doing, as she sees it at the top; gone with its next message."""

    def as_json(self) -> Json:
        """The `chat` of a message."""
        return {"id": self.id, "type": "private"} | picked(self.user, "first_name", "last_name", "username")


@dataclass(slots=True)
class Topic:
    """One topic of a forum; its number is that of the message that opened it."""

    id: int
    name: str
    colour: int
    emoji: str = ""
    closed: bool = False
    creator: int = 0


ADMIN_RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
    "can_manage_topics",
)


@dataclass(slots=True)
class Member:
    """Somebody's place in a group: `creator`, `administrator`, `member`, `left` or `kicked`."""

    user: Json
    status: str
    rights: set[str] = field(default_factory=lambda: set(ADMIN_RIGHTS))
    anonymous: bool = False

    @property
    def inside(self) -> bool:
        """Whether they are in the group."""
        return self.status not in {"left", "kicked"}

    def may(self, right: str) -> bool:
        """Whether they have this right of an administrator."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def as_json(self) -> Json:
        """The ChatMember object."""
        body: Json = {"user": self.user, "status": self.status}
        if self.status in {"creator", "administrator"}:
            body["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            body |= {right: right in self.rights for right in ADMIN_RIGHTS}
        if self.status == "kicked":
            body["until_date"] = 0
        return body


class GroupChat(Chat):
    """Several people and bots: a basic group, or a supergroup, which may be a forum."""

    def __init__(self, chat_id: int, title: str, clock: Clock, *, forum: bool = False) -> None:
        super().__init__(chat_id, clock)
        self.title = title
        self.forum = forum
        self.members: dict[int, Member] = {}
        self.topics: dict[int, Topic] = {}
        self.upgraded_to = 0
        self._last_id = 1  # a group's first message says that it was made; a forum's General has its number

    @property
    def kind(self) -> str:
        """`group` or `supergroup`, which its number shows."""
        return "supergroup" if self.id < -1_000_000_000_000 else "group"

    def as_json(self) -> Json:
        """The `chat` of a message."""
        return {"id": self.id, "title": self.title, "type": self.kind} | ({"is_forum": True} if self.forum else {})

    def member(self, user_id: int) -> Member | None:
        """The place of somebody who is in it."""
        found = self.members.get(user_id)
        return found if found and found.inside else None

    def open_topic(self, name: str, colour: int, emoji: str, *, sender: Json, bot: int = 0) -> Topic:
        """Make a topic, with the message that says so."""
        about: Json = {"name": name, "icon_color": colour} | ({"icon_custom_emoji_id": emoji} if emoji else {})
        posted = self.post({"forum_topic_created": about}, sender=sender, bot=bot)
        posted.topic = posted.id
        posted.body |= {"message_thread_id": posted.id, "is_topic_message": True}
        self.topics[posted.id] = Topic(posted.id, name, colour, emoji, creator=int(sender["id"]))
        return self.topics[posted.id]

    def delete_topic(self, topic: int) -> None:
        """Take a topic away with all that was written in it."""
        del self.topics[topic]
        for number in [one.id for one in self.messages.values() if one.topic == topic]:
            del self.messages[number]
        self.ring()
