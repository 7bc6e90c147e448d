"""One call of a method: who calls, with what, and where it leads."""

from dataclasses import dataclass

from tests.standins.telegram.arguments import Arguments
from tests.standins.telegram.chats import GENERAL, Chat, GroupChat, Posted, PrivateChat, Topic
from tests.standins.telegram.refusals import Refused, bad_request
from tests.standins.telegram.world import Bot, World


@dataclass(frozen=True, slots=True)
class Call:
    """What a method works on. Every lookup raises `Refused` as the real server would answer."""

    world: World
    bot: Bot
    arguments: Arguments

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat that is meant, readable by the bot; that of somebody else, with a business connection."""
        if connection := self.arguments.text("business_connection_id"):
            return self.world.business_chat(self.bot, connection, self.arguments.text(name))
        return self.world.chat(self.bot, self.arguments.text(name))

    def writable(self) -> Chat:
        """The chat that is meant, when the bot may write there."""
        chat = self.chat()
        self.world.check_writable(self.bot, chat)
        return chat

    def place(self) -> tuple[Chat, int]:
        """The chat and the topic to write to; a closed topic is open to administrators."""
        chat, topic = self.writable(), self.arguments.number("message_thread_id")
        if not topic:
            return chat, 0
        if not isinstance(chat, GroupChat) or topic == GENERAL or topic not in chat.topics:
            raise bad_request("message thread not found")
        member = chat.members[self.bot.id]
        if chat.topics[topic].closed and member.status not in {"creator", "administrator"}:
            raise bad_request("TOPIC_CLOSED")
        return chat, topic

    def group(self) -> GroupChat:
        """The supergroup that is meant."""
        chat = self.writable()
        if not isinstance(chat, GroupChat) or chat.kind != "supergroup":
            raise bad_request("method is available only for supergroups")
        return chat

    def topic(self) -> tuple[GroupChat, Topic]:
        """The topic to change, when there is one."""
        chat, number = self.group(), self.arguments.number("message_thread_id")
        if not chat.forum:
            raise bad_request("the chat is not a forum")
        if number not in chat.topics:
            raise bad_request("TOPIC_ID_INVALID")
        return chat, chat.topics[number]

    def message(self, chat: Chat, role: str) -> Posted:
        """The message that is meant; `role` is what the answer calls it when there is none."""
        posted = chat.messages.get(self.arguments.number("message_id"))
        if posted is None:
            raise bad_request(f"{role} not found")
        return posted

    def admit(self, chat: Chat) -> None:
        """Count one message to this chat, when that is not too fast. The last check before it is done."""
        faults, rates = self.world.faults, self.world.rates
        refusal: Refused | None = faults.check_flood(chat.id) or rates.admit(self.bot.id, chat.id)
        if refusal:
            raise refusal

    def is_private(self, chat: Chat) -> bool:
        """Whether it is a chat with one person."""
        return isinstance(chat, PrivateChat)
