"""A person with Telegram Business who lets a bot answer for her, and a customer who writes to her."""

from itertools import count

from tests.standins.telegram.business import BusinessChat, Connection
from tests.standins.telegram.people import Person, said
from tests.standins.telegram.seen import Seen, seen
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import DAY_SECONDS, Bot, World

_numbers = count(1)


class Client(Person):
    """A customer in the chat with the firm's person; she acts there as any person does with a bot."""

    def __init__(self, world: World, person: Person, connection: Connection) -> None:
        super().__init__(world, person.user, person.bot)
        self._chat = BusinessChat(person.user, connection, world.clock)
        connection.chats[person.id] = self._chat

    @property
    def chat(self) -> BusinessChat:
        """Her chat with the firm's person."""
        return self._chat

    def _opened(self) -> BusinessChat:
        return self._chat


class Owner:
    """The firm's person."""

    def __init__(self, world: World, user: Json, bot: Bot) -> None:
        self.user, self._world, self._bot = user, world, bot
        self.connection: Connection | None = None

    def connects(self) -> str:
        """Let the bot answer for her; gives the connection's id, a new one every time."""
        name = f"Wk7c_-{next(_numbers):016d}"
        self.connection = self._world.connections[name] = Connection(name, self.user, self._bot.id)
        self._tell(self.connection)
        return name

    def disconnects(self) -> None:
        """Let it answer no more."""
        connection = self._connected()
        connection.enabled = False
        self._tell(connection)

    def customer(self, person: Person) -> Client:
        """Open the chat of a customer with her."""
        return Client(self._world, person, self._connected())

    def says(self, to: Client, text: str) -> Seen:
        """Answer a customer by hand."""
        posted = to.chat.post(said(text), sender=self.user)
        self._world.tell(to.chat, posted)
        return seen(posted)

    def _connected(self) -> Connection:
        assert self.connection is not None, "the bot is not connected"
        return self.connection

    def _tell(self, connection: Connection) -> None:
        body: Json = {"id": connection.id, "user": self.user, "user_chat_id": self.user["id"]}
        body |= {"date": self._world.clock.date(), "rights": {"can_reply": True}, "is_enabled": connection.enabled}
        queue = ("business", self.user["id"])
        self._bot.updates.add("business_connection", body, queue=queue, lifetime_seconds=DAY_SECONDS)
