"""The state behind the server: bots, people and groups, and who may reach whom. In memory only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.standins.telegram.business import BusinessChat, Connection
from tests.standins.telegram.chats import Chat, GroupChat, Member, Posted, PrivateChat
from tests.standins.telegram.clock import Clock
from tests.standins.telegram.faults import Faults
from tests.standins.telegram.files import Files
from tests.standins.telegram.rates import Rates
from tests.standins.telegram.record import Record
from tests.standins.telegram.refusals import bad_request, forbidden
from tests.standins.telegram.updates import Updates
from tests.standins.telegram.webhook import Waits
from tests.standins.telegram.wire import Json

DAY_SECONDS = 86_400.0
PRESS_SECONDS = 150.0
SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
)


@dataclass(slots=True)
class Press:
    """A button that somebody pressed: what came back is what she sees at the top of her screen."""

    id: str
    at: float
    data: str
    chat: Chat
    answer: Json | None = None

    async def answered(self) -> Json:
        """Wait until the bot has answered, and give the call's text, alert and address."""
        while self.answer is None:
            await self.chat.changed()
        return self.answer


@dataclass(slots=True)
class Bot:
    """One bot by its token."""

    token: str
    user: Json
    updates: Updates
    revoked: bool = False
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    webhook_allowed_at: float = 0.0

    @property
    def id(self) -> int:
        """Its user number."""
        return int(self.user["id"])


class World:
    """Everything there is."""

    def __init__(self, record: Record) -> None:
        self.clock = Clock()
        self.record = record
        self.faults = Faults(self.clock)
        self.rates = Rates(self.clock)
        self.files = Files()
        self.waits = Waits()
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, Json] = {}
        self.deactivated: set[int] = set()
        self.privates: dict[tuple[int, int], PrivateChat] = {}
        self.connections: dict[str, Connection] = {}
        self.groups: dict[int, GroupChat] = {}
        self.numbers = count(279_058_397)
        self._presses = count(1_198_546)

    def add_bot(self, token: str, username: str, name: str) -> Bot:
        """Make a bot of this token, whose number is its first half."""
        number = int(token.partition(":")[0])
        user = {"id": number, "is_bot": True, "first_name": name, "username": username}
        self.bots[token] = Bot(token, user, Updates(number, self.clock, self.record))
        return self.bots[token]

    async def execute(self, bot: Bot, body: Json) -> None:
        """Do the call that stood in the answer to an update; its outcome is told to nobody, but it is in the record."""
        raise NotImplementedError

    def private(self, bot: Bot, user: Json) -> PrivateChat:
        """The chat of a person with a bot, made when it is the first time."""
        key = (bot.id, int(user["id"]))
        if key not in self.privates:
            self.privates[key] = PrivateChat(user, bot.id, self.clock)
        return self.privates[key]

    def business_chat(self, bot: Bot, connection_id: str, chat_id: str) -> BusinessChat:
        """The chat of a person who has connected the bot; raises `Refused` where the bot has none."""
        connection = self.connections.get(connection_id)
        if connection is None or connection.bot != bot.id:
            raise bad_request("business connection not found")
        found = connection.chats.get(int(chat_id) if chat_id.isdecimal() else 0)
        if found is None:
            raise bad_request("BUSINESS_PEER_INVALID")
        return found

    def chat(self, bot: Bot, chat_id: str) -> Chat:
        """The chat of this number as the bot sees it; raises `Refused` when there is none for it."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        number = int(chat_id) if chat_id.lstrip("-").isdecimal() else 0
        if number < 0 and number in self.groups:
            return self.groups[number]
        if (bot.id, number) in self.privates:
            return self.privates[bot.id, number]
        if any(number == other.id for other in self.bots.values()):
            raise forbidden("bots can't send messages to bots")
        if any(group.member(number) and group.member(bot.id) for group in self.groups.values()):
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")

    def check_writable(self, bot: Bot, chat: Chat) -> None:
        """Raise `Refused` when the bot may not write there."""
        if isinstance(chat, BusinessChat):
            if not chat.connection.enabled:
                raise bad_request("BUSINESS_CONNECTION_INVALID")
            if self.clock.now() - chat.heard_at > DAY_SECONDS:
                raise bad_request("BUSINESS_PEER_USAGE_MISSING")
        elif isinstance(chat, PrivateChat):
            if chat.id in self.deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
        elif isinstance(chat, GroupChat):
            if chat.upgraded_to:
                raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.upgraded_to)
            if not chat.member(bot.id):
                place = chat.members.get(bot.id)
                out = place and place.status == "kicked"
                raise forbidden(f"bot was kicked from the {chat.kind} chat" if out else self._outside(chat))

    @staticmethod
    def _outside(chat: GroupChat) -> str:
        return f"bot is not a member of the {chat.kind} chat"

    def bots_in(self, chat: Chat) -> Iterator[tuple[Bot, Member | None]]:
        """The bots of a chat, with their places in a group."""
        for bot in self.bots.values():
            if isinstance(chat, PrivateChat):
                if chat.bot == bot.id:
                    yield bot, None
            elif isinstance(chat, GroupChat) and (member := chat.member(bot.id)):
                yield bot, member

    def tell(self, chat: Chat, posted: Posted, kind: str = "message") -> None:
        """Tell the bots of the chat, those that may read it, of a message."""
        kind = chat.kinds.get(kind, kind) if isinstance(chat, BusinessChat) else kind
        for bot, member in self.bots_in(chat):
            if member is None or member.status == "administrator" or _concerns(bot, posted):
                bot.updates.add(kind, posted.body, queue=chat.id, lifetime_seconds=DAY_SECONDS)

    def tell_press(self, bot: Bot, user: Json, chat: Chat, message: Json, data: str) -> Press:
        """Tell the bot that somebody pressed a button under its message."""
        press = Press(str(next(self._presses)), self.clock.now(), data, chat)
        bot.presses[press.id] = press
        query = {"id": press.id, "from": user, "chat_instance": str(-chat.id), "data": data, "message": message}
        queue = ("user", user["id"])
        bot.updates.add("callback_query", query, queue=queue, lifetime_seconds=PRESS_SECONDS)
        return press

    def tell_member(self, chat: Chat, by: Json, before: Json, after: Json) -> None:
        """Tell of a change of somebody's place: the bot itself, or a group's administrators about others."""
        changed = {
            "chat": chat.as_json(),
            "from": by,
            "date": self.clock.date(),
            "old_chat_member": before,
            "new_chat_member": after,
        }
        who = int(after["user"]["id"])
        for bot in self.bots.values():
            if bot.id == who:
                queue = ("mine", chat.id)
                bot.updates.add("my_chat_member", changed, queue=queue, lifetime_seconds=DAY_SECONDS)
            elif isinstance(chat, GroupChat) and (place := chat.member(bot.id)) and place.status == "administrator":
                queue = ("member", who)
                bot.updates.add("chat_member", changed, queue=queue, lifetime_seconds=DAY_SECONDS)


def _concerns(bot: Bot, posted: Posted) -> bool:
    """Whether a bot that is no administrator sees it: commands, answers to it, its name, and what the server says."""
    body = posted.body
    text = body.get("text") or body.get("caption") or ""
    answered = body.get("reply_to_message", {}).get("from", {}).get("id")
    return (
        any(name in body for name in SERVICE)
        or text.startswith("/")
        or answered == bot.id
        or f"@{bot.user['username']}" in text
    )
