"""A group as its members use it: who writes, as whom, in which topic; and what happens to its members and topics."""

from tests.standins.telegram.chats import ADMIN_RIGHTS, GroupChat, Member, Posted, Topic
from tests.standins.telegram.listening import Listener
from tests.standins.telegram.people import Impossible, Person, carried, said
from tests.standins.telegram.seen import Seen, seen
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import Bot, Press, World

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who stands as the author when an administrator hides behind the group."""
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Who stands as the author when somebody writes in the name of a channel."""
COLOUR = 7322096


class Group(Listener):
    """One group; when it is upgraded, `chat` and `id` become those of the supergroup."""

    def __init__(self, world: World, chat: GroupChat, owner: Person) -> None:
        super().__init__()
        self.chat = chat
        self.owner = owner
        self._world = world

    @property
    def id(self) -> int:
        """Its number."""
        return self.chat.id

    @property
    def topics(self) -> dict[int, Topic]:
        """Its topics by number."""
        return dict(self.chat.topics)

    def topic(self, name: str) -> Topic:
        """The newest topic of this name, or of a name that has this in it."""
        for number in sorted(self.chat.topics, reverse=True):
            if name in self.chat.topics[number].name:
                return self.chat.topics[number]
        raise Impossible(f"there is no topic {name!r}; there are {[one.name for one in self.chat.topics.values()]}")

    def screen(self, topic: int | None = None) -> tuple[Seen, ...]:
        """What stands there now, the oldest first: in one topic (0 for General), or everywhere."""
        shown = (one for one in self.chat.messages.values() if topic is None or one.topic == topic)
        return tuple(seen(one) for one in shown)

    def says(
        self,
        who: Person,
        text: str,
        *,
        topic: int = 0,
        reply_to: Seen | int | None = None,
        via_bot: Json | None = None,
        forwarded_from: Person | None = None,
    ) -> Seen:
        """A member writes, perhaps through an inline bot, or passes on what somebody else wrote."""
        content = said(text)
        if via_bot:
            content["via_bot"] = via_bot
        if forwarded_from:
            date = self._world.clock.date()
            content["forward_origin"] = {"type": "user", "sender_user": forwarded_from.user, "date": date}
        return self._send(content, sender=self._member(who).user, topic=topic, reply_to=reply_to)

    def says_anonymously(self, text: str, *, topic: int = 0) -> Seen:
        """An administrator writes in the name of the group."""
        return self._send(said(text) | {"sender_chat": self.chat.as_json()}, sender=ANONYMOUS, topic=topic)

    def says_as_channel(self, title: str, text: str, *, topic: int = 0) -> Seen:
        """Somebody writes in the name of a channel."""
        channel = {"id": -1001999888777, "type": "channel", "title": title}
        return self._send(said(text) | {"sender_chat": channel}, sender=CHANNEL, topic=topic)

    def says_in_general_thread(self, who: Person, text: str, *, reply_to: Seen | int) -> Seen:
        """A member answers inside General: the message carries a thread's number which is no topic."""
        thread = reply_to if isinstance(reply_to, int) else reply_to.message_id
        content = said(text) | {"message_thread_id": thread}
        return self._send(content, sender=self._member(who).user, reply_to=reply_to)

    def sends_file(
        self,
        who: Person,
        kind: str,
        content: bytes,
        *,
        caption: str = "",
        name: str = "",
        mime: str = "",
        topic: int = 0,
    ) -> Seen:
        """A member sends a `photo`, `document`, `voice` or `video`."""
        about = carried(self._world, kind, content, caption=caption, name=name, mime=mime)
        return self._send(about, sender=self._member(who).user, topic=topic)

    def edits(self, who: Person, message: Seen | int, text: str) -> Seen:
        """A member changes what they wrote."""
        posted = self._at(message)
        if posted.body.get("from", {}).get("id") != who.id:
            raise Impossible("only the author can change a message")
        kept = {name: value for name, value in posted.body.items() if name not in {"text", "entities"}}
        self.chat.edit(posted, kept | said(text))
        self._world.tell(self.chat, posted, "edited_message")
        return seen(posted)

    def deletes(self, message: Seen | int) -> None:
        """A message is taken away; nobody is told."""
        self.chat.delete(self._at(message).id)

    def presses(self, who: Person, label: str, message: Seen | int | None = None, *, topic: int | None = None) -> Press:
        """A member presses the newest button of this label (or data), or the one under this message."""
        self._member(who)
        posts = [self._at(message)] if message is not None else list(self.chat.newest_first())
        for posted in posts:
            if topic is not None and posted.topic != topic:
                continue
            for row in posted.body.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in {button["text"], button.get("callback_data")} and "callback_data" in button:
                        bot = next(bot for bot in self._world.bots.values() if bot.id == posted.bot)
                        data = button["callback_data"]
                        return self._world.tell_press(bot, who.user, self.chat, posted.body, data)
        raise Impossible(f"there is no button {label!r} here")

    def opens_topic(self, who: Person, name: str) -> Topic:
        """A member makes a topic."""
        topic = self.chat.open_topic(name, COLOUR, "", sender=self._member(who).user)
        self._world.tell(self.chat, self.chat.messages[topic.id])
        return topic

    def closes(self, who: Person, topic: int) -> None:
        """A member closes a topic."""
        self.chat.topics[topic].closed = True
        self._send({"forum_topic_closed": {}}, sender=self._member(who).user, topic=topic)

    def reopens(self, who: Person, topic: int) -> None:
        """A member opens it again."""
        self.chat.topics[topic].closed = False
        self._send({"forum_topic_reopened": {}}, sender=self._member(who).user, topic=topic)

    def renames(self, who: Person, topic: int, name: str) -> None:
        """A member gives it another name."""
        self.chat.topics[topic].name = name
        self._send({"forum_topic_edited": {"name": name}}, sender=self._member(who).user, topic=topic)

    def deletes_topic(self, topic: int) -> None:
        """A member takes a topic away with all in it; the bot is not told."""
        self.chat.delete_topic(topic)

    def joins(self, who: Person, status: str = "member") -> None:
        """A person comes in."""
        self._place(who, status, by=who.user)
        self._send({"new_chat_members": [who.user]}, sender=who.user)

    def leaves(self, who: Person) -> None:
        """A person goes out."""
        self._send({"left_chat_member": who.user}, sender=self._member(who).user)
        self._place(who, "left", by=who.user)

    def promotes(self, who: Person | Bot, *rights: str) -> None:
        """Make somebody an administrator with these rights, or with all."""
        self._place(who, "administrator", rights=set(rights or ADMIN_RIGHTS))

    def demotes(self, who: Person | Bot) -> None:
        """Make an administrator a plain member."""
        self._place(who, "member")

    def kicks(self, who: Person | Bot) -> None:
        """Throw somebody out."""
        self._place(who, "kicked")

    def adds(self, who: Person | Bot, status: str = "member") -> None:
        """Take somebody in."""
        self._place(who, status)
        self._send({"new_chat_members": [who.user]}, sender=self.owner.user)

    def turns_forum(self, *, on: bool) -> None:
        """The owner switches topics on or off."""
        self.chat.forum = on

    def migrate(self) -> int:
        """Make the basic group a supergroup, which has another number; what was written stays behind."""
        old = self.chat
        new = GroupChat(-1_000_000_000_000 - abs(old.id), old.title, self._world.clock)
        new.members = old.members
        self._world.groups[new.id] = new
        self._tell(old.post({"migrate_to_chat_id": new.id}, sender=self.owner.user))
        old.upgraded_to, old.members = new.id, dict(old.members)
        self.chat = new
        self._tell(new.post({"migrate_from_chat_id": old.id}, sender=self.owner.user))
        return new.id

    def _listens_to(self) -> GroupChat:
        return self.chat

    def _tell(self, posted: Posted) -> None:
        self._world.tell(self.chat, posted)

    def _place(self, who: Person | Bot, status: str, *, by: Json | None = None, rights: set[str] | None = None) -> None:
        before = self.chat.members.get(who.id) or Member(who.user, "left")
        after = Member(who.user, status, set(ADMIN_RIGHTS) if rights is None else rights)
        self.chat.members[who.id] = after
        self._world.tell_member(self.chat, by or self.owner.user, before.as_json(), after.as_json())

    def _member(self, who: Person) -> Member:
        member = self.chat.member(who.id)
        if member is None:
            raise Impossible(f"{who.user['first_name']} is not in the group")
        return member

    def _at(self, message: Seen | int) -> Posted:
        number = message if isinstance(message, int) else message.message_id
        if number not in self.chat.messages:
            raise Impossible(f"there is no message {number}")
        return self.chat.messages[number]

    def _send(self, content: Json, *, sender: Json, topic: int = 0, reply_to: Seen | int | None = None) -> Seen:
        if topic and topic not in self.chat.topics:
            raise Impossible(f"there is no topic {topic}")
        target = None if reply_to is None else self._at(reply_to)
        posted = self.chat.post(content, sender=sender, topic=topic, reply_to=target)
        self._tell(posted)
        return seen(posted)
