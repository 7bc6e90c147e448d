"""Somebody with Telegram Business who has connected a bot, and her chats that it sees (Bot API, BusinessConnection)."""

from dataclasses import dataclass, field

from tests.standins.telegram.chats import Posted, PrivateChat
from tests.standins.telegram.clock import Clock
from tests.standins.telegram.wire import Json


@dataclass(slots=True)
class Connection:
    """Who has connected which bot, and the chats with their customers by the customer's number."""

    id: str
    owner: Json
    bot: int
    enabled: bool = True
    chats: "dict[int, BusinessChat]" = field(default_factory=dict)


class BusinessChat(PrivateChat):
    """The chat of a customer with the person who has connected the bot; each message names the connection."""

    kinds = {"message": "business_message", "edited_message": "edited_business_message"}  # noqa: RUF012  never changed

    def __init__(self, user: Json, connection: Connection, clock: Clock) -> None:
        super().__init__(user, connection.bot, clock)
        self.connection = connection
        self.heard_at = clock.now()
        """When the customer last wrote; a day later the bot may not."""

    def post(
        self, content: Json, *, sender: Json | None, bot: int = 0, topic: int = 0, reply_to: Posted | None = None
    ) -> Posted:
        """Add a message."""
        if sender is not None and sender["id"] == self.id:
            self.heard_at = self._clock.now()
        about = {"business_connection_id": self.connection.id}
        return super().post(about | content, sender=sender, bot=bot, topic=topic, reply_to=reply_to)
